"""Curves over folds, resampled: the same folds at every point, as wide as the corrected resampled t says.

Source: the correction is Nadeau and Bengio's, see `folds`. Folds drawn with replacement spread the mean of m by
√((m − 1)/m²) · s; it is √(1/m + n_test/n_train) · s, read off Student's t with m − 1 degrees.
"""

from __future__ import annotations

import numpy as np

from dlbench.stats.student import quantile

LARGE_DF = 10**6


def corrected_draws(
    differences: np.ndarray, test_share: float | np.ndarray, rng: np.random.Generator, resamples: int = 1000
) -> np.ndarray:
    """Return (resamples, points) resampled means of (folds, points) differences.

    Args:
        differences: one row a fold, fit seeds averaged; at least two.
        test_share: n_test / n_train, one for all points or (points,), each its own.
        rng: where folds are drawn from.
        resamples: how many.

    Folds that agree leave nothing to vary:

    >>> corrected_draws(np.array([[0.1, 0.2], [0.1, 0.2]]), 0.25, np.random.default_rng(0), 1).round(3).tolist()
    [[0.1, 0.2]]
    """
    table = np.asarray(differences, dtype=np.float64)
    if table.ndim != 2 or len(table) < 2:
        raise ValueError(f"expected differences (folds, points) of at least two folds, got shape {table.shape}")
    folds = len(table)
    weights = rng.multinomial(folds, np.full(folds, 1 / folds), size=resamples) / folds
    mean = table.mean(axis=0)
    return np.asarray(mean + _stretch(folds, np.asarray(test_share)) * (weights @ (table - mean)))


def _stretch(folds: int, test_share: np.ndarray) -> np.ndarray:
    """Return by how much drawn folds spread too little.

    >>> _stretch(5, np.array([0.25, 1.0])).round(3).tolist()
    [2.376, 3.879]
    """
    spread = np.sqrt((1 / folds + test_share) * folds**2 / (folds - 1))
    return spread * quantile(0.975, folds - 1) / quantile(0.975, LARGE_DF)
