"""Own data: a table in an Excel workbook."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Parameter
from dlbench.core.errors import DataError, suggest
from dlbench.datasets.own_table import ASKED, HEADED, OwnTable
from dlbench.datasets.regular_file import require_regular, require_room

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import RawTable


class Excel(OwnTable):
    """A table of the user's on a sheet of a workbook; formulas count with the values last computed."""

    name = "excel"
    title = "your own table in an Excel workbook"
    suffixes = (".xlsx", ".xlsm")
    path_parameters = ("excel", "test")
    parameters = (
        Parameter("excel", str, None, "path of the file, from the suite's folder"),
        *ASKED,
        Parameter("sheet", str, None, "name of the sheet; else the first that has the target", optional=True),
        HEADED,
    )

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        from dlbench.datasets.delimited import LOOKED_AT, headed, told_apart
        from dlbench.datasets.raw_table import RawTable
        from dlbench.datasets.texts import Texts

        require_regular(path)
        rows = _rows(path, params.get("sheet"), params.get("target"))
        if not rows:
            raise DataError(f"{path}: the sheet is empty")
        width = max(len(row) for _, row in rows)
        whole = [(line, row + [""] * (width - len(row))) for line, row in rows]
        header = params.get("header")
        if header is None:
            header = headed([row for _, row in whole[:LOOKED_AT]], params.get("target"))
        line, first = whole[0]
        names = tuple(name.strip() for name in first) if header else tuple(f"x{i}" for i in range(width))
        told_apart(path, line, names, "of cells")
        below = whole[1:] if header else whole
        columns = tuple(Texts.of(row[place] for _, row in below) for place in range(width))
        return RawTable(path, names, columns, tuple(line for line, _ in below), header=header)


def _rows(path: Path, sheet: str | None, target: Any) -> list[tuple[int, list[str]]]:
    try:
        import openpyxl
    except ImportError:
        raise DataError(f"{path}: Excel workbooks need openpyxl: pip install 'dlbench[excel]'") from None
    try:
        with zipfile.ZipFile(path) as archive:
            require_room(path, sum(entry.file_size for entry in archive.infolist()))
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            if sheet is not None and sheet not in book.sheetnames:
                raise DataError(f"{path}: no sheet {sheet!r}{suggest(sheet, book.sheetnames)}")
            page = book[sheet] if sheet is not None else _page(path, book, target)
            cells = [[_text(value) for value in row] for row in page.iter_rows(values_only=True)]
        finally:
            book.close()
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError,
            EOFError, NotImplementedError, RuntimeError, zipfile.LargeZipFile, zlib.error) as error:  # fmt: skip
        raise DataError(f"{path}: not a sound Excel workbook: {str(error)[:200] or type(error).__name__}") from error
    return [(line, row) for line, row in enumerate(cells, 1) if any(row)]


def _page(path: Path, book: Any, target: Any) -> Any:
    """Return the first sheet that has the target in its first row; the first sheet for a target by place.

    Raises:
        DataError: several sheets, none of which names the target.
    """
    pages = book.worksheets
    if len(pages) == 1 or not isinstance(target, str) or target.lstrip("-").isdecimal():
        return pages[0]
    found = next((page for page in pages if target in _first_row(page)), None)
    if found is None:
        names = ", ".join(repr(page.title) for page in pages)
        raise DataError(f"{path}: no sheet has a column {target!r} in its first row: name one of {names} by `sheet`")
    return found


def _first_row(page: Any) -> list[str]:
    """Return the first row of a sheet that is not blank."""
    rows = ([_text(value).strip() for value in row] for row in page.iter_rows(values_only=True))
    return next((row for row in rows if any(row)), [])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.hour == value.minute == value.second == 0:
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
