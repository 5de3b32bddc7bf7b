"""Two one-sided tests: are two contestants shown to differ by less than a margin? A large p never shows that.

Source: Schuirmann, A comparison of the two one-sided tests procedure and the power approach for assessing the
equivalence of average bioavailability, 1987. Equivalent at a level α is the same as: the 1 − 2α interval lies inside
the margin; an interval of 95 % is the stricter α = .025.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbench.stats.folds import mean_and_error
from dlbench.stats.posterior import check_margin
from dlbench.stats.student import quantile


@dataclass(frozen=True)
class Equivalence:
    """Whether a difference is shown to lie within a margin.

    Attributes:
        difference: the estimate.
        low, high: the 1 − 2 · level interval, which lies inside the margin exactly where p is below the level.
        p: the larger one of the two one-sided tests; NaN where there is none.
    """

    difference: float
    low: float
    high: float
    p: float


def tost(differences: np.ndarray, test_share: float, margin: float, level: float = 0.05) -> Equivalence:
    """Return both one-sided tests of (m,) differences, by the corrected resampled t.

    Args:
        differences: first − second, one a fold; items or fit seeds with a `test_share` of 0, the plain paired t.
        test_share: n_test / n_train.
        margin: above 0.
        level: that p will be compared with.

    The mean .01 has error .02/√4 = .01, so it is 2 errors below .03 and 4 above −.03; P(t > 2) = .07 with 3 degrees:

    >>> spread = 0.02 * np.array([-1.0, -1.0, 1.0, 1.0]) * 3**0.5 / 2
    >>> round(tost(0.01 + spread, 0.0, 0.03).p, 2)
    0.07
    """
    from scipy.special import stdtr

    check_margin(margin)
    mean, error, df = mean_and_error(differences, test_share)
    if df < 1 or math.isnan(mean):
        return Equivalence(mean, math.nan, math.nan, math.nan)
    if error == 0:
        return Equivalence(mean, mean, mean, float(abs(mean) >= margin))
    half = quantile(1 - level, df) * error
    p = max(float(stdtr(df, (side * mean - margin) / error)) for side in (-1, 1))
    return Equivalence(mean, mean - half, mean + half, p)
