"""Pictures made larger or smaller, many at once: two matrix products, one an axis."""

from __future__ import annotations

import numpy as np

from dlbench.prepare.resampling import triangle, weights


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
    n, old_height, old_width, channels = pixels.shape
    if (old_height, old_width) == (height, width):
        return pixels.astype(np.float32, copy=False)
    flat = pixels.astype(np.float32, copy=False).reshape(n, old_height, old_width * channels)
    down, across = weights(old_height, height, triangle), weights(old_width, width, triangle)
    tall = (down.astype(np.float32) @ flat).reshape(n, height, old_width, channels)
    return np.asarray(across.astype(np.float32) @ tall)
