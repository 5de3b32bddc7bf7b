"""Greedy suppression of many pictures at once, with shapes that are known before anything runs."""

from __future__ import annotations

from typing import Any

from dlbench.models.deep.detection.boxes import overlap

ROUNDS = 16
"""After which suppression inside a net is taken for settled."""


def surest(boxes: Any, scores: Any, iou: float, most: int, rounds: int = ROUNDS) -> tuple[Any, Any]:
    """Return (n, most) positions of the boxes kept, surest first, then the surest of those suppressed; and (n, most),
    1 for kept and 0 for suppressed.

    A box goes if a kept surer one overlaps it by more than `iou`. What is kept follows from what is surer, so that
    starting from all and asking every box at once is right for the first box after one round, and for every box whose
    chain of surer ones that overlap is shorter than `rounds`; with as many rounds as boxes for all of them.

    Args:
        boxes: (n, m, 4) corners.
        scores: (n, m), no NaN; of equal ones the earlier is surer.
        iou: most overlap of two that are kept.
        most: how many are asked for, at most m.
        rounds: as said.
    """
    from keras import ops

    count = boxes.shape[1]
    _, order = ops.top_k(scores, count)
    ranked = ops.take_along_axis(boxes, order[:, :, None], axis=1)
    earlier = ops.triu(ops.ones((count, count), dtype=ranked.dtype), k=1)
    over = ops.cast(overlap(ranked, ranked) > iou, ranked.dtype) * earlier
    kept = ops.ones_like(ranked[..., 0])
    for _ in range(min(rounds, count)):
        kept = ops.cast(ops.einsum("nij,ni->nj", over, kept) < 0.5, ranked.dtype)
    _, places = ops.top_k(kept * count - ops.arange(count, dtype=ranked.dtype), most)
    return ops.take_along_axis(order, places, axis=1), ops.take_along_axis(kept, places, axis=1)
