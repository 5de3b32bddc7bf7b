"""Delimited text: its outside (encoding, separator, header) found out, its rows read strictly with their lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from dlbench.core.errors import DataError
from dlbench.datasets.column_kinds import missing, number
from dlbench.datasets.regular_file import content
from dlbench.datasets.texts import Texts

SEPARATORS = ("\t", ";", "|", ",")
"""The comma last: it also stands before decimals."""

RARE_SEPARATORS = (" ", ":", "~", "^")
LOOKED_AT = 50
"""Rows by which separator and header are chosen."""

MOST_COLUMNS = 100_000
NEWLINE = b"\n"
HEAD = 1 << 20
_PIECE = 1 << 24
_YEAR = re.compile(r"(19|20)\d\d")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Delimited:
    """A file of delimited text whose outside is known.

    Attributes:
        path: the file.
        raw: its bytes, unpacked; or the first of them alone, where only its outside is asked for.
        encoding: of the bytes.
        separator: between fields.
        names: of the columns; x0, x1, … where the file has no header.
        header: whether the first row holds the names.
        skipped: lines of remarks before it, each beginning with #.
    """

    path: Path
    raw: bytes
    encoding: str
    separator: str
    names: tuple[str, ...]
    header: bool
    skipped: int = 0

    @classmethod
    def open(cls, path: Path, params: Mapping[str, Any], raw: bytes | None = None) -> Delimited:
        """Take the bytes that are given, or a file's, and find out what the parameters leave open.

        Raises:
            DataError: a file that is missing, unreadable, empty, no text, or whose names cannot be told apart.
        """
        raw = content(path) if raw is None else raw
        encoding = _encoding(path, raw, params.get("encoding"))
        head = raw[:HEAD].decode(encoding, "replace")
        skipped = _remarks(head)
        separator = params.get("separator") or _sniffed(path, behind(head, skipped))
        while skipped and _is_row(path, head, skipped, separator):
            skipped -= 1
        rows = list(islice(_records(path, behind(head, skipped), separator, skipped + 1), LOOKED_AT))
        if not rows:
            raise DataError(f"{path}: the file is empty")
        header = params.get("header")
        if header is None:
            header = headed([fields for _, fields in rows], params.get("target"))
        line, first = rows[0]
        names = tuple(name.strip() for name in first) if header else tuple(f"x{i}" for i in range(len(first)))
        return cls(path, raw, encoding, separator, told_apart(path, line, names, separator), header, skipped)

    def columns(self) -> tuple[tuple[Texts, ...], tuple[int, ...]]:
        """Return every column and the line each row starts on.

        Raises:
            DataError: a row of another length than the first; bytes that are no text.
        """
        found = list(self._rows(self.raw.decode(self.encoding, "strict")))
        columns = zip(*(fields for _, fields in found), strict=True) if found else ((),) * len(self.names)
        return tuple(Texts.of(column) for column in columns), tuple(line for line, _ in found)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        if (odd := _CONTROL.search(text)) is not None:
            line = text.count("\n", 0, odd.start()) + 1
            raise DataError(f"{self.path}:{line}: not text: it holds the control character {odd[0]!r}")
        width = len(self.names)
        rows = _records(self.path, behind(text, self.skipped), self.separator, self.skipped + 1)
        for number_of_row, (line, fields) in enumerate(rows):
            if len(fields) == width + 1 and not fields[-1].strip() and self.separator != " ":
                fields.pop()  # a separator at the end of the line
            if len(fields) != width:
                raise DataError(f"{self.path}:{line}: {len(fields)} fields, expected {width} as in the first row")
            if number_of_row or not self.header:
                yield line, fields


def told_apart(path: Path, line: int, names: tuple[str, ...], separator: str) -> tuple[str, ...]:
    """Return the names of columns, or refuse them."""
    if names.count("") > 1:
        raise DataError(f"{path}:{line}: several columns have no name: name them, or set `header: false`")
    if len(names) < 2:
        raise DataError(f"{path}: only one column with separator {separator!r}: set `separator`, or add columns")
    if len(names) > MOST_COLUMNS:
        raise DataError(f"{path}:{line}: {len(names)} columns, expected at most {MOST_COLUMNS}")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataError(f"{path}:{line}: column {name!r} stands there twice: rename one, or set `header: false`")
        seen.add(name)
    return names


def _remarks(head: str) -> int:
    """Return how many lines at the start are remarks: they begin with #, and a line that does not follows."""
    lines = head.removeprefix("\ufeff").split("\n", 1000)
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return count if count < len(lines) and lines[count].strip() else 0


