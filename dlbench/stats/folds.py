"""The corrected resampled t of (repeated) k-fold: folds share training rows, so the plain t is too sure.

Source: Nadeau and Bengio, Inference for the generalization error, Machine Learning 52, 2003; for repeated folds
Bouckaert and Frank, 2004. The variance of the mean of m folds is (1/m + n_test/n_train) · s², with m − 1 degrees.

Folds that agree to the last digit do not say that there is no chance: an accuracy on 50 items moves in steps of .02,
and two or three folds meet on one step easily. What hides within a step has the standard deviation of a uniform
distribution, step/√12 (Sheppard, 1898), which stands for s there; of what has no step, equal values tell no spread.
"""

from __future__ import annotations

import math

import numpy as np

from dlbench.stats.interval import Interval, Paired, check_level
from dlbench.stats.student import quantile, two_sided

EQUAL_WITHIN = 1e-9
"""Parts of the largest value within which values count as equal: means over seeds differ by rounding."""


def corrected_interval(values: np.ndarray, test_share: float, level: float = 0.95, step: float = 0.0) -> Interval:
    """Return the interval of the mean of (r·k,) values, one a fold.

    Args:
        values: one a fold, fit seeds already averaged; a NaN among them makes all of the answer NaN.
        test_share: n_test / n_train: 1/(k − 1) for k folds, not 1/k.
        level: of confidence.
        step: of the values, for folds that are all equal; 0 where they move without steps.

    Bounds are NaN for a single fold, and for equal ones without a step. s = .1, so half the width is
    3.182 · .1 · √(1/4 + 1/3):

    >>> found = corrected_interval(np.array([0.8, 0.8, 0.6, 0.8]), 1 / 3)
    >>> round(found.mean, 2), round(found.high - found.mean, 3)
    (0.75, 0.243)
    """
    mean, error, df = mean_and_error(values, test_share, step)
    check_level(level)
    if df < 1 or not error > 0:
        return Interval(mean, math.nan, math.nan)
    half = quantile((1 + level) / 2, df) * error
    return Interval(mean, mean - half, mean + half)


def corrected_paired(differences: np.ndarray, test_share: float, level: float = 0.95, step: float = 0.0) -> Paired:
    """Return interval and corrected resampled t test of (r·k,) differences, fold by fold.

    Args: as `corrected_interval`. Differences that are all zero give [0, 0] and p = 1, also for one fold; equal
    ones without a step, and one fold that differs, give NaN.

    The mean is .01 with error .02 · √(1/3 + 1/2), t = .55 on 2 degrees:

    >>> found = corrected_paired(np.array([0.03, 0.01, -0.01]), 0.5)
    >>> round(found.difference, 3), round(found.p, 3), found.df
    (0.01, 0.639, 2)

    Three folds of 50 items with one item won each: t = .02/(.02/√12 · √(1/3 + 1/2)) = 3.8 on 2 degrees:

    >>> round(corrected_paired(np.full(3, 0.02), 0.5, step=0.02).p, 3)
    0.063
    """
    mean, error, df = mean_and_error(differences, test_share, step)
    check_level(level)
    if mean == 0 and not np.any(differences):
        return Paired(0.0, 0.0, 0.0, 1.0, df)
    if df < 1 or not error > 0:
        return Paired(mean, math.nan, math.nan, math.nan, df)
    half = quantile((1 + level) / 2, df) * error
    return Paired(mean, mean - half, mean + half, two_sided(mean / error, df), df)


def mean_and_error(values: np.ndarray, test_share: float, step: float = 0.0) -> tuple[float, float, int]:
    """Return mean, its corrected standard error, and degrees of freedom (0 for one value, -1 for none)."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"expected one value a fold, got shape {array.shape}; average the seeds first")
    if not (math.isfinite(test_share) and test_share >= 0):
        raise ValueError(f"expected n_test / n_train from 0 up, got {test_share}")
    folds = len(array)
    if folds == 0:
        return math.nan, math.nan, -1
    scale = math.sqrt(1 / folds + test_share)
    if (
        np.ptp(array) <= EQUAL_WITHIN * np.abs(array).max()
    ):  # the mean of equal numbers may differ from them by rounding
        return float(array[0]), step / math.sqrt(12) * scale if folds > 1 else 0.0, folds - 1
    return float(array.mean()), float(array.std(ddof=1)) * scale, folds - 1
