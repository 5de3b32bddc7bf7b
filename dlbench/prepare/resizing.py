"""Pictures made larger or smaller, many at once: two matrix products, one an axis."""

from __future__ import annotations

import numpy as np

from dlbench.prepare.resampling import triangle, weights

_DENSE = 64 * 64
"""Entries of a matrix of weights from which on its few that are not zero are multiplied alone."""


def resized(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return pictures of another size by a triangle filter, as wide as a pixel of the coarser of the two grids.

    What becomes smaller is averaged, so that fine detail does not alias; what becomes larger is bilinear, edges
    repeated. Equal to Pillow's BILINEAR but for its rounding.

    Args:
        pixels: (n, height, width, channels) floats.
        height, width: wanted.

    Returns:
        (n, height, width, channels) float32.
    """
    plain = pixels.astype(np.float32, copy=False)
    if pixels.shape[1:3] == (height, width):
        return plain
    return np.ascontiguousarray(_along(_along(plain, 1, height), 2, width))


def _along(pixels: np.ndarray, axis: int, side: int) -> np.ndarray:
    """Return pictures that are `side` pixels long along an axis, float32."""
    from scipy import sparse

    old = pixels.shape[axis]
    made = weights(old, side, triangle).astype(np.float32)
    if made.size <= _DENSE:
        n, height, width, channels = pixels.shape
        if axis == 2:
            return np.asarray(made @ pixels)
        return np.asarray(made @ pixels.reshape(n, height, width * channels)).reshape(n, side, width, channels)
    moved = np.moveaxis(pixels, axis, 0)
    found = sparse.csr_array(made) @ moved.reshape(old, -1)
    return np.moveaxis(found.reshape(side, *moved.shape[1:]), 0, axis)
