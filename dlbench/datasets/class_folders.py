"""Classes and parts that the folders of pictures name: cats/1.png, or train/cats/1.png and test/cats/2.png."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import DataError

TRAIN = ("train", "training")
TEST = ("test", "testing")
VALID = ("val", "valid", "validation", "dev")
LEAST = 2
"""Pictures that a class needs for training: one to learn from, one to validate on."""


@dataclass(frozen=True)
class Place:
    """Where a picture stands: its class, and whether it belongs to the official test part."""

    label: str
    test: bool


def places(path: Path, names: Sequence[str]) -> dict[str, Place]:
    """Return the place of every picture by its name.

    One folder around all others is passed through. The rest are classes, or parts with classes in them: train, test and
    validation. What lies in a validation folder counts as training beside a test folder, since each fit cuts its own;
    without one it is the test part. Folders in a class belong to it.

    Raises:
        DataError: no picture, or pictures outside of class folders.
    """
    if not names:
        raise DataError(f"{path}: no pictures in it: expected a folder for each class, with its pictures inside")
    parts = {name: name.split("/") for name in names}
    depth, tested = _layout(list(parts.values()))
    at = depth + bool(tested)
    found = {}
    for name, part in parts.items():
        if len(part) < at + 2:
            raise DataError(f"{path}: {name} lies in no class folder: move it into the folder of its class")
        found[name] = Place(part[at], bool(tested) and part[depth].lower() in tested)
    return found


def empty(names: Sequence[str], folders: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that stand where classes do and hold no picture, sorted.

    Args:
        names: of all pictures that can be read, one at least.
        folders: all that there are, with / between.

    >>> empty(["dogs/1.png", "birds/1.png"], ["birds", "cats", "dogs", "dogs/old"])
    ('cats',)
    """
    depth, tested = _layout([name.split("/") for name in names])
    at = depth + bool(tested) + 1
    held = {tuple(name.split("/")[:at]) for name in names}
    around = {place[:-1] for place in held}
    there = {place for folder in folders if len(place := tuple(folder.split("/"))) == at and place[:-1] in around}
    return tuple(sorted("/".join(place) for place in there - held))


def _layout(parts: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Return how many folders hold all others, and how those of the test part are called; empty without parts."""
    depth = _around(parts)
    tops = {part[depth].lower() for part in parts}
    if not tops & {*TRAIN} or not tops <= {*TRAIN, *TEST, *VALID}:
        return depth, ()
    return depth, next((names for names in (TEST, VALID) if tops & {*names}), ())


def _around(parts: Sequence[Sequence[str]]) -> int:
    """Return how many folders hold all others."""
    depth = 0
    while len({part[depth] for part in parts}) == 1 and min(map(len, parts)) > depth + 2:
        depth += 1
    return depth


def counts(found: Mapping[str, Place]) -> dict[str, tuple[int, int]]:
    """Return class → pictures to learn from and to be tested on."""
    held = Counter((place.label, place.test) for place in found.values())
    return {
        label: (held[label, False], held[label, True]) for label in sorted({place.label for place in found.values()})
    }


def problems(path: Path, held: Mapping[str, tuple[int, int]]) -> list[str]:
    """Say what keeps such classes from being learned."""
    if len(held) < 2:
        return [f"{path}: one class, {next(iter(held))!r}: at least two class folders are needed"]
    cure = "add pictures, or take the class out"
    return [
        f"{path}: class {label!r} has {_some(train)} to learn from, and {LEAST} are needed: {cure}"
        for label, (train, _) in held.items()
        if train < LEAST
    ]


def _some(count: int) -> str:
    return {0: "no picture", 1: "one picture"}.get(count, f"{count} pictures")
