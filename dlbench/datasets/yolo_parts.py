"""Which pictures of a YOLO set train and which test: by data.yaml, else by the names of their folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import DataError
from dlbench.datasets.yolo_yaml import MOST_BYTES, Description

_TEST = ("test", "val", "valid")
"""Parts that may test, the first one that holds a picture does."""


def parted(
    folder: Path, pictures: Sequence[Path], description: Description | None, noted: Counter[str]
) -> tuple[list[Path], set[Path]]:
    """Return the pictures of the set, and those of them that test.

    What data.yaml names as test is the test part, else what it names as val; where it names neither, a folder of such a
    name is. The others train; where data.yaml names what trains, those that it names in no part are left out.

    Args:
        folder: of the set.
        pictures: all below it, in their order.
        description: what data.yaml says; None without one.
        noted: takes up what is left out or passed over.

    Raises:
        DataError: a list of pictures that is too large.
    """
    told = {} if description is None else _told(folder, pictures, description, noted)
    named = {path for found in told.values() for path in found}

    def held_beside(tested: set[Path]) -> set[Path]:
        return named | tested if told.get("train") else set(pictures)

    ranked = [told.get(name, set()) for name in _TEST] + [_in_folder(folder, pictures, name) for name in _TEST]
    tested = next((found for found in ranked if 0 < len(found) < len(held_beside(found))), set())
    held = held_beside(tested)
    noted["pictures that data.yaml names in no part: left out"] += len(pictures) - len(held)
    return [path for path in pictures if path in held], tested


def _in_folder(folder: Path, pictures: Sequence[Path], name: str) -> set[Path]:
    return {path for path in pictures if name in path.relative_to(folder).parts[:-1]}


def _told(
    folder: Path, pictures: Sequence[Path], description: Description, noted: Counter[str]
) -> dict[str, set[Path]]:
    """Return the pictures that each part names."""
    below = _Below.of(folder, pictures, description.start)
    found: dict[str, set[Path]] = {}
    for part in ("train", *_TEST):
        each = [below.named(written, noted) for written in description.part(part)]
        noted["paths in data.yaml without a picture of this folder: passed over"] += sum(not one for one in each)
        found[part] = {path for one in each for path in one}
    return found


@dataclass(frozen=True)
class _Below:
    """The pictures of a folder, and nothing outside of it, by paths as they are written.

    Attributes:
        root: the folder, without links.
        start: where written paths start, if not at the root.
        pictures: path below the folder → path.
    """

    root: Path
    start: Path
    pictures: Mapping[str, Path]

    @classmethod
    def of(cls, folder: Path, pictures: Sequence[Path], start: str) -> _Below:
        root = folder.resolve()
        return cls(root, root / start, {path.relative_to(folder).as_posix(): path for path in pictures})

    def named(self, written: str, noted: Counter[str]) -> set[Path]:
        """Return the pictures that a path names: itself, those below a folder, or those of a list."""
        for name in self._places(written, (self.start, self.root)):
            begin = "" if name == "." else f"{name}/"
            listed = self._listed(name, noted) if name.lower().endswith(".txt") else set()
            if found := listed or {path for key, path in self.pictures.items() if f"{key}/".startswith(begin)}:
                return found
        return set()

    def _listed(self, name: str, noted: Counter[str]) -> set[Path]:
        """Return the pictures that the lines of a file name; lines without one are counted where others have one."""
        path = self.root / name
        if not path.is_file() or not path.resolve().is_relative_to(self.root):
            return set()
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path}: too large for a list of pictures")
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        starts = (path.parent, self.start, self.root)
        each = [self._picture(line.strip(), starts) for line in lines if line.strip()]
        found = {one for one in each if one is not None}
        if found:
            noted["lines in lists without a picture of this folder: passed over"] += each.count(None)
        return found

    def _picture(self, line: str, starts: Sequence[Path]) -> Path | None:
        return next((self.pictures[name] for name in self._places(line, starts) if name in self.pictures), None)

    def _places(self, written: str, starts: Sequence[Path]) -> Iterator[str]:
        """Yield the paths below the folder that one may mean, from any of the starts.

        Some write as many ../ before it as lead out of the folder (Roboflow): it is tried without them too.
        """
        plain = written.strip().replace("\\", "/")
        bare = plain
        while bare.startswith("../"):
            bare = bare.removeprefix("../")
        for way in dict.fromkeys((plain, bare)):
            for start in starts:
                place = Path(os.path.normpath(start / way))
                if place.is_relative_to(self.root):
                    yield place.relative_to(self.root).as_posix()
