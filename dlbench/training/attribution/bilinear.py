"""Small maps made as large as their picture."""

from __future__ import annotations

import numpy as np


def enlarged(maps: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return (n, h, w) maps as (n, height, width), bilinearly between the middles of their places.

    >>> enlarged(np.array([[[0.0, 1.0]]]), 1, 4).tolist()
    [[[0.0, 0.25, 0.75, 1.0]]]
    """
    down, across = _weights(maps.shape[1], height), _weights(maps.shape[2], width)
    return np.asarray(down @ maps @ across.T)


def _weights(few: int, many: int) -> np.ndarray:
    """Return (many, few): the share of each place of the small side in each of the large one; rows sum to 1."""
    middles = (np.arange(many) + 0.5) * few / many - 0.5
    at = np.clip(middles, 0, few - 1)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(few)))
