"""The pixels that lie inside an outline of COCO's: polygons, or run lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.run_lengths import RunLengths

FARTHEST = 1 << 20
"""Pixels from the corner within which the points of a polygon lie."""


class Outline(NamedTuple):
    """An annotation: class, whether it is a crowd, area in pixels or None, and the outline itself."""

    label: str
    crowd: bool
    area: float | None
    told: Any


class Ground(NamedTuple):
    """What outlines were drawn on: height and width in pixels, and the turn that the picture took since."""

    height: int
    width: int
    turn: int


def pixels_in(outline: Outline, ground: Ground, noted: Counter[str]) -> int:
    """Return how many pixels of its ground lie inside an outline; 0, and a note, where none does."""
    found = _drawable(outline, ground, noted)
    return 0 if found is None else found[1]


def filled(outline: Outline, ground: Ground, noted: Counter[str]) -> np.ndarray | None:
    """Return (height, width) booleans of what lies inside, in the picture as it is looked at; None, and a note, where
    nothing does."""
    import numpy as np
    from hotcoco import mask

    from dlbench.datasets.turns import turned_mask
    from dlbench.forms.run_lengths import RunLengths

    if (found := _drawable(outline, ground, noted)) is None:
        return None
    runs = found[0]
    inside = runs.decode() if isinstance(runs, RunLengths) else np.asarray(mask.decode(runs), dtype=np.bool_)
    return turned_mask(inside, ground.turn)


def _drawable(outline: Outline, ground: Ground, noted: Counter[str]) -> tuple[RunLengths | dict[str, Any], int] | None:
    """Return the runs of an outline and how many pixels they hold; None, and a note, where there are none."""
    from hotcoco import mask

    from dlbench.forms.run_lengths import RunLengths

    if (runs := _runs(outline.told, ground)) is None:
        noted["degenerate outlines: left out"] += 1
        return None
    count = runs.area if isinstance(runs, RunLengths) else int(mask.area(runs))
    if not count:
        noted["outlines that hold no pixel of their picture: left out"] += 1
        return None
    return runs, count


def _runs(outline: Any, ground: Ground) -> RunLengths | dict[str, Any] | None:
    """Return the runs of pixels inside an outline, of polygons as hotcoco has them; None for a degenerate one."""
    from hotcoco import mask

    from dlbench.forms.run_lengths import RunLengths

    height, width, _ = ground
    try:
        if isinstance(outline, Mapping):
            runs = RunLengths.from_coco(outline)
            return runs if (runs.height, runs.width) == (height, width) else None
        polygons = [[float(number) for number in one] for one in outline if len(one) >= 6 and len(one) % 2 == 0]
        if not polygons or not all(abs(number) <= FARTHEST for one in polygons for number in one):
            return None
        found: dict[str, Any] = mask.merge(mask.frPyObjects(polygons, height, width))
        return found
    except (ValueError, TypeError):
        return None
