"""What each item adds to a score: the jackknife, by leaving units of items out one at a time.

Source: Efron and Stein, The jackknife estimate of variance, 1981; with several items a unit the delete-a-group
jackknife, Shao and Wu, A general theory for jackknife variance estimation, 1989. For a mean over items the influence
of a unit is what it scores beyond the mean, exactly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def units(items: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """Return (items,) codes of the unit each item belongs to: one an item, or `most` drawn at random.

    >>> units(3, 5, np.random.default_rng(0)).tolist()
    [0, 1, 2]
    >>> np.bincount(units(10, 4, np.random.default_rng(0))).tolist()
    [3, 3, 2, 2]
    """
    return np.arange(items) if items <= most else rng.permutation(items) % most


def additive(statistics: np.ndarray, from_sums: Callable[[np.ndarray], np.ndarray], unit: np.ndarray) -> np.ndarray:
    """Return the (units,) influences on a score that sums of (n, k) statistics decide.

    The mean of 1, 2 and 6 is 3:

    >>> pairs = np.array([[1.0, 1.0], [2.0, 1.0], [6.0, 1.0]])
    >>> additive(pairs, lambda sums: sums[..., 0] / sums[..., 1], np.arange(3)).tolist()
    [-2.0, -1.0, 3.0]
    """
    table = np.asarray(statistics, dtype=np.float64)
    of_units = np.stack([np.bincount(unit, column) for column in table.T], axis=1)
    return _influences(np.asarray(from_sums(table.sum(axis=0) - of_units), dtype=np.float64))


def weighted(score: Callable[[np.ndarray], float], unit: np.ndarray) -> np.ndarray:
    """Return the (units,) influences on a score of (n,) weights, one call a unit.

    >>> values = np.array([1.0, 2.0, 6.0])
    >>> weighted(lambda weights: weights @ values / weights.sum(), np.arange(3)).tolist()
    [-2.0, -1.0, 3.0]
    """
    return _influences(np.array([score((unit != left_out).astype(np.float64)) for left_out in range(unit.max() + 1)]))


def _influences(without: np.ndarray) -> np.ndarray:
    return np.asarray((len(without) - 1) * (without.mean() - without))
