"""Own data: a table in a file of delimited text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.delimited import HEAD, Delimited
from dlbench.datasets.fast_delimited import fast_columns, is_large
from dlbench.datasets.own_table import ASKED, HEADED, OwnTable
from dlbench.datasets.regular_file import head, require_regular

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import Raw, RawTable


class Csv(OwnTable):
    """A table of the user's, of any separator and encoding, with or without header, also packed by gzip."""

    name = "csv"
    title = "your own table"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".txt", ".data", ".dat")
    path_parameters = ("csv", "test")
    parameters = (
        Parameter("csv", str, None, "path of the file, from the suite's folder"),
        *ASKED,
        Parameter("separator", str, None, "between fields; found out where it is not given", optional=True),
        Parameter("encoding", str, None, "of the text; found out where it is not given", optional=True),
        HEADED,
    )

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        from dlbench.datasets.raw_table import RawTable

        separator = params.get("separator")
        if separator is not None and (len(separator) != 1 or separator in '"\n\r\0'):
            raise DataError(f"separator: expected one character, got {separator!r}")
        require_regular(path)
        file, columns, lines = _read(path, params)
        return RawTable(path, file.names, columns, lines, header=file.header)


def _read(path: Path, params: Mapping[str, Any]) -> tuple[Delimited, tuple[Raw, ...], tuple[int, ...]]:
    """Return a file's outside, its columns and their lines: fast from disk, fast from memory, or strictly."""
    start = head(path, HEAD) if is_large(path.stat().st_size) else None
    if start is not None:
        file = Delimited.open(path, params, start)
        if (columns := fast_columns(file, _texts(file, params), from_disk=True)) is not None:
            return file, columns, ()
    file = Delimited.open(path, params)
    if (columns := fast_columns(file, _texts(file, params))) is not None:
        return file, columns, ()
    strict, lines = file.columns()
    return file, strict, lines


def _texts(file: Delimited, params: Mapping[str, Any]) -> list[str]:
    """Return the names of columns whose texts must be kept as they stand."""
    asked = {**(params.get("columns") or {}), **dict.fromkeys(params.get("categories") or (), "category")}
    return [name for name in file.names if asked.get(name) in ("category", "text")]
