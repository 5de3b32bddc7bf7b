"""The names by which a picture of PASCAL VOC, its file of annotations and the lists of parts find each other.

A name is the path below the folder, without the ending. Where a file's own name stands once among the pictures and once
among the annotations, it does without the folders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import DataError

_FLAGS = ("1", "0", "-1")
"""What may stand behind a name in the list of one class: whether the picture shows it, 0 for difficult."""


@dataclass(frozen=True)
class Named:
    """Files by name.

    Attributes:
        pictures, annotations: those of one name belong together.
        known: all that may be written for a name → the name.
        several: a file's own name that several have → two of the names it may mean.
    """

    pictures: Mapping[str, Path]
    annotations: Mapping[str, Path]
    known: Mapping[str, str]
    several: Mapping[str, tuple[str, str]]

    def listed(self, path: Path) -> set[str]:
        """Return the names of a list, a line each, maybe with a flag behind it; nothing where there is no list.

        Raises:
            DataError: a line that may mean several pictures.
        """
        if not path.is_file():
            return set()
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
        return {self._meant(path, line.strip()) for line in lines if line.strip()}

    def _meant(self, path: Path, line: str) -> str:
        """Return the name that a line means; what it says, without a flag, where it means none."""
        parts = line.rsplit(maxsplit=1)
        ways = (line, parts[0]) if parts[-1] in _FLAGS and len(parts) == 2 else (line,)
        for way in ways:
            if way in self.known:
                return self.known[way]
            if way in self.several:
                one, other = self.several[way]
                raise DataError(f"{path}: {way!r} may be {one} or {other}: write it with its folder")
        return ways[-1]


def named(pictures: Mapping[str, Path], annotations: Mapping[str, Path]) -> Named:
    """Return pictures and annotations by name.

    Args:
        pictures, annotations: path below their folder without the ending → path, see `below`.

    Raises:
        DataError: annotations whose picture cannot be told: a name that several have, and none of them one path.
    """
    counts = [Counter(map(_own, files)) for files in (pictures, annotations)]
    shared = {own for count in counts for own, times in count.items() if times > 1}
    _require_told(pictures, annotations, shared)
    names = {key: key if _own(key) in shared else _own(key) for key in (*pictures, *annotations)}
    several: dict[str, list[str]] = defaultdict(list)
    for key in names:
        several[_own(key)].append(key)
    return Named(
        {names[key]: path for key, path in pictures.items()},
        {names[key]: path for key, path in annotations.items()},
        {**names, **{name: name for name in names.values()}},
        {own: (several[own][0], several[own][1]) for own in shared},
    )


def below(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    """Return path below a folder without the ending → path.

    Raises:
        DataError: two that differ in their ending alone.
    """
    found: dict[str, Path] = {}
    for path in files:
        key = path.relative_to(folder).with_suffix("").as_posix()
        if key in found:
            raise DataError(f"{path}: {found[key].name} beside it has the same name: keep one of them")
        found[key] = path
    return found


def _require_told(pictures: Mapping[str, Path], annotations: Mapping[str, Path], shared: Set[str]) -> None:
    """Refuse annotations and pictures of a shared name none of which lie below their folders in the same way.

    Where some do, paths tell who belongs to whom, and what is left belongs to nobody.
    """
    untold = shared - {_own(key) for key in pictures.keys() & annotations.keys()}
    strangers = {_own(key): path for key, path in pictures.items() if _own(key) in untold}
    for key, path in annotations.items():
        if picture := strangers.get(_own(key)):
            raise DataError(
                f"{path}: {picture} is not the only one it may belong to: put both below their folders in the same way,"
                " as in JPEGImages/a/1.jpg and Annotations/a/1.xml"
            )


def _own(key: str) -> str:
    """Return a file's own name, without the folders it lies in."""
    return key.rsplit("/", 1)[-1]
