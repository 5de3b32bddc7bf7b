"""Large delimited text, read by Apache Arrow on all cores; what Arrow refuses is left to the strict reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlbench.datasets.arrow_columns import column, spelled_missing
from dlbench.datasets.delimited import Delimited
from dlbench.datasets.reading import told_by
from dlbench.datasets.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from dlbench.datasets.raw_table import Raw

LARGE = 4 << 20
"""Bytes from which the start of Arrow pays."""


def is_large(size: int) -> bool:
    """Whether so many bytes are worth the start of Arrow."""
    return size >= LARGE


def fast_columns(file: Delimited, texts: Collection[str], *, from_disk: bool = False) -> tuple[Raw, ...] | None:
    """Return the columns of a large file, those named in `texts` as texts; None where this reader cannot.

    It reads the bytes in memory, or the file itself where only the first of them are there.

    Without Arrow, with quoted line breaks that it cannot follow, ragged rows or other oddities it gives up, and the
    strict reader finds out what is wrong and where.
    """
    if not (from_disk or is_large(len(file.raw))) or len(file.separator) != 1 or b"\0" in file.raw:
        return None
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        return None
    encoding = "utf8" if file.encoding == "utf-8-sig" else file.encoding
    read = csv.ReadOptions(
        column_names=list(file.names),
        skip_rows=file.skipped,
        skip_rows_after_names=int(file.header),
        encoding=encoding,
        block_size=_block(file),
    )
    convert = csv.ConvertOptions(
        null_values=spelled_missing(), strings_can_be_null=True, true_values=[], false_values=[],
        timestamp_parsers=[csv.ISO8601], column_types={name: pa.string() for name in texts},
    )  # fmt: skip
    table = _table(file, read, convert, from_disk)
    if table is None:
        return None
    columns = tuple(column(table.column(i)) for i in range(table.num_columns))
    odd = any(isinstance(one, Texts) and any("\0" in word for word in one.words) for one in columns)
    return None if odd else columns


def _block(file: Delimited) -> int:
    """Return the bytes that Arrow reads at once: few enough for the cache, enough for many rows."""
    return min(1 << 30, max(1 << 20, 64 * len(file.raw[: 1 << 24].split(b"\n", 2)[0])))


def _table(file: Delimited, read: Any, convert: Any, from_disk: bool) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    for breaks in (False, True):
        parse = csv.ParseOptions(delimiter=file.separator, newlines_in_values=breaks)
        try:
            source = pa.memory_map(str(file.path)) if from_disk else pa.BufferReader(file.raw)
            with told_by(source.tell, source.size()):
                return csv.read_csv(source, read, parse, convert)
        except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, UnicodeError, LookupError, OSError):
            continue
    return None
