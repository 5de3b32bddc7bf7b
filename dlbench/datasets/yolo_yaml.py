"""data.yaml of a YOLO set: the names of its classes, and where its parts lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbench.core.errors import DataError

FILES = ("data.yaml", "data.yml", "dataset.yaml")
MOST_BYTES = 1 << 24
"""Bytes of a text file that is read."""


@dataclass(frozen=True)
class Description:
    """What such a file says, by key; nothing where it holds no keys."""

    path: Path
    told: Mapping[Any, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes.

        Raises:
            DataError: none, or one of them twice.
        """
        names = self.told.get("names")
        if isinstance(names, dict) and set(names) == set(range(len(names))):
            names = [names[code] for code in range(len(names))]
        if not isinstance(names, list):
            raise DataError(f"{self.path}: names: expected a list, or numbers from 0 with a name each")
        return each_once(self.path, [str(name) for name in names])

    @property
    def start(self) -> str:
        """The folder that the paths of parts start from, as it is written; its own folder where none is."""
        start = self.told.get("path")
        return start if isinstance(start, str) else "."

    def part(self, name: str) -> list[str]:
        """Return the paths of a part, as they are written."""
        given = self.told.get(name)
        return [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str) and one.strip()]


def described(folder: Path) -> Description | None:
    """Return what the description of a folder says; None where there is none.

    Raises:
        DataError: it is too large, or no YAML.
    """
    import yaml

    path = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if path is None:
        return None
    if path.stat().st_size > MOST_BYTES:
        raise DataError(f"{path}: too large for a description")
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (yaml.YAMLError, RecursionError) as error:
        raise DataError(f"{path}: not yaml ({error})") from error
    return Description(path, told if isinstance(told, dict) else {})


def each_once(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes that a file holds.

    Raises:
        DataError: none, or one of them twice.
    """
    if len(set(names)) < len(names) or not names:
        raise DataError(f"{path}: expected names of classes, each once")
    return tuple(names)
