"""Pictures of another size, by cubic convolution.

Source: Keys, Cubic convolution interpolation for digital image processing, 1981, with a = -1/2; stretched by the factor
where a picture shrinks, so that nothing is passed over.
"""

from __future__ import annotations

from functools import cache

import numpy as np


def bicubic(pictures: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return pictures of another size; values may overshoot.

    Args:
        pictures: (n, old height, old width, channels) floats.
        height, width: in pixels.

    Returns:
        (n, height, width, channels) floats of the same precision.
    """
    down, across = weights(pictures.shape[1], height), weights(pictures.shape[2], width)
    tall = np.einsum("ij,njwc->niwc", down.astype(pictures.dtype), pictures, optimize=True)
    found: np.ndarray = np.einsum("ij,nhjc->nhic", across.astype(pictures.dtype), tall, optimize=True)
    return found


@cache
def weights(old: int, new: int) -> np.ndarray:
    """Return (new, old) weights of the old pixels in each new one, each row summing to 1.

    Pixels beyond the edge have no say, as in Pillow.

    >>> weights(2, 4).round(3).tolist()[1]
    [0.793, 0.207]
    """
    scale = old / new
    stretch = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    distance = np.abs(np.arange(old) + 0.5 - centres[:, np.newaxis]) / stretch
    found = _cubic(distance)
    found = found / found.sum(axis=1, keepdims=True)
    found.flags.writeable = False
    return found


def _cubic(x: np.ndarray) -> np.ndarray:
    """Return Keys's kernel at distances x ≥ 0."""
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0.0)))
