"""The two stages of Faster R-CNN: what the first one proposes, what both are held against, what the second one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.models.deep.detection.boxes import clipped, deltas, moved
from dlbench.models.deep.detection.suppression import surest

if TYPE_CHECKING:
    import numpy as np

    from dlbench.models.deep.detection.layout import Layout
    from dlbench.models.deep.detection.matching import Match

EACH = 3
"""Anchors a cell."""

THERE, ELSEWHERE, HALF = 0.7, 0.3, 0.5
"""Overlaps with an object: an anchor from THERE on is one, below ELSEWHERE is none; a proposal is one from HALF on."""

SAMPLE = 256
"""Anchors of a picture that the paper draws, up to half of them objects."""

SHARE = 0.25
"""Of objects among what the second stage learns from, at least; so many are drawn in Girshick, Fast R-CNN, 2015."""

UNITS = (0.1, 0.1, 0.2, 0.2)
"""Of the second stage's deltas, so that they are of the size of 1 (Girshick, Fast R-CNN, 2015)."""

KNEE = 1 / 9
"""Of the first stage's box loss: below it squares, above it distances."""

CONSIDERED = 4
"""Times as many boxes as proposals are held against each other, the surest ones; in the paper all are."""

SAME = 0.7
"""Overlap from which two proposals are one (section 3.3)."""


def proposed(anchors: np.ndarray, first: Any, size: tuple[int, int], count: int) -> Any:
    """Return (n, count, 4) corners; no gradient passes. Where fewer are left, suppressed ones fill up.

    Args:
        anchors: (a, 4); a small picture of fewer anchors than `count` gets as many proposals as it has anchors.
        first: (n, a, 5) logits that something is there, and deltas.
        size: (height, width) of the picture.
        count: proposals a picture.
    """
    from keras import ops

    first = ops.stop_gradient(ops.cast(first, "float32"))
    scores, order = ops.top_k(first[..., 0], min(count * CONSIDERED, len(anchors)))
    mine = ops.take_along_axis(first[..., 1:], order[:, :, None], axis=1)
    boxes = clipped(moved(ops.take(anchors, order, axis=0), mine), *size)
    places, _ = surest(boxes, scores, SAME, min(count, len(anchors)))
    return ops.take_along_axis(boxes, places[:, :, None], axis=1)


def answered(stages: Mapping[str, Any], size: tuple[int, int]) -> Any:
    """Return (n, proposals, 4 + classes): corners and the classes' probabilities."""
    from keras import ops

    boxes = clipped(moved(stages["proposals"], ops.cast(stages["moves"], "float32") * _units()), *size)
    return ops.concatenate([boxes, ops.softmax(ops.cast(stages["classes"], "float32"))[..., :-1]], axis=-1)


def loss_of(layout: Layout, anchors: np.ndarray, size: tuple[int, int]) -> Any:
    """Return the loss of truths (n, most, 5) and packed outputs, (n,): both stages', each of classes and boxes."""
    from dlbench.models.deep.detection.matching import by_overlap
    from dlbench.models.deep.detection.warping import along

    def loss(truth: Any, output: Any) -> Any:
        given = layout.unpacked(output)
        truth = along(truth, given["told"], *size)
        homes = by_overlap(anchors, truth, THERE, ELSEWHERE, best=True)
        looked = by_overlap(given["proposals"], truth, HALF, HALF, best=False)
        return _first_loss(given, homes, anchors) + _second_loss(given, looked)

    return loss


def _first_loss(given: Mapping[str, Any], match: Match, anchors: np.ndarray) -> Any:
    """Return (n,); weights are the mean of the paper's sample: every anchor by its chance to be in it."""
    from keras import ops

    objects, empty = ops.sum(match.found, axis=1, keepdims=True), ops.sum(match.empty, axis=1, keepdims=True)
    drawn = ops.minimum(objects, SAMPLE / 2)
    chance = match.found * drawn / ops.maximum(objects, 1.0)
    others = match.empty * ops.minimum(SAMPLE - drawn, empty) / ops.maximum(empty, 1.0)
    surprise = ops.softplus(given["there"]) - match.found * given["there"]
    apart = _smooth(given["shifts"] - deltas(match.boxes, ops.convert_to_tensor(anchors)), KNEE)
    return ops.sum((chance + others) * surprise + chance * apart, axis=1) / SAMPLE


def _second_loss(given: Mapping[str, Any], match: Match) -> Any:
    """Return (n,), the mean over proposals, in which objects count as SHARE of them where they are fewer."""
    from keras import ops

    count = given["classes"].shape[1]
    objects = ops.sum(match.found, axis=1, keepdims=True)
    share = ops.where(objects > 0, ops.maximum(objects / count, SHARE), 0.0)
    weight = match.found * share / ops.maximum(objects, 1.0)
    weight = weight + match.empty * (1.0 - share) / ops.maximum(count - objects, 1.0)
    background = given["classes"].shape[-1] - 1
    codes = ops.where(match.found > 0, match.codes, background)
    surprise = ops.sparse_categorical_crossentropy(codes, given["classes"], from_logits=True)
    apart = _smooth(given["moves"] - deltas(match.boxes, given["proposals"]) / _units(), 1.0)
    return ops.sum(weight * (surprise + match.found * apart), axis=1)


def _smooth(apart: Any, knee: float) -> Any:
    """Return (…,) sums over the last axis of squares below the knee and distances above."""
    from keras import ops

    far = ops.abs(apart)
    return ops.sum(ops.where(far < knee, far * far / (2 * knee), far - knee / 2), axis=-1)


def _units() -> np.ndarray:
    import numpy as np

    return np.array(UNITS, dtype=np.float32)