def _is_row(path: Path, head: str, skipped: int, separator: str) -> bool:
    """Whether the last remark is none: it has as many fields as the row below it."""
    rows = list(islice(_records(path, behind(head, skipped - 1), separator), 2))
    return len(rows) == 2 and len(rows[0][1]) == len(rows[1][1]) > 1


def behind(text: str, lines: int) -> str:
    """Return a text without so many lines at its start.

    >>> behind("# made by hand\\na,b\\n", 1)
    'a,b\\n'
    """
    return text.split("\n", lines)[lines] if lines else text


def _records(path: Path, text: str, separator: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Yield the line, counted from `line`, and the fields of every row that is not blank."""
    before = line - 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for fields in reader:
            if any(field.strip() for field in fields) or len(fields) > 1:
                yield line, fields
            line = before + reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}:{line}: {error}") from error


def _encoding(path: Path, raw: bytes, given: str | None) -> str:
    """Return the encoding: the given one, that of the byte order mark, UTF-8, else the Western one of old programs.

    Raises:
        DataError: bytes that are no text, or not in the given encoding.
    """
    if given:
        try:
            raw.decode(given)
        except LookupError:
            raise DataError(f"{path}: encoding: there is no {given!r}; try utf-8, utf-16 or cp1252") from None
        except UnicodeError as error:
            raise DataError(f"{path}: not text in {given} ({error})") from error
        return given
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodable(path, raw, "utf-16")
    if (odd := _not_utf8(raw)) is None:
        return "utf-8-sig"
    if _CONTROL.search(raw[:HEAD].decode("latin-1")):
        place = f"byte {raw[odd]:#04x} in line {raw.count(NEWLINE, 0, odd) + 1}"
        raise DataError(f"{path}: not UTF-8 text ({place}): save it as CSV in UTF-8")
    return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", raw) else "latin-1"


def _not_utf8(raw: bytes) -> int | None:
    """Return the first byte that is not UTF-8, looked for piece by piece, or None."""
    start = len(raw) if raw.isascii() else 0
    while start < len(raw):
        end = min(len(raw), start + _PIECE)
        while end < len(raw) and raw[end] & 0xC0 == 0x80 and end > start + _PIECE - 4:
            end -= 1
        try:
            raw[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            return start + error.start
        start = end
    return None


def _decodable(path: Path, raw: bytes, encoding: str) -> str:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "replace").count("\n") + 1
        raise DataError(f"{path}:{line}: not UTF-16 text, though it begins like one: save it in UTF-8") from None
    return encoding


def _sniffed(path: Path, head: str) -> str:
    """Return the separator that parts the first rows into equally many fields; else that of the most."""
    whole = head if len(head) < HEAD else head[: head.rfind("\n") + 1]
    for separators in (SEPARATORS, RARE_SEPARATORS):
        found = {separator: _fields(path, whole, separator) for separator in separators}
        for separator, (share, _) in found.items():
            if share == 1.0:
                return separator
        best = max(found, key=lambda separator: found[separator])
        if found[best][0]:
            return best
    return ","


def _fields(path: Path, head: str, separator: str) -> tuple[float, int]:
    """Return how many of the first rows are as wide as the first, and its width."""
    try:
        widths = [len(fields) for _, fields in islice(_records(path, head, separator), LOOKED_AT)]
    except DataError:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def headed(rows: list[list[str]], target: Any) -> bool:
    """Whether the first row names the columns: where it stands apart from the rows below it.

    A target that it names settles the question. Words above columns of numbers are names; numbers, missing values
    and words that come again below are not.
    """
    first = [field.strip() for field in rows[0]]
    below = [row for row in rows[1:] if len(row) == len(first)]
    if isinstance(target, str) and target in first:
        return True
    if any(missing(name) and name for name in first) or len(set(first)) < len(first):
        return len(set(first)) < len(first) and not below
    votes = 0
    for place, name in enumerate(first):
        column = {row[place].strip() for row in below} - {""}
        counted = bool(column) and all(number(text) is not None or missing(text) for text in column)
        if number(name) is not None:
            votes -= 0 if _YEAR.fullmatch(name) else 1
        elif counted:
            votes += 3
        elif name in column:
            votes -= 2
    plain = not all(number(name) is not None for name in first)
    return votes > 0 or (votes == 0 and plain and all(number(name) is None or _YEAR.fullmatch(name) for name in first))
