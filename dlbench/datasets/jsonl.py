"""Own data: a table as one JSON object a line, or as one JSON list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.own_table import ASKED, OwnTable
from dlbench.datasets.regular_file import content

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import RawTable


class JsonLines(OwnTable):
    """A table of the user's whose rows are JSON objects; a key that a row lacks is missing there."""

    name = "jsonl"
    title = "your own table in lines of JSON"
    suffixes = (".jsonl", ".ndjson", ".json")
    path_parameters = ("jsonl", "test")
    parameters = (Parameter("jsonl", str, None, "path of the file, from the suite's folder"), *ASKED)

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        from dlbench.datasets.raw_table import RawTable
        from dlbench.datasets.texts import Texts

        try:
            text = content(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: not UTF-8 text (byte {error.object[error.start]:#04x})") from None
        columns: dict[str, list[str | None]] = {}
        lines: list[int] = []
        for line, row in _objects(path, text):
            for key, value in row.items():
                column = columns.setdefault(key.strip(), [])
                column.extend([None] * (len(lines) + 1 - len(column)))
                column[-1] = _text(value)
            lines.append(line)
        if len(columns) < 2:
            raise DataError(f"{path}: expected at least two keys, got {len(columns)}")
        whole = (column + [None] * (len(lines) - len(column)) for column in columns.values())
        return RawTable(path, tuple(columns), tuple(Texts.of(column) for column in whole), tuple(lines))


def _objects(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    numbered: Iterator[tuple[int, Any]]
    if text.lstrip().startswith("["):
        rows = _parsed(path, 1, text)
        numbered = iter(enumerate(rows if isinstance(rows, list) else [rows], 1))
        where = "item"
    else:
        parsed = ((line, row) for line, row in enumerate(text.split("\n"), 1) if row.strip())
        numbered = ((line, _parsed(path, line, row)) for line, row in parsed)
        where = "line"
    for line, row in numbered:
        if not isinstance(row, dict):
            raise DataError(f'{path}: {where} {line}: expected an object such as {{"age": 3}}, got {str(row)[:40]}')
        yield line, row


def _parsed(path: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        at = line + error.lineno - 1 if isinstance(error, json.JSONDecodeError) else line
        raise DataError(f"{path}:{at}: not JSON: {str(error)[:200]}") from error
    except RecursionError:
        raise DataError(f"{path}:{line}: not a row: objects in objects without end") from None


def _text(value: Any) -> str | None:
    """Return a value as a text that reads back as itself; what holds other values stays JSON."""
    if value is None or isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):  # deep, or a number of more digits than Python writes
        return None
