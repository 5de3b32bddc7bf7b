"""Annotated pictures as readers of any format give them: boxes in the picture's own pixels, nothing decoded yet."""

from __future__ import annotations

import filecmp
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from dlbench.core.errors import DataError


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
        size: height and width in pixels that the source tells; None where it tells none.
    """

    name: str
    path: Path
    boxes: np.ndarray
    labels: tuple[str, ...]
    crowd: np.ndarray
    difficult: np.ndarray
    areas: np.ndarray
    test: bool = False
    size: tuple[int, int] | None = None

    @classmethod
    def of(
        cls, name: str, path: Path, boxes: list[tuple[float, ...]], labels: list[str], *, test: bool = False,
        size: tuple[int, int] | None = None, **more: list[float],
    ) -> Annotated:  # fmt: skip
        """Return a picture of lists; crowd, difficult and areas left out are none, none, and unknown."""
        count = len(boxes)
        crowd, difficult = (np.array(more.get(key, [0.0] * count), dtype=np.bool_) for key in ("crowd", "difficult"))
        areas = np.array(more.get("areas", [np.nan] * count), dtype=np.float64)
        array = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        return cls(name, path, array, tuple(labels), crowd, difficult, areas, test, size)


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
    """Return two parts as one; a class that training lacks comes last. Pictures of one name are told apart by folder.

    Raises:
        DataError: the test part holds a picture of the training part.

    >>> joined(Annotations((), ("a", "b")), Annotations((), ("c", "a"), {"odd": 1})).classes
    ('a', 'b', 'c')
    """
    classes = tuple(dict.fromkeys((*train.classes, *test.classes)))
    noted = {key: train.noted.get(key, 0) + test.noted.get(key, 0) for key in {**train.noted, **test.noted}}
    pictures = (*train.pictures, *test.pictures)
    require_apart(*([(one.name, one.path) for one in part.pictures] for part in (train, test)))
    names = told_apart([one.name for one in pictures], [one.path for one in pictures])
    named = tuple(replace(one, name=name) for one, name in zip(pictures, names, strict=True))
    return Annotations(named, classes, noted, True, train.relative)


def require_apart(train: Sequence[tuple[str, Path]], test: Sequence[tuple[str, Path]]) -> None:
    """Hold the pictures that have one path or one name in both parts against each other.

    Args:
        train, test: name and path of the parts' pictures.

    Raises:
        DataError: two are one file, or of one name and the same bytes.
    """
    learned = {path.resolve() for _, path in train}
    held: dict[str, list[Path]] = defaultdict(list)
    for name, path in train:
        held[name].append(path)
    for name, path in test:
        if path.resolve() in learned or any(_same(path, other) for other in held.get(name, ())):
            raise DataError(f"{path}: in both parts: the test part must not hold training pictures")


def _same(path: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(path, other, shallow=False)
    except OSError:  # left out when it is read
        return False


def told_apart(names: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """Return names, but for those that several have the path below the folder around all pictures.

    >>> told_apart(["1.png", "2.png", "1.png"], [Path("/p/a/1.png"), Path("/p/a/2.png"), Path("/p/b/1.png")])
    ['a/1.png', '2.png', 'b/1.png']
    """
    counts = Counter(names)
    if len(counts) == len(names):
        return list(names)
    places = [path.absolute() for path in paths]
    around = os.path.commonpath([place.parent for place in places])
    below = [place.relative_to(around).as_posix() for place in places]
    found = [there if counts[name] > 1 else name for name, there in zip(names, below, strict=True)]
    return found if len(set(found)) == len(found) else below
