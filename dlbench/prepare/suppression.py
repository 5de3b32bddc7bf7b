"""Of detections that lie on one another, keep the surest: greedy non-maximum suppression."""

from __future__ import annotations

import numpy as np

_STRIPE = 64
"""Boxes whose overlaps are computed at once."""


def suppress(boxes: np.ndarray, scores: np.ndarray, codes: np.ndarray, iou: float) -> np.ndarray:
    """Return the positions of the detections kept, surest first; of equal scores the earlier one is surer.

    A detection goes if a kept one of its class overlaps it by more than `iou` (Felzenszwalb et al., Object detection
    with discriminatively trained part-based models, 2010, section 7.2). Other classes do not touch it.

    Args:
        boxes: (m, 4) left, top, width, height.
        scores: (m,), no NaN.
        codes: (m,) classes.
        iou: most intersection over union that two kept ones of a class may have.

    >>> boxes = np.array([[0, 0, 10, 10], [1, 0, 10, 10], [20, 0, 10, 10], [1, 0, 10, 10]])
    >>> suppress(boxes, np.array([0.8, 0.9, 0.1, 0.7]), np.array([0, 0, 0, 1]), 0.5).tolist()
    [1, 3, 2]
    """
    order = np.argsort(-scores, kind="stable")
    kept = np.zeros(len(order), dtype=np.bool_)
    for code in np.unique(codes):
        own = np.flatnonzero(codes[order] == code)
        kept[own[_kept(boxes[order[own]], iou)]] = True
    return order[kept]


def _kept(boxes: np.ndarray, iou: float) -> np.ndarray:
    """Return (m,) booleans, which of the boxes of one class are kept; surest first."""
    there = np.ones(len(boxes), dtype=np.bool_)
    for begin in range(0, len(boxes), _STRIPE):
        left = begin + np.flatnonzero(there[begin:])
        rows = left[left < begin + _STRIPE]
        touched = overlaps(boxes[rows], boxes[left]) > iou
        for place, (row, hit) in enumerate(zip(rows, touched, strict=True)):
            if there[row]:
                there[left[place + 1 :][hit[place + 1 :]]] = False
    return there


def overlaps(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the (m, k) intersections over unions of m boxes with k others; 0 between boxes without area.

    Args:
        first, second: (m, 4) and (k, 4) left, top, width, height.

    >>> overlaps(np.array([[0, 0, 2, 2]]), np.array([[1, 0, 2, 2], [2, 0, 2, 2]])).round(3).tolist()
    [[0.333, 0.0]]
    """
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum((first[:, :2] + first[:, 2:])[:, None], (second[:, :2] + second[:, 2:])[None])
    common = np.prod(np.clip(high - low, 0, None), axis=2)
    union = np.prod(first[:, 2:], axis=1)[:, None] + np.prod(second[:, 2:], axis=1)[None] - common
    found: np.ndarray = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return found
