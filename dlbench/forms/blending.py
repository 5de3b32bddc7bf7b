"""The mean of several predictions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def weighted_mean(arrays: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """Return the weighted mean of arrays of one shape.

    >>> weighted_mean([np.array([0.0, 1.0]), np.array([1.0, 1.0])], [3, 1])
    array([0.25, 1.  ])

    Raises:
        ValueError: no arrays, unlike shapes, or weights that are negative or all zero.
    """
    given = np.asarray(weights, dtype=np.float64)
    if not len(arrays) or len(given) != len(arrays) or given.min() < 0 or not given.sum() > 0:
        raise ValueError(f"{len(arrays)} arrays cannot be averaged with weights {list(weights)}")
    if len({array.shape for array in arrays}) > 1:
        raise ValueError(f"arrays of unlike shapes cannot be averaged: {[array.shape for array in arrays]}")
    total = np.zeros(arrays[0].shape, dtype=np.float64)
    for array, weight in zip(arrays, given / given.sum(), strict=True):
        total += weight * array
    return total
