"""A table with the rows of its test file behind it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dlbench.core.errors import DataError, suggest
from dlbench.datasets.column_parts import as_text
from dlbench.datasets.raw_table import Raw, RawTable
from dlbench.datasets.texts import Texts


def with_test(train: RawTable, test: RawTable) -> tuple[RawTable, np.ndarray]:
    """Return both tables in one and (n,) booleans, True for test rows.

    Columns go by name where both files have names, else by place.

    Raises:
        DataError: a column that the test file lacks.
    """
    places = _places(train, test)
    columns = tuple(_joined(column, test.columns[place]) for column, place in zip(train.columns, places, strict=True))
    tested = np.arange(len(train) + len(test)) >= len(train)
    lines = train.lines + test.lines if train.lines and test.lines else ()
    return replace(train, columns=columns, lines=lines), tested


def _places(train: RawTable, test: RawTable) -> list[int]:
    if train.header and test.header:
        for name in train.names:
            if name not in test.names:
                raise DataError(f"{test.path}: no column {name!r}, as {train.path} has{suggest(name, test.names)}")
        return [test.names.index(name) for name in train.names]
    if len(train.names) != len(test.names):
        raise DataError(f"{test.path}: {len(test.names)} columns, expected {len(train.names)} as in {train.path}")
    return list(range(len(train.names)))


def _joined(above: Raw, below: Raw) -> Raw:
    if isinstance(above, Texts) or isinstance(below, Texts):
        one, other = _texts(above), _texts(below)
        moved = np.where(other.codes < 0, -1, other.codes + len(one.words))
        return Texts.coded(np.concatenate([one.codes, moved]), (*one.words, *other.words))
    if above.dtype.kind != below.dtype.kind:
        return _joined(_texts(above), _texts(below))
    return np.concatenate([above, below])


def _texts(column: Raw) -> Texts:
    if isinstance(column, Texts):
        return column
    values, codes = np.unique(column, return_inverse=True)
    if column.dtype.kind == "M":
        return Texts.coded(codes, [None if np.isnat(value) else str(value) for value in values])
    return Texts.coded(codes, [as_text(float(value)) for value in values])
