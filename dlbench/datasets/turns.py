"""How a camera's turn moves what was marked in the picture as it lies in its file.

A turn is a number of EXIF's (JEITA CP-3451, tag Orientation): 1 is none, 2 to 4 mirror across, both ways or down, 5 to
8 change height and width first and then do the same or nothing.
"""

from __future__ import annotations

import numpy as np

from dlbench.datasets.pictures import LYING

ACROSS, DOWN = (2, 3, 6, 7), (3, 4, 7, 8)


def turned_boxes(boxes: np.ndarray, turn: int, height: int, width: int) -> np.ndarray:
    """Return boxes (m, 4) of left, top, width, height where the turn brings them.

    Args:
        boxes: in pixels of the picture as it lies in its file.
        turn: a number of EXIF's.
        height, width: of the picture as it is looked at.

    >>> turned_boxes(np.array([[1, 2, 3, 4]]), 6, 8, 10).tolist()
    [[4, 1, 4, 3]]
    """
    found = boxes[:, [1, 0, 3, 2]] if turn in LYING else boxes.copy()
    if turn in ACROSS:
        found[:, 0] = width - found[:, 0] - found[:, 2]
    if turn in DOWN:
        found[:, 1] = height - found[:, 1] - found[:, 3]
    return found


def turned_mask(mask: np.ndarray, turn: int) -> np.ndarray:
    """Return (height, width) pixels where the turn brings them.

    >>> turned_mask(np.array([[1, 2, 3]]), 6).tolist()
    [[1], [2], [3]]
    """
    found = mask.T if turn in LYING else mask
    return found[:: -1 if turn in DOWN else 1, :: -1 if turn in ACROSS else 1]


def unturned(turn: int, upright: tuple[int, int], told: tuple[int, int] | None) -> bool:
    """Whether what was marked in a picture is to be turned along with it.

    It is where the size that its marks tell of is that of the file, and where they tell of none, or of one that both
    have: marks are of the picture as it lies in its file.

    Args:
        turn: a number of EXIF's.
        upright: height and width of the picture as it is looked at.
        told: height and width that the annotation tells.
    """
    return turn != 1 and not (turn in LYING and told == upright != upright[::-1])
