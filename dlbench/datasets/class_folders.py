"""Classes and parts that the folders of pictures name: cats/1.png, or train/cats/1.png and test/cats/2.png."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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

    One folder around all others is passed through. The rest are classes, or train and test with classes in them; what
    lies in a validation folder counts as training, since each fit cuts its own. Folders in a class belong to it.

    Raises:
        DataError: no picture, or pictures outside of class folders.
    """
    if not names:
        raise DataError(f"{path}: no pictures in it: expected a folder for each class, with its pictures inside")
    parts = {name: name.split("/") for name in names}
    depth = _around(list(parts.values()))
    tops = {part[depth].lower() for part in parts.values()}
    split = bool(tops & {*TRAIN}) and bool(tops & {*TEST}) and tops <= {*TRAIN, *TEST, *VALID}
    found = {}
    for name, part in parts.items():
        at = depth + split
        if len(part) < at + 2:
            raise DataError(f"{path}: {name} lies in no class folder: move it into the folder of its class")
        found[name] = Place(part[at], split and part[depth].lower() in TEST)
    return found


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
