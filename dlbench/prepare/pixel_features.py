"""What can be told of a pixel from around it: brightness, edges, spots and ridges at several scales.

Source: Sommer, Straehle, Köthe and Hamprecht, ilastik: interactive learning and segmentation toolkit, 2011; Lindeberg,
Scale-space theory, 1994, for derivatives times a power of the scale.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

KINDS = 5
"""Features a scale and channel: smoothed value, length of the gradient, Laplacian, both eigenvalues of the Hessian."""


def features(pictures: np.ndarray, scales: Sequence[float]) -> np.ndarray:
    """Return the features of every pixel.

    Args:
        pictures: (n, height, width, channels) floats.
        scales: standard deviations in pixels of the Gaussians that pictures are smoothed by.

    Returns:
        (n, height, width, count of `channels`, `scales`) float32.
    """
    from scipy.ndimage import gaussian_filter

    pixels = pictures.astype(np.float32)
    found = [pixels]
    for scale in scales:
        found.extend(_shapes(gaussian_filter(pixels, (0, scale, scale, 0), mode="nearest"), scale))
    return np.concatenate(found, axis=-1)


def count(channels: int, scales: Sequence[float]) -> int:
    """Return how many features a pixel has.

    >>> count(3, (1, 2, 4))
    48
    """
    return channels * (1 + KINDS * len(scales))


def _shapes(smooth: np.ndarray, scale: float) -> list[np.ndarray]:
    """Return the features of smoothed pictures, each of their shape; derivatives are central differences."""
    down, right = _slope(smooth, 1) * scale, _slope(smooth, 2) * scale
    twice_down, twice_right, across = _slope(down, 1) * scale, _slope(right, 2) * scale, _slope(down, 2) * scale
    middle, half = (twice_down + twice_right) / 2, np.hypot((twice_down - twice_right) / 2, across)
    return [smooth, np.hypot(down, right), 2 * middle, middle + half, middle - half]


def _slope(pictures: np.ndarray, axis: int) -> np.ndarray:
    if pictures.shape[axis] < 2:
        return np.zeros_like(pictures)
    return np.asarray(np.gradient(pictures, axis=axis))
