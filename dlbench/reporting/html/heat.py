"""Maps of what was looked at, as warm and cold light on the picture."""

from __future__ import annotations

import numpy as np

FOR = np.array((255, 150, 40), dtype=np.float64)
AGAINST = np.array((70, 160, 255), dtype=np.float64)
"""Colours of what speaks for the class and against it; told apart by those who see no red or green."""

DIMMED = 0.45
"""Light that is left of the picture below."""

_MANY = 400
"""Pixels above which a single one does not set the scale."""

_THIRDS = (("top left", "top", "top right"), ("left", "middle", "right"), ("bottom left", "bottom", "bottom right"))


def heat(values: np.ndarray, picture: np.ndarray | None) -> np.ndarray:
    """Return (height, width, 3) bytes: the picture grey and dim, lit in proportion to a map's strongest place.

    >>> heat(np.array([[2.0, 0.0, -2.0]]), None)[0].tolist()
    [[255, 150, 40], [0, 0, 0], [70, 160, 255]]

    Args:
        values: (height, width), above 0 where it speaks for the class, below where against.
        picture: (height, width, channels) from 0 to 1; None, or one of another size, for black.
    """
    share = _share(values)[..., np.newaxis]
    below = np.zeros((*values.shape, 1))
    if picture is not None and picture.shape[:2] == values.shape:
        below = picture[..., :3].mean(axis=-1, keepdims=True, dtype=np.float64)
    light = np.abs(share)
    mixed = DIMMED * 255 * np.clip(below, 0, 1) * (1 - light) + np.where(share < 0, AGAINST, FOR) * light
    return np.asarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))


def strongest(values: np.ndarray) -> str:
    """Say in words where a map is strongest.

    >>> strongest(np.eye(1, 9).reshape(3, 3)), strongest(np.zeros((4, 4)))
    ('strongest at the top left', 'nothing stands out')
    """
    size = np.abs(_from_nought(values))
    if not size.max(initial=0.0) > 0:
        return "nothing stands out"
    row, column = np.unravel_index(int(size.argmax()), size.shape)
    third = _THIRDS[int(3 * row / values.shape[0])][int(3 * column / values.shape[1])]
    return f"strongest at the {third}"


def _share(values: np.ndarray) -> np.ndarray:
    """Return values from −1 to 1: of the largest one, or of many pixels of the largest but for one in a hundred."""
    held = _from_nought(values)
    top = float(np.quantile(np.abs(held), 0.99)) if held.size > _MANY else 0.0
    top = top or float(np.abs(held).max(initial=0.0))
    return np.clip(held / top, -1, 1) if top > 0 else np.zeros(held.shape)


def _from_nought(values: np.ndarray) -> np.ndarray:
    """Return a map that is above 0 everywhere less its least value: shares of attention differ little."""
    held = np.asarray(values, dtype=np.float64)
    return held - max(0.0, float(held.min(initial=np.inf))) if held.size else held
