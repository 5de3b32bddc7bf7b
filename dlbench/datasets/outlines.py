"""How many pixels an outline of COCO's holds: polygons, or run lengths of a mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.forms.run_lengths import RunLengths


def area_of(outline: Any) -> float:
    """Return the pixels in an outline; NaN for none that can be read. Polygons that overlap count twice.

    >>> area_of([[0, 0, 4, 0, 4, 2, 0, 2]])
    8.0
    >>> area_of({"size": [2, 2], "counts": [1, 2, 1]})
    2.0
    """
    try:
        if isinstance(outline, dict):
            return float(RunLengths.from_coco(outline).area)
        if not isinstance(outline, list) or not outline:
            return float("nan")
        return sum(_polygon(np.array(one, dtype=np.float64).reshape(-1, 2)) for one in outline)
    except (TypeError, ValueError):
        return float("nan")


def _polygon(corners: np.ndarray) -> float:
    """Return the area of a polygon (the shoelace formula)."""
    right, down = corners.T
    return float(abs(right @ np.roll(down, -1) - down @ np.roll(right, -1)) / 2)
