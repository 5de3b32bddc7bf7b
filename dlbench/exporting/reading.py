"""How the columns of a model are read from a file, in words that a script understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dlbench.core import catalog
from dlbench.datasets.column_kinds import _FORMATS, AMONG_NUMBERS, dates, decimal_comma, number
from dlbench.datasets.inference import as_text, is_quoted, parts, unquoted
from dlbench.datasets.texts import Texts
from dlbench.exporting.standalone.columns import read_csv, table
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.datasets.own_rows import OwnRows
    from dlbench.datasets.own_table import OwnTable
    from dlbench.datasets.raw_table import Raw
    from dlbench.exporting.material import Material

USUAL = {"separator": ",", "encoding": "utf-8-sig", "header": True}


def columns_of(material: Material) -> tuple[list[dict[str, Any]], dict[str, Any], str]:
    """Return the columns that a model reads, how a file of them is read, and the name of the target column."""
    inputs = material.data.inputs
    if not isinstance(inputs, Table):
        return [], dict(USUAL), ""
    dataset = catalog.dataset(material.spec.task.dataset)
    if not dataset.own_file:
        plain = [{"name": one.name, "kind": one.kind, "gives": [one.name]} for one in inputs.columns]
        return plain, dict(USUAL), ""
    from dlbench.datasets.own_rows import OwnRows

    rows = OwnRows.read(cast("OwnTable", dataset), material.spec.task.params)
    given = {column.name for column in inputs.columns}
    return _own_columns(rows, given), _outside(material, rows), rows.target.name if rows.target else ""


def _own_columns(rows: OwnRows, given: set[str]) -> list[dict[str, Any]]:
    """Return the user's own columns, those of no use left out."""
    found = []
    kept = np.flatnonzero(rows.kept)
    for place, judged in rows.features:
        raw = rows.table.columns[place]
        column = raw.take(kept) if isinstance(raw, Texts) else raw[kept]
        gives = [name for name, _, _ in parts(judged, column) if name in given]
        if judged.kind != "drop" and gives:
            found.append({"name": judged.name, "kind": judged.kind, "gives": gives, **_spelling(judged.kind, column)})
    return found


def _spelling(kind: str, column: Raw) -> dict[str, Any]:
    """Return how numbers and dates of a column are spelled, found out on all of its words."""
    if not isinstance(column, Texts):
        return {}
    quoted = is_quoted(column.words)
    words = unquoted(column).words if quoted else column.words
    told: dict[str, Any] = {"quoted": True} if quoted else {}
    if kind == "number":
        held = [word for word in words if word.lower() not in AMONG_NUMBERS]
        plain = all(number(word) is not None for word in held)
        comma = bool(held) and not plain and all(decimal_comma(word) is not None for word in held)
        return {**told, "comma": True} if comma else told
    return {**told, "format": _format(words)} if kind == "date" else told


def _format(words: Sequence[str]) -> str | None:
    """Return the way in which dates are spelled; None for that of ISO 8601."""
    from datetime import datetime

    if dates(words) is None:
        return None
    for form in (None, *_FORMATS):
        try:
            for word in words:
                datetime.fromisoformat(word) if form is None else datetime.strptime(word, form)
        except ValueError:
            continue
        return form
    return None


def _outside(material: Material, rows: OwnRows) -> dict[str, Any]:
    """Return separator, encoding and header of the user's file; the usual ones where it is no text."""
    from dlbench.core.errors import DataError
    from dlbench.datasets.delimited import Delimited

    if material.spec.task.dataset not in ("csv", "tsv"):
        return dict(USUAL)
    try:
        file = Delimited.open(rows.table.path, material.spec.task.params)
    except DataError:
        return dict(USUAL)
    return {"separator": file.separator, "encoding": file.encoding, "header": file.header}


def user_files(material: Material, columns: Sequence[Mapping[str, Any]], reading: Mapping[str, Any]) -> list[Path]:
    """Return the user's files where a script reads them exactly as dlbench does; none where it must be given arrays."""
    dataset, inputs = catalog.dataset(material.spec.task.dataset), material.data.inputs
    if material.spec.task.dataset not in ("csv", "tsv") or not isinstance(inputs, Table):
        return []
    from dlbench.exporting.standalone.refit import bare_targets

    files = cast("OwnTable", dataset).files(material.spec.task.params)
    target = _target(material)
    try:
        read = [read_csv(path, reading) for path in files]
        texts = {name: [word for one in read for word in one[name]] for name in read[0]}
        kept = [row for row, word in enumerate(bare_targets(texts[target])) if word]
        found = table(columns, {name: [words[row] for row in kept] for name, words in texts.items()})
    except (ValueError, KeyError, OSError):
        return []
    same = np.array_equal(found["numbers"], inputs.numbers, equal_nan=True)
    return files if same and np.array_equal(found["categories"], inputs.categories.astype(object)) else []


def _target(material: Material) -> str:
    return columns_of(material)[2]


def words_of(column: Raw) -> list[str | None]:
    """Return a column of any reader as texts, from which the same numbers, dates and words are read."""
    if isinstance(column, Texts):
        return [word or None for word in column.array().tolist()]
    if column.dtype.kind == "M":
        return [None if np.isnat(one) else str(one) for one in column]
    return [as_text(float(one)) for one in column]
