"""Names beside marks, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, LINE, GAP = 6.6, 15.0, 9.0
"""Pixels of a letter's width, of a line's height, from a mark to its name."""


@dataclass(frozen=True)
class Mark:
    """A mark at (x, y) pixels, y downwards, and its name."""

    x: float
    y: float
    name: str


Box = tuple[float, float, float, float]


def sides(marks: Sequence[Mark], width: float) -> list[str]:
    """Return on which side of each mark its name stands: right, left, or "" where it would lie over another.

    Those that come first choose first; a name lies over neither names nor marks, and not beyond the width.

    >>> sides([Mark(10, 10, "svm"), Mark(14, 12, "mlp"), Mark(190, 50, "forest")], 200)
    ['right', '', 'left']
    """
    taken: list[Box] = [(one.x - 4, one.y - 4, one.x + 4, one.y + 4) for one in marks]
    found = []
    for number, one in enumerate(marks):
        others = [box for place, box in enumerate(taken) if place != number]
        side, box = next(((side, box) for side, box in _boxes(one) if _free(box, others, width)), ("", None))
        if box is not None:
            taken.append(box)
        found.append(side)
    return found


def _boxes(one: Mark) -> tuple[tuple[str, Box], ...]:
    long = LETTER * len(one.name)
    top, bottom = one.y - LINE / 2, one.y + LINE / 2
    return ("right", (one.x + GAP, top, one.x + GAP + long, bottom)), (
        "left",
        (one.x - GAP - long, top, one.x - GAP, bottom),
    )


def _free(box: Box, taken: Sequence[Box], width: float) -> bool:
    inside = box[0] >= 0 and box[2] <= width
    return inside and not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
    )
