"""Anchors: the sizes of boxes that a net starts from, fitted to the boxes of the training part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

PASSES = 50

BEGINNINGS = 256
"""Boxes, at even quantiles of the area, among which the first centres are looked for."""


def fitted(sizes: np.ndarray, count: int) -> np.ndarray:
    """Return (count, 2) widths and heights, by area, that training boxes overlap most when laid on one another.

    K-means under 1 - IoU (Redmon and Farhadi, YOLO9000, 2017), begun at those boxes which, one after another, add most
    to the overlaps, so that nothing is drawn. A cluster that loses all its boxes keeps its size.

    Args:
        sizes: (m, 2) widths and heights of at least one box, all above 0.
        count: how many.

    >>> import numpy as np
    >>> fitted(np.array([[8, 8], [8, 10], [30, 20], [30, 22]]), 2).tolist()
    [[8.0, 9.0], [30.0, 21.0]]
    """
    import numpy as np

    ranked = np.asarray(sizes, dtype=np.float64)[np.argsort(np.prod(sizes, axis=1), kind="stable")]
    centres = _begun(ranked, count)
    for _ in range(PASSES):
        nearest = shared(ranked, centres).argmax(axis=1)
        members = [ranked[nearest == number] for number in range(count)]
        fresh = np.array([mine.mean(axis=0) if len(mine) else old for mine, old in zip(members, centres, strict=True)])
        if np.allclose(fresh, centres):
            break
        centres = fresh
    return np.asarray(centres[np.argsort(np.prod(centres, axis=1), kind="stable")])


def _begun(ranked: np.ndarray, count: int) -> np.ndarray:
    import numpy as np

    places = np.unique(np.linspace(0, len(ranked) - 1, BEGINNINGS).astype(int))
    overlaps, best, chosen = shared(ranked, ranked[places]), np.zeros(len(ranked)), []
    for _ in range(count):
        chosen.append(places[np.maximum(overlaps, best[:, None]).sum(axis=0).argmax()])
        best = np.maximum(best, shared(ranked, ranked[chosen[-1:]])[:, 0])
    return ranked[chosen]


def shared(sizes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return (m, k) intersections over unions of boxes that share a corner, given by width and height."""
    import numpy as np

    common = np.prod(np.minimum(sizes[:, None], others[None]), axis=2)
    return np.asarray(common / (np.prod(sizes, axis=1)[:, None] + np.prod(others, axis=1)[None] - common))


def usual(strides: Sequence[int], each: int) -> np.ndarray:
    """Return (levels · each, 2) squares for a net without training boxes: from 4 strides up (Lin et al., Focal loss,
    2017)."""
    import numpy as np

    return np.array([[4 * stride * 2 ** (step / each)] * 2 for stride in strides for step in range(each)])


def points(height: int, width: int, stride: int) -> np.ndarray:
    """Return (height · width, 2) float32, the middle of every cell in pixels, (x, y), row by row.

    >>> points(1, 2, 8).tolist()
    [[4.0, 4.0], [12.0, 4.0]]
    """
    import numpy as np

    rows, columns = np.mgrid[:height, :width]
    return (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5).astype(np.float32) * np.float32(stride)


def laid(shapes: Sequence[tuple[int, int]], strides: Sequence[int], sizes: np.ndarray) -> np.ndarray:
    """Return (a, 4) float32 corners: around every cell of every level its share of the sizes, level by level.

    Args:
        shapes: (height, width) of each level in cells.
        strides: of each level.
        sizes: (levels · each, 2), the finest level's first.
    """
    import numpy as np

    found = []
    for (height, width), stride, mine in zip(shapes, strides, np.split(np.asarray(sizes), len(strides)), strict=True):
        centres = np.repeat(points(height, width, stride), len(mine), axis=0)
        halves = np.tile(mine / 2, (height * width, 1))
        found.append(np.concatenate([centres - halves, centres + halves], axis=1))
    return np.concatenate(found).astype(np.float32)
