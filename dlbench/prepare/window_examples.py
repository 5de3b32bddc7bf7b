"""Which windows teach what: those on an object its class, those off every object the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.forms.objects import Objects
from dlbench.prepare.suppression import overlaps
from dlbench.prepare.window_grid import Grid

ON, NEAR, OFF = 0.65, 0.35, 0.3
"""Overlap from which on a window teaches its object; from which on the best one of an object does; below which it is
background."""
_MOST_ON, _MOST_POSITIVE = 8, 12_000
"""Windows that teach one object at most, and about how many there are in all: fewer of each of very many objects."""


@dataclass(frozen=True)
class Examples:
    """k windows.

    Attributes:
        picture, window: (k,) where each stands: a picture, and a number in the grid.
        code: (k,) classes; −1 for background.
        offset: (k, 4) how its object lies against its box, see `shifts`; zero for background.
    """

    picture: np.ndarray
    window: np.ndarray
    code: np.ndarray
    offset: np.ndarray

    @classmethod
    def background(cls, picture: np.ndarray, window: np.ndarray) -> Self:
        """Return windows that show nothing."""
        return cls(picture, window, np.full(len(picture), -1), np.zeros((len(picture), 4)))

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """Return the windows of all parts, each window once."""
        picture, window, code, offset = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("picture", "window", "code", "offset")
        )
        first = np.unique(np.stack([picture, window]), axis=1, return_index=True)[1]
        return cls(picture[first], window[first], code[first], offset[first])

    def at(self, index: np.ndarray) -> Examples:
        """Return some of the windows."""
        return Examples(self.picture[index], self.window[index], self.code[index], self.offset[index])


def first_examples(objects: Objects, grid: Grid, random: int, rng: np.random.Generator) -> Examples:
    """Return the windows on the objects, and some drawn ones off them.

    Crowds and difficult objects teach nothing; no background is taken from them either.

    Args:
        objects: of n pictures.
        grid: of pictures of their size.
        random: windows of background a picture.
        rng: draws those.
    """
    most = max(1, min(_MOST_ON, _MOST_POSITIVE // max(1, len(objects.boxes))))
    return Examples.joined([_of_picture(place, objects, grid, (random, most), rng) for place in range(len(objects))])


def off_objects(picture: np.ndarray, window: np.ndarray, objects: Objects, grid: Grid) -> np.ndarray:
    """Return (k,) booleans, whether windows overlap every object of their picture by less than `OFF`."""
    off = np.ones(len(picture), dtype=np.bool_)
    for place in np.unique(picture):
        here = np.flatnonzero(picture == place)
        boxes = objects.boxes[objects.offsets[place] : objects.offsets[place + 1]]
        if len(boxes):
            off[here] = overlaps(grid.boxes[window[here]], boxes).max(axis=1) < OFF
    return off


def shifts(boxes: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return how targets lie against boxes, (m, 4): shift of the centre in sides of the box, logarithms of side ratios.

    Source: Girshick et al., Rich feature hierarchies for accurate object detection, 2014, appendix C.
    """
    sides, wanted = np.maximum(boxes[:, 2:], 1e-9), np.maximum(targets[:, 2:], 1e-9)
    centres = (targets[:, :2] + wanted / 2) - (boxes[:, :2] + sides / 2)
    return np.concatenate([centres / sides, np.log(wanted / sides)], axis=1)


def shifted(boxes: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the boxes that `shifts` tells; no side changes by more than a factor of two.

    >>> boxes = np.array([[0.0, 0.0, 4.0, 4.0]])
    >>> shifted(boxes, shifts(boxes, np.array([[1.0, 0.0, 6.0, 2.0]]))).tolist()
    [[1.0, 0.0, 6.0, 2.0]]
    """
    bound = np.log(2.0)
    sides = boxes[:, 2:] * np.exp(np.clip(offsets[:, 2:], -bound, bound))
    centres = boxes[:, :2] + boxes[:, 2:] / 2 + offsets[:, :2] * boxes[:, 2:]
    return np.concatenate([centres - sides / 2, sides], axis=1)


def _of_picture(
    place: int, objects: Objects, grid: Grid, counts: tuple[int, int], rng: np.random.Generator
) -> Examples:
    """Return the examples of one picture; counts are windows of background, and windows that teach one object."""
    objects, (random, most) = objects.take(np.array([place])), counts
    shared = overlaps(grid.boxes, objects.boxes) if len(objects.boxes) else np.zeros((len(grid.boxes), 1))
    free = np.flatnonzero((shared.max(axis=1) < OFF) & grid.centred)
    drawn = rng.choice(free, min(random, len(free)), replace=False)
    parts = [Examples.background(np.full(len(drawn), place), drawn)]
    nearest = shared.argmax(axis=1)
    for i in np.flatnonzero(~(objects.crowd | objects.difficult)):
        own = np.flatnonzero((shared[:, i] >= NEAR) & (nearest == i))
        best = own[np.argsort(-shared[own, i], kind="stable")][:most]
        chosen = best[(shared[best, i] >= ON) | (np.arange(len(best)) == 0)]
        box = np.broadcast_to(objects.boxes[i], (len(chosen), 4))
        code = np.full(len(chosen), objects.codes[i])
        parts.append(Examples(np.full(len(chosen), place), chosen, code, shifts(grid.boxes[chosen], box)))
    return Examples.joined(parts)
