"""From all that a net says of a picture to its detections: the surest ones, those of a class that are one together."""

from __future__ import annotations

import numpy as np

from dlbench.prepare.suppression import suppress

UNSURE = 0.01
"""Below this a detection is not kept: it could only come last."""

FIRST, CONSIDERED = 300, 4800
"""Surest detections of a picture that are held against each other: FIRST, then four times as many, and so on up to
CONSIDERED, until KEPT of them stay."""

KEPT = 100
"""Surest detections of a picture that are given, as many as COCO's measure counts."""

SAME = 0.5
"""Overlap from which two detections of a class are one."""


def thinned(output: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return boxes (left, top, width, height), codes and scores of one picture, surest first.

    Args:
        output: (m, 4 + classes): left, top, right and bottom, and how sure the net is of each class.

    >>> thinned(np.array([[1.0, 1, 3, 5, 0.9], [1, 1, 3, 5, 0.8]]))[0].tolist()
    [[1.0, 1.0, 2.0, 4.0]]
    """
    corners, scores = output[:, :4], output[:, 4:]
    rows, codes = np.nonzero(scores >= UNSURE)
    sure = scores[rows, codes]
    order = np.argsort(-sure, kind="stable")[:CONSIDERED]
    rows, codes, sure = rows[order], codes[order], sure[order]
    boxes = np.concatenate([corners[rows, :2], np.maximum(corners[rows, 2:] - corners[rows, :2], 0)], axis=1)
    kept = _surest(boxes, sure, codes)
    return boxes[kept], codes[kept], sure[kept]


def _surest(boxes: np.ndarray, sure: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the positions of the KEPT surest detections that stay.

    What is less sure never makes a surer one go: once enough of the first ones stay, the others need no look.
    """
    most = FIRST
    while len(kept := suppress(boxes[:most], sure[:most], codes[:most], SAME)[:KEPT]) < KEPT and most < len(sure):
        most *= 4
    return kept
