"""Delimited text: rows of fields with the line each stands on, read strictly, one at a time."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import DataError

SEPARATORS = (",", ";", "\t", "|")
LOOKED_AT = 50
"""Rows by which a separator is chosen."""


@dataclass(frozen=True)
class Delimited:
    """A file of delimited text whose outside is known.

    Attributes:
        path: the file.
        separator: between fields.
        names: of the columns; x0, x1, … where the file has no header.
        header: whether the first row holds the names.
    """

    path: Path
    separator: str
    names: tuple[str, ...]
    header: bool

    @classmethod
    def open(cls, path: Path, separator: str | None = None, header: bool = True) -> Delimited:
        """Look at the first rows of a file; without a separator the most convincing one is taken.

        Raises:
            DataError: a file that is missing, unreadable, empty, or whose names cannot be told apart.
        """
        chosen = separator or _sniffed(path)
        first = next(records(path, chosen), None)
        if first is None:
            raise DataError(f"{path}: the file is empty")
        names = tuple(name.strip() for name in first[1]) if header else tuple(f"x{i}" for i in range(len(first[1])))
        if len(names) < 2:
            raise DataError(f"{path}: only one column with separator {chosen!r}: set `separator`, or add columns")
        if repeated := [name for i, name in enumerate(names) if name in names[:i]]:
            raise DataError(
                f"{path}:{first[0]}: column {repeated[0]!r} stands there twice: rename one, or set `header: false`"
            )
        return cls(path, chosen, names, header)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line and the stripped fields of every row.

        Raises:
            DataError: a row of another length than the first.
        """
        found = records(self.path, self.separator)
        if self.header:
            next(found)
        for line, fields in found:
            if len(fields) != len(self.names):
                raise DataError(
                    f"{self.path}:{line}: {len(fields)} fields, expected {len(self.names)} as in the first row"
                )
            yield line, [field.strip() for field in fields]


def records(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line and the fields of every row that is not blank.

    Raises:
        DataError: a file that is missing, unreadable, not UTF-8 or not delimited text.
    """
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=separator, skipinitialspace=True)
            for fields in reader:
                if any(field.strip() for field in fields) or len(fields) > 1:
                    yield line, fields
                line = reader.line_num + 1
    except FileNotFoundError:
        raise DataError(f"{path}: no such file{_neighbour(path)}") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: not UTF-8 text (byte {error.object[error.start]:#04x}): save it as CSV in UTF-8"
        ) from None
    except csv.Error as error:
        raise DataError(f"{path}:{line}: {error}") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def _sniffed(path: Path) -> str:
    """Return the separator that parts the first rows into the most fields, equally many in each."""
    return max(SEPARATORS, key=lambda separator: _fields(path, separator))


def _fields(path: Path, separator: str) -> tuple[float, int]:
    widths = [len(fields) for _, (_, fields) in zip(range(LOOKED_AT), records(path, separator), strict=False)]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _neighbour(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; there is no folder {path.parent}"
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
