"""Pictures of another size: what each old pixel weighs in a new one, and cubic convolution.

A kernel is stretched by the factor where a picture shrinks, so that nothing is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np


def bicubic(pictures: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return pictures of another size; values may overshoot.

    Source: Keys, Cubic convolution interpolation for digital image processing, 1981, with a = -1/2.

    Args:
        pictures: (n, old height, old width, channels) floats.
        height, width: in pixels.

    Returns:
        (n, height, width, channels) floats of the same precision.
    """
    down, across = weights(pictures.shape[1], height, cubic), weights(pictures.shape[2], width, cubic)
    tall = np.einsum("ij,njwc->niwc", down.astype(pictures.dtype), pictures, optimize=True)
    found: np.ndarray = np.einsum("ij,nhjc->nhic", across.astype(pictures.dtype), tall, optimize=True)
    return found


@cache
def weights(old: int, new: int, kernel: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return (new, old) weights of the old pixels in each new one, each row summing to 1.

    Pixels beyond the edge have no say, as in Pillow.

    >>> weights(2, 4, cubic).round(3).tolist()[1]
    [0.793, 0.207]
    >>> (7 * weights(4, 2, triangle)).round().tolist()
    [[3.0, 3.0, 1.0, 0.0], [0.0, 1.0, 3.0, 3.0]]
    >>> weights(2, 4, triangle).tolist()[1]
    [0.75, 0.25]

    Args:
        old, new: lengths in pixels.
        kernel: weight by distance, in pixels of the coarser of the two grids.
    """
    scale = old / new
    stretch = max(scale, 1.0)
    centres = (np.arange(new) + 0.5) * scale
    distance = np.abs(np.arange(old) + 0.5 - centres[:, np.newaxis]) / stretch
    found: np.ndarray = kernel(distance)
    found = found / found.sum(axis=1, keepdims=True)
    found.flags.writeable = False
    return found


def triangle(x: np.ndarray) -> np.ndarray:
    """Return the kernel of linear interpolation at distances x ≥ 0."""
    return np.asarray(np.clip(1 - x, 0, None))


def cubic(x: np.ndarray) -> np.ndarray:
    """Return Keys's kernel at distances x ≥ 0."""
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0.0)))
