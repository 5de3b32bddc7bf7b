"""Own data: a table in Weka's attribute-relation file format."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.own_table import ASKED, OwnTable
from dlbench.datasets.regular_file import content

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import RawTable

_ATTRIBUTE = re.compile(r"""@attribute\s+('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^\s{]+)\s*(\{.*\}|\S+)(.*)""", re.I)
_KINDS = {"numeric": "number", "real": "number", "integer": "number"}


class Arff(OwnTable):
    """A table of the user's whose header declares its columns; rows dense or sparse."""

    name = "arff"
    title = "your own table in an ARFF file"
    suffixes = (".arff",)
    path_parameters = ("arff", "test")
    parameters = (Parameter("arff", str, None, "path of the file, from the suite's folder"), *ASKED)
    paper = "Witten, Frank and Hall, Data Mining, 2011"

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        from dlbench.datasets.delimited import told_apart
        from dlbench.datasets.raw_table import RawTable
        from dlbench.datasets.texts import Texts

        raw = content(path)
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        lines = text.splitlines()
        names, declared, first = _header(path, lines)
        told_apart(path, first, names, ",")
        found = list(_rows(path, lines, first, names, declared))
        columns = zip(*(row for _, row in found), strict=True) if found else ((),) * len(names)
        return RawTable(
            path, names, tuple(Texts.of(column) for column in columns), tuple(line for line, _ in found), declared
        )


def _header(path: Path, lines: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str], int]:
    """Return names, what they declare, and how many lines come before the rows."""
    names: list[str] = []
    declared: dict[str, str] = {}
    for line, text in enumerate(lines, 1):
        word = text.strip().lower()
        if word.startswith("@data"):
            return tuple(names), declared, line
        if word.startswith("@attribute"):
            found = _ATTRIBUTE.match(text.strip())
            if found is None:
                raise DataError(f"{path}:{line}: expected @attribute NAME TYPE, got {text.strip()[:60]!r}")
            names.append(_unquoted(found[1]))
            kind = "category" if found[2].startswith("{") else _KINDS.get(found[2].lower(), "")
            declared.update({names[-1]: kind} if kind else {})
        elif word and not word.startswith(("%", "@relation")):
            raise DataError(f"{path}:{line}: expected @relation, @attribute or @data, got {text.strip()[:60]!r}")
    raise DataError(f"{path}: no @data line: not a whole ARFF file")


def _rows(
    path: Path, lines: Sequence[str], first: int, names: tuple[str, ...], declared: Mapping[str, str]
) -> Iterator[tuple[int, list[str]]]:
    for line, text in enumerate(lines[first:], first + 1):
        row = text.strip()
        if not row or row.startswith("%"):
            continue
        if row.startswith("{"):
            yield line, _sparse(path, line, row, names, declared)
            continue
        fields = _fields(path, line, row)
        if len(fields) != len(names):
            raise DataError(f"{path}:{line}: {len(fields)} fields, expected {len(names)} as declared")
        yield line, fields


def _sparse(path: Path, line: int, row: str, names: tuple[str, ...], declared: Mapping[str, str]) -> list[str]:
    fields = ["0" if declared.get(name) == "number" else "" for name in names]
    for pair in _fields(path, line, row.strip("{} ")):
        place, _, value = pair.strip().partition(" ")
        if not place.isascii() or not place.isdigit() or int(place) >= len(names) or not value:
            raise DataError(f"{path}:{line}: expected pairs such as 3 value, got {pair[:40]!r}")
        fields[int(place)] = _unquoted(value.strip())
    return fields


def _fields(path: Path, line: int, row: str) -> list[str]:
    quote = '"' if '"' in row and "'" not in row else "'"
    try:
        return next(csv.reader([row], quotechar=quote, escapechar="\\", skipinitialspace=True), [])
    except csv.Error as error:
        raise DataError(f"{path}:{line}: {error}") from error


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word
