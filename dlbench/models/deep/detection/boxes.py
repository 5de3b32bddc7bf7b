"""Boxes as tensors: corners in pixels, how far one lies from another, how much they share.

Corners are (…, 4): left, top, right, bottom, edges between pixels. Everything is written on keras.ops, for numbers as
for the symbols that a net is built of.
"""

from __future__ import annotations

from typing import Any

LARGEST = 4.135
"""Of a delta of size: 1000/16 times the anchor, beyond which an exponential would only overflow."""


def corners(sides: Any) -> Any:
    """Return the corners of (…, 4) left, top, width, height."""
    from keras import ops

    return ops.concatenate([sides[..., :2], sides[..., :2] + sides[..., 2:]], axis=-1)


def deltas(boxes: Any, anchors: Any) -> Any:
    """Return what takes anchors to boxes: (…, 4) shifts of the centre in the anchor's sizes, logarithms of the sizes'
    ratios (Girshick et al., Rich feature hierarchies, 2014, appendix C). Sides of 0 count as a hundredth of a pixel.

    Args:
        boxes, anchors: (…, 4) corners.
    """
    from keras import ops

    (centre, size), (home, scale) = _centred(boxes), _centred(anchors)
    scale = ops.maximum(scale, 1e-2)
    return ops.concatenate([(centre - home) / scale, ops.log(ops.maximum(size, 1e-2) / scale)], axis=-1)


def moved(anchors: Any, deltas: Any) -> Any:
    """Return the corners that deltas take anchors to; undoes `deltas`."""
    from keras import ops

    home, scale = _centred(anchors)
    scale = ops.maximum(scale, 1e-2)
    centre = home + deltas[..., :2] * scale
    half = ops.exp(ops.minimum(deltas[..., 2:], LARGEST)) * scale / 2
    return ops.concatenate([centre - half, centre + half], axis=-1)


def clipped(corners: Any, height: int, width: int) -> Any:
    """Return what of the boxes lies inside the picture."""
    from keras import ops

    across, down = ops.clip(corners[..., 0::2], 0, width), ops.clip(corners[..., 1::2], 0, height)
    return ops.stack([across[..., 0], down[..., 0], across[..., 1], down[..., 1]], axis=-1)


def area(corners: Any) -> Any:
    """Return (…,) areas; 0 where right lies left of left, or bottom above top."""
    from keras import ops

    size = ops.maximum(corners[..., 2:] - corners[..., :2], 0.0)
    return size[..., 0] * size[..., 1]


def overlap(first: Any, second: Any) -> Any:
    """Return the (…, m, k) intersections over unions of (…, m, 4) with (…, k, 4)."""
    return _shares(first[..., :, None, :], second[..., None, :, :])[0]


def likeness(first: Any, second: Any) -> Any:
    """Return (…,) generalised overlaps of boxes with their counterparts, from -1 (far away) to 1 (the same).

    Intersection over union, less the share of the smallest box around both that neither fills (Rezatofighi et al.,
    Generalized intersection over union, 2019): it has a gradient also where boxes do not touch.

    Args:
        first, second: (…, 4) corners.
    """
    from keras import ops

    shared, union = _shares(first, second)
    low, high = ops.minimum(first[..., :2], second[..., :2]), ops.maximum(first[..., 2:], second[..., 2:])
    around = ops.maximum(area(ops.concatenate([low, high], axis=-1)), 1e-6)
    return shared - (around - union) / around


def _shares(first: Any, second: Any) -> tuple[Any, Any]:
    """Return intersection over union, and the union."""
    from keras import ops

    low, high = ops.maximum(first[..., :2], second[..., :2]), ops.minimum(first[..., 2:], second[..., 2:])
    common = area(ops.concatenate([low, high], axis=-1))
    union = area(first) + area(second) - common
    return common / ops.maximum(union, 1e-6), union


def _centred(corners: Any) -> tuple[Any, Any]:
    """Return centres and sizes, (…, 2) each."""
    return (corners[..., :2] + corners[..., 2:]) / 2, corners[..., 2:] - corners[..., :2]
