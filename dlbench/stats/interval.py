"""What a statistic answers with: an interval for one value, or for the difference of two."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A value and its bounds, all in the value's unit.

    Attributes:
        mean: the estimate; NaN where there is none.
        low, high: bounds; NaN where the data say nothing of the spread.
    """

    mean: float
    low: float
    high: float

    def basic(self) -> Interval:
        """Return the basic bootstrap interval for percentiles: what resamples lie above the score, truth lies below it.

        For a score that a sample flatters: resamples are flattered once more, by about as much.
        Source: Davison and Hinkley, Bootstrap methods and their application, 1997, section 5.2.1.

        >>> Interval(0.5, 0.45, 0.61).basic()
        Interval(mean=0.5, low=0.39, high=0.55)
        """
        return Interval(self.mean, 2 * self.mean - self.high, 2 * self.mean - self.low)


@dataclass(frozen=True)
class Paired:
    """A difference first − second, its bounds, and the test of "no difference".

    Attributes:
        difference: the estimate; NaN where there is none.
        low, high: bounds; NaN where the data say nothing of the spread.
        p: two-sided; NaN where there is no test.
        df: degrees of freedom of the t distribution behind it; None where none is.
    """

    difference: float
    low: float
    high: float
    p: float
    df: float | None = None


def check_level(level: float) -> None:
    """Raise ValueError for a confidence level outside (0, 1).

    >>> check_level(95)
    Traceback (most recent call last):
    ValueError: expected a level between 0 and 1, got 95; 95 % is 0.95
    """
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, got {level}; 95 % is 0.95")
