"""Which object a place of the net is to find: targets of padded truths, in shapes known beforehand.

A truth is (n, most, 5): corners in pixels and a class code, -1 where a picture has fewer objects than `most`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dlbench.models.deep.detection.boxes import overlap

CLOSEST = 10
"""Places that an object is found from at most (Feng et al., 2021)."""

SCORE_POWER, OVERLAP_POWER = 0.5, 6.0
"""How much score and overlap count for who is to find an object; as later YOLO nets set them."""


class Match(NamedTuple):
    """For every place of every picture: (n, places) each, `boxes` with a last axis of 4.

    Attributes:
        boxes: corners of the object it is to find; of any object where it is to find none.
        codes: its class.
        found: 1 where it is to find one.
        empty: 1 where it is to say that there is none; neither holds where it is left alone.
        worth: from 0 to 1, how good a finder it is.
    """

    boxes: Any
    codes: Any
    found: Any
    empty: Any
    worth: Any


def by_overlap(places: Any, truth: Any, high: float, low: float, *, best: bool) -> Match:
    """Return what boxes are to find: the object they overlap most, from `high` on; none below `low`.

    Args:
        places: (n, places, 4) or (places, 4) corners.
        truth: (n, most, 5).
        high, low: overlaps.
        best: let each object also be found by the places that overlap it most, however little (Ren et al., Faster
            R-CNN, 2015, section 3.1.2).
    """
    from keras import ops

    shared = overlap(places, truth[..., :4]) * _real(truth)[:, None, :]
    most = ops.max(shared, axis=-1)
    found = most >= high
    if best:
        mine = ops.logical_and(ops.equal(shared, ops.max(shared, axis=1, keepdims=True)), shared > 0)
        found = ops.logical_or(found, ops.any(mine, axis=-1))
        shared = shared + 2 * ops.cast(mine, shared.dtype)
    empty = ops.logical_and(most < low, ops.logical_not(found))
    boxes, codes = _taken(truth, ops.argmax(shared, axis=-1))
    return Match(boxes, codes, ops.cast(found, most.dtype), ops.cast(empty, most.dtype), most)


def by_alignment(points: Any, strides: Any, truth: Any, boxes: Any, scores: Any) -> Match:
    """Return what points are to find, by how well they find it now.

    An object is found from the `CLOSEST` points inside it whose scoreᵃ · overlapᵇ for it is largest; a point that two
    objects want takes the one it overlaps more. Its worth is that product, in such units that the best finder of an
    object is worth the largest overlap that the object has (Feng et al., TOOD: task-aligned one-stage object
    detection, 2021). An object that holds no point is found from those whose cell holds its middle.

    Args:
        points: (places, 2) in pixels.
        strides: (places,) pixels a cell.
        truth: (n, most, 5).
        boxes: (n, places, 4), where the points say that something is.
        scores: (n, places, classes), how sure they are, from 0 to 1.
    """
    from keras import ops

    near = _inside(points, strides, truth) * _real(truth)[:, :, None]
    shared = overlap(truth[..., :4], boxes) * near
    wanted = ops.one_hot(ops.cast(ops.maximum(truth[..., 4], 0), "int32"), scores.shape[-1], dtype=scores.dtype)
    sure = ops.einsum("nmc,npc->nmp", wanted, scores)
    fit = ops.power(ops.maximum(sure, 1e-6), SCORE_POWER) * ops.power(shared, OVERLAP_POWER)
    least = ops.top_k(fit, min(CLOSEST, fit.shape[-1]))[0][..., -1:]
    chosen = ops.cast(ops.logical_and(fit >= least, fit > 0), fit.dtype)
    owner = ops.argmax(chosen * (1 + shared), axis=1)
    chosen = chosen * ops.transpose(ops.one_hot(owner, truth.shape[1], dtype=fit.dtype), (0, 2, 1))
    fit, shared = fit * chosen, shared * chosen
    unit = ops.max(shared, axis=-1, keepdims=True) / ops.maximum(ops.max(fit, axis=-1, keepdims=True), 1e-30)
    found = ops.max(chosen, axis=1)
    return Match(*_taken(truth, owner), found, 1 - found, ops.max(fit * unit, axis=1))


def _inside(points: Any, strides: Any, truth: Any) -> Any:
    """Return (n, most, places), 1 where a point lies in a box or in its cell around the middle of the box."""
    from keras import ops

    low, high = truth[:, :, None, :2], truth[:, :, None, 2:4]
    reach = ops.maximum((high - low) / 2, ops.convert_to_tensor(strides)[:, None] / 2)
    apart = ops.abs(ops.convert_to_tensor(points) - (low + high) / 2)
    return ops.cast(ops.all(apart <= reach, axis=-1), truth.dtype)


def _real(truth: Any) -> Any:
    from keras import ops

    return ops.cast(truth[..., 4] >= 0, truth.dtype)


def _taken(truth: Any, owner: Any) -> tuple[Any, Any]:
    """Return boxes and codes of the objects that places own."""
    from keras import ops

    mine = ops.take_along_axis(truth, owner[:, :, None], axis=1)
    return mine[..., :4], ops.cast(ops.maximum(mine[..., 4], 0), "int32")
