"""Pictures made larger or smaller, many at once: two matrix products, one an axis."""

from __future__ import annotations

import numpy as np


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
    tall = (weights(old_height, height) @ flat).reshape(n, height, old_width, channels)
    return np.asarray(weights(old_width, width) @ tall)


def weights(length: int, wanted: int) -> np.ndarray:
    """Return the (wanted, length) float32 share that each old pixel has in a new one; rows sum to 1.

    >>> (7 * weights(4, 2)).round().tolist()
    [[3.0, 3.0, 1.0, 0.0], [0.0, 1.0, 3.0, 3.0]]
    >>> weights(2, 4)[1].tolist()
    [0.75, 0.25]
    """
    step = length / wanted
    centres = (np.arange(wanted) + 0.5) * step
    reach = max(step, 1.0)
    away = np.abs(np.arange(length) + 0.5 - centres[:, None]) / reach
    shares = np.clip(1 - away, 0, None)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)
