"""Annotated pictures as readers of any format give them: boxes in the picture's own pixels, nothing decoded yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Annotated:
    """A picture and its objects.

    Attributes:
        name: unique among its kin.
        path: of the picture file.
        boxes: (m, 4) floats: left, top, width, height; in pixels of the picture as it lies in its file, or in shares of
            its sides where `Annotations.relative`.
        labels: class of each.
        crowd, difficult: (m,) booleans, see `Objects`.
        areas: (m,) pixels; NaN where the box is all that is known.
        test: whether it is of the official test part.
    """

    name: str
    path: Path
    boxes: np.ndarray
    labels: tuple[str, ...]
    crowd: np.ndarray
    difficult: np.ndarray
    areas: np.ndarray
    test: bool = False

    @classmethod
    def of(
        cls, name: str, path: Path, boxes: list[tuple[float, ...]], labels: list[str], *, test: bool = False,
        **more: list[float],
    ) -> Annotated:  # fmt: skip
        """Return a picture of lists; crowd, difficult and areas left out are none, none, and unknown."""
        count = len(boxes)
        crowd, difficult = (np.array(more.get(key, [0.0] * count), dtype=np.bool_) for key in ("crowd", "difficult"))
        areas = np.array(more.get("areas", [np.nan] * count), dtype=np.float64)
        array = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        return cls(name, path, array, tuple(labels), crowd, difficult, areas, test)


@dataclass(frozen=True)
class Annotations:
    """What a reader found.

    Attributes:
        pictures: in the order of their names.
        classes: in the order of their codes.
        noted: what was wrong with how many objects or pictures, in words.
        parted: whether the source names an official test part.
        relative: whether boxes are in shares of the picture's sides.
    """

    pictures: tuple[Annotated, ...]
    classes: tuple[str, ...]
    noted: Mapping[str, int] = field(default_factory=dict)
    parted: bool = False
    relative: bool = False


def joined(train: Annotations, test: Annotations) -> Annotations:
    """Return two parts as one; a class that training lacks comes last.

    >>> joined(Annotations((), ("a", "b")), Annotations((), ("c", "a"), {"odd": 1})).classes
    ('a', 'b', 'c')
    """
    classes = tuple(dict.fromkeys((*train.classes, *test.classes)))
    noted = {key: train.noted.get(key, 0) + test.noted.get(key, 0) for key in {**train.noted, **test.noted}}
    return Annotations((*train.pictures, *test.pictures), classes, noted, True, train.relative)
