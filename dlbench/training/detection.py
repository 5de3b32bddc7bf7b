"""Objects as a net of the house learns and gives them: padded to one length, and thinned out again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlbench.forms import ragged
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.prepare.part import Part
from dlbench.prepare.suppression import suppress

UNSURE = 0.01
"""Below this a detection is not kept: it could only come last."""

CONSIDERED = 300
"""Surest detections of a picture that are held against each other."""

KEPT = 100
"""Surest detections of a picture that are given, as many as COCO's measure counts."""

SAME = 0.5
"""Overlap from which two detections of a class are one."""


def objects_of(part: Part) -> Objects:
    """Return the objects of a part's pictures.

    Raises:
        ValueError: its target is hidden, or no objects.
    """
    if not isinstance(part.target, Objects):
        raise ValueError(f"a detector learns from objects, but the part has {type(part.target).__name__} as its target")
    return part.target


def most_of(parts: Sequence[Part]) -> int:
    """Return the most objects that a picture of these parts has, at least 1."""
    return max(1, *(int(objects_of(part).counts.max(initial=0)) for part in parts))


def padded(objects: Objects, most: int) -> np.ndarray:
    """Return (n, most, 5) float32: left, top, right, bottom and the class code, -1 where a picture has fewer.

    Left out are boxes without area, and those around a crowd, which show no single object.

    >>> padded(Objects.of([(np.array([[1, 2, 3, 4]]), np.array([2])), ([], [])]), 1).tolist()
    [[[1.0, 2.0, 4.0, 6.0, 2.0]], [[0.0, 0.0, 0.0, 0.0, -1.0]]]
    """
    owners = ragged.owners(objects.offsets)
    places = np.arange(len(objects.boxes)) - objects.offsets[owners]
    learned = objects.single
    found = np.zeros((len(objects), most, 5), dtype=np.float32)
    found[..., 4] = -1
    at = owners[learned], places[learned]
    found[(*at, slice(0, 2))] = objects.boxes[learned, :2]
    found[(*at, slice(2, 4))] = objects.boxes[learned, :2] + objects.boxes[learned, 2:]
    found[(*at, 4)] = objects.codes[learned]
    return found


def detections(outputs: np.ndarray) -> Boxes:
    """Return the surest detections of each picture, those of a class that are one taken together.

    Args:
        outputs: (n, m, 4 + classes) corners, and how sure the net is of each class.
    """
    return Boxes.of([_thinned(one.astype(np.float64)) for one in outputs])


def _thinned(output: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return boxes, codes and scores of one picture, surest first."""
    corners, scores = output[:, :4], output[:, 4:]
    rows, codes = np.nonzero(scores >= UNSURE)
    sure = scores[rows, codes]
    order = np.argsort(-sure, kind="stable")[:CONSIDERED]
    rows, codes, sure = rows[order], codes[order], sure[order]
    boxes = np.concatenate([corners[rows, :2], np.maximum(corners[rows, 2:] - corners[rows, :2], 0)], axis=1)
    kept = suppress(boxes, sure, codes, SAME)[:KEPT]
    return boxes[kept], codes[kept], sure[kept]
