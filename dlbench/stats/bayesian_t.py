"""The correlated Bayesian t of (repeated) k-fold: how likely the difference lies within a margin.

Source: Corani and Benavoli, A Bayesian approach for comparing cross-validated algorithms on multiple data sets, Machine
Learning 100, 2015. The posterior of the mean of m folds, under a flat prior, is Student's t with m − 1 degrees, centred
at the mean with the variance of Nadeau and Bengio, (1/m + n_test/n_train) · s².
"""

from __future__ import annotations

import math

import numpy as np

from dlbench.stats.folds import mean_and_error
from dlbench.stats.posterior import Posterior, check_margin


def correlated_t(differences: np.ndarray, test_share: float, margin: float) -> Posterior:
    """Return how likely the mean of (r·k,) differences, fold by fold, lies left of, within or right of the margin.

    Args:
        differences: first − second, one a fold, fit seeds already averaged.
        test_share: n_test / n_train: 1/(k − 1) for k folds.
        margin: within which two contestants are as good as each other, from 0 up.

    Returns:
        NaN for a single fold. Differences without spread are sure, those at the margin lie within it.

    The mean .01 has error .02 · √(1/3 + 1/2), so it is .55 errors above 0, P(t < −.55) = .32 with 2 degrees:

    >>> found = correlated_t(np.array([0.03, 0.01, -0.01]), 0.5, 0.0)
    >>> round(found.left, 2), found.within, round(found.right, 2)
    (0.32, 0.0, 0.68)
    """
    mean, error, df = mean_and_error(differences, test_share)
    return around(mean, error, df, margin)


def around(mean: float, error: float, df: float, margin: float) -> Posterior:
    """Return the same of a mean with its corrected error and degrees of freedom, as a corrected test has them.

    >>> round(around(0.01, 0.0183, 2, 0.0).left, 2)
    0.32
    """
    from scipy.special import stdtr

    check_margin(margin)
    if df < 1 or math.isnan(mean):
        return Posterior(math.nan, math.nan, math.nan)
    if error == 0:
        return Posterior(float(mean < -margin), float(abs(mean) <= margin), float(mean > margin))
    left, right = (float(stdtr(df, (side * mean - margin) / error)) for side in (-1, 1))
    return Posterior(left, max(0.0, 1.0 - left - right), right)
