"""A loss with its standard error: the one-sided test of "at most the margin", its bounds, and what it could have seen.

Source: the test of non-inferiority and its bounds in Lakens, Equivalence tests, 2017; power by the shifted t, as in
`detectable`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dlbench.stats.student import below, quantile

LEVEL = 0.05
"""Up to here a p shows something. Bounds belong to one-sided tests, so each holds with 95 % confidence by itself."""
SURE = 0.8
"""Power at which a loss counts as one that would have been seen."""
MOST_DF = 1e6


@dataclass(frozen=True)
class Estimate:
    """A loss whose error follows Student's t.

    Attributes:
        value: positive is worse.
        error: its standard error, in the same unit; 0 where nothing varies.
        df: degrees of freedom of the error, not always a whole number.

    A loss of .06 with error .01 against a margin of .03 is three errors beyond it:

    >>> found = Estimate(0.06, 0.01, 1e6)
    >>> round(found.p(0.03), 5), [round(bound, 4) for bound in found.bounds()]
    (0.00135, [0.0436, 0.0764])
    """

    value: float
    error: float
    df: float

    def p(self, margin: float) -> float:
        """Return the p value of "the loss is at most the margin": small where it is more."""
        if self.error == 0:
            return 0.0 if self.value > margin else 1.0
        return below((margin - self.value) / self.error, self._df)

    def bounds(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the lower and the upper bound, each of them wrong with probability `level`."""
        half = quantile(1 - level, self._df) * self.error
        return self.value - half, self.value + half

    def detectable(self, margin: float, tests: int = 1, power: float = SURE) -> float:
        """Return the least loss that is found to exceed the margin with this power, the level shared by the tests.

        With one test and error .01 that is the margin and (1.645 + .842) errors:

        >>> round(Estimate(0.0, 0.01, 1e6).detectable(0.03), 4)
        0.0549
        """
        return margin + (quantile(1 - LEVEL / tests, self._df) + quantile(power, self._df)) * self.error

    def power(self, loss: float, margin: float, tests: int = 1) -> float:
        """Return how surely a true loss is found to exceed the margin, the level shared by the tests.

        >>> round(Estimate(0.0, 0.01, 1e6).power(0.06, 0.03), 3)
        0.912
        """
        if self.error == 0:
            return 1.0 if loss > margin else 0.0
        return below((loss - margin) / self.error - quantile(1 - LEVEL / tests, self._df), self._df)

    @property
    def _df(self) -> float:
        return min(max(self.df, 1.0), MOST_DF) if math.isfinite(self.df) else MOST_DF
