"""Occlusion: how much the answer suffers where the picture is covered. It asks nothing but answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlbench.prepare.images import Images

PARTS = 6
"""How often a patch goes into the shorter side of a picture."""

NOTHING = 1e-6
"""Share of a score below which a fall is none: the same picture among others differs by as much in float32."""


def occlusion(ask: Callable[[Images], np.ndarray], images: Images, codes: np.ndarray) -> np.ndarray:
    """Return how far the score falls while a grey patch covers a place, (n, height, width); below 0 where it rises.

    Patches overlap by half; a pixel's number is the mean over those that cover it.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014, section 4.2.

    Args:
        ask: from m pictures to (m, classes) scores or probabilities.
        images: n pictures.
        codes: (n,) of the class that is explained.
    """
    places = patches(*images.shape[:2])
    found = [_falls(ask, images.take(np.array([row])), int(code), places) for row, code in enumerate(codes)]
    return np.stack(found).astype(np.float32)


def patches(height: int, width: int) -> list[tuple[slice, slice]]:
    """Return where patches lie: rows and columns of each, the last ones flush with the edge.

    >>> [(rows.start, columns.start) for rows, columns in patches(2, 3)]
    [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    """
    side = -(-min(height, width) // PARTS)
    step = -(-side // 2)
    down, across = (sorted({*range(0, long - side, step), long - side}) for long in (height, width))
    return [(slice(top, top + side), slice(left, left + side)) for top in down for left in across]


def _falls(
    ask: Callable[[Images], np.ndarray], image: Images, code: int, places: list[tuple[slice, slice]]
) -> np.ndarray:
    """Return the mean fall of one picture's score at each pixel, (height, width)."""
    covered = np.repeat(image.pixels, len(places), axis=0)
    for row, (rows, columns) in enumerate(places):
        covered[row, rows, columns] = image.top / 2
    whole, without = float(ask(image)[0, code]), ask(Images(covered, image.top))[:, code]
    falls = whole - without
    falls = np.where(np.abs(falls) < NOTHING * max(1.0, abs(whole)), 0.0, falls)
    summed, count = np.zeros(image.shape[:2]), np.zeros(image.shape[:2])
    for (rows, columns), fall in zip(places, falls, strict=True):
        summed[rows, columns] += fall
        count[rows, columns] += 1
    return np.asarray(summed / count)
