"""What a look at the heads of all pictures tells, kept so that the same files are looked at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from dlbench.core.canonical import digest
from dlbench.core.errors import DataError
from dlbench.datasets import class_folders, told_rows
from dlbench.datasets.picture_files import files_of, folders_of, state_of
from dlbench.datasets.pictures import SUFFIXES, Unreadable, outside
from dlbench.datasets.remembered import remembered


@dataclass(frozen=True)
class PictureSurvey:
    """Of n pictures.

    Attributes:
        content: SHA-256 over all names and bytes.
        classes: name → how many to learn from, and to be tested on.
        least, most, middle: (height, width) of the smallest, the largest and the median picture by area.
        sizes: how many different ones.
        grey, colour: how many are so.
        unreadable: (file, reason) of those that are left out.
        empty: class folders without a picture that can be read.
    """

    content: str
    classes: dict[str, tuple[int, int]]
    least: tuple[int, int] = (0, 0)
    most: tuple[int, int] = (0, 0)
    middle: tuple[int, int] = (0, 0)
    sizes: int = 0
    grey: int = 0
    colour: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    empty: tuple[str, ...] = ()

    @property
    def parted(self) -> bool:
        """Whether there is a test part."""
        return any(test for _, test in self.classes.values())

    def told_unreadable(self) -> str:
        """Say what is left out; empty where nothing is."""
        return left_out(self.unreadable)

    def told_empty(self) -> str:
        """Say which class folders hold no picture; empty where all do."""
        if not self.empty:
            return ""
        more = f" and {len(self.empty) - told_rows.SHOWN} more" if len(self.empty) > told_rows.SHOWN else ""
        return f"{len(self.empty)} class folders without a picture: {', '.join(self.empty[: told_rows.SHOWN])}{more}"


def left_out(files: tuple[tuple[str, str], ...]) -> str:
    """Say how many files are left out, and why the first ones are."""
    return told_rows.left_out([f"{name}: {why}" for name, why in files])


def survey(path: Path) -> PictureSurvey:
    """Return the survey of a folder or archive of class folders.

    Raises:
        DataError: nothing there, nothing that is a picture, pictures outside of class folders.
    """
    return _read(json.loads(_remembered(path, lambda: json.dumps(_looked(path)))))


def _remembered(path: Path, compute: Callable[[], str]) -> str:
    try:
        folders = folders_of(path) if path.is_dir() else []
        state = digest([state_of(path, SUFFIXES), folders], 32)
        return remembered(f"picture survey 2 {state}", [path], compute)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file or folder") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def _looked(path: Path) -> dict[str, object]:
    hashed, names, bad, sizes, colour = [], [], [], Counter[tuple[int, int]](), 0
    for file in files_of(path, SUFFIXES):
        hashed.append([file.name, sha256(file.content).hexdigest()])
        try:
            found = outside(file.content)
        except Unreadable as error:
            bad.append((file.name, str(error)))
            continue
        names.append(file.name)
        sizes[found.height, found.width] += 1
        colour += found.colour
    if bad and not names:
        raise DataError(f"{path}: none of {len(bad)} pictures can be read: {left_out(tuple(bad))}")
    classes = class_folders.counts(class_folders.places(path, names))
    least, middle, most = _extent(sizes)
    content = sha256(json.dumps(sorted(hashed)).encode()).hexdigest()
    empty = class_folders.empty(names, folders_of(path))
    grey = len(names) - colour
    return asdict(PictureSurvey(content, classes, least, most, middle, len(sizes), grey, colour, tuple(bad), empty))


def _extent(sizes: Counter[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the size of the smallest, the median and the largest picture by area."""
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    half, passed = sizes.total() / 2, 0
    for middle in ordered:
        passed += sizes[middle]
        if passed >= half:
            break
    return ordered[0], middle, ordered[-1]


def _read(kept: dict[str, Any]) -> PictureSurvey:
    """Return the survey as it was before JSON: pairs as tuples."""
    pairs = {name: tuple(kept[name]) for name in ("least", "most", "middle")}
    classes = {label: tuple(count) for label, count in kept["classes"].items()}
    bad = tuple(map(tuple, kept["unreadable"]))
    return PictureSurvey(**{**kept, **pairs, "classes": classes, "unreadable": bad, "empty": tuple(kept["empty"])})
