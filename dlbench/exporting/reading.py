"""How the columns of a model are read from a file, in words that a script understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dlbench.core import catalog
from dlbench.datasets.column_parts import as_text, parts
from dlbench.datasets.date_forms import ISO
from dlbench.datasets.inference import Inferred
from dlbench.datasets.manners import PLAIN
from dlbench.datasets.texts import Texts, is_quoted
from dlbench.exporting.standalone.columns import read_csv, table
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.datasets.own_rows import OwnRows
    from dlbench.datasets.own_table import OwnTable
    from dlbench.datasets.raw_table import Raw
    from dlbench.exporting.material import Material

USUAL = {"separator": ",", "encoding": "utf-8-sig", "header": True}


def columns_of(material: Material) -> tuple[list[dict[str, Any]], dict[str, Any], str]:
    """Return the columns that a model reads, how a file of them is read, and the name of the target column.

    How the target's values are written stands with how the file is read.
    """
    inputs = material.data.inputs
    if not isinstance(inputs, Table):
        return [], dict(USUAL), ""
    dataset = catalog.dataset(material.spec.task.dataset)
    if not dataset.own_file:
        plain = [{"name": one.name, "kind": one.kind, "gives": [one.name]} for one in inputs.columns]
        return plain, dict(USUAL), ""
    from dlbench.datasets.own_rows import OwnRows

    rows = OwnRows.read(cast("OwnTable", dataset), material.spec.task.params)
    assert rows.target is not None, "rows without a target have problems"
    given = {column.name for column in inputs.columns}
    outside = _outside(material, rows) | {"values": rows.target.manner.as_json()}
    return _own_columns(rows, given), outside, rows.target.name


def _own_columns(rows: OwnRows, given: set[str]) -> list[dict[str, Any]]:
    """Return the user's own columns, those of no use left out."""
    found = []
    kept = np.flatnonzero(rows.kept)
    for place, judged in rows.features:
        raw = rows.table.columns[place]
        column = raw.take(kept) if isinstance(raw, Texts) else raw[kept]
        gives = [name for name, _, _ in parts(judged, column) if name in given]
        if judged.kind != "drop" and gives:
            found.append({"name": judged.name, "kind": judged.kind, "gives": gives, **_spelling(judged, column)})
    return found


def _spelling(judged: Inferred, column: Raw) -> dict[str, Any]:
    """Return how numbers and dates of a column are written."""
    if not isinstance(column, Texts):
        return {}
    told: dict[str, Any] = {"quoted": True} if is_quoted(column.words) else {}
    if judged.kind == "number":
        return told if judged.manner == PLAIN else {**told, "manner": judged.manner.as_json()}
    return {**told, "format": None if judged.form in (None, ISO) else judged.form} if judged.kind == "date" else told


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
    more = {"skipped": file.skipped} if file.skipped else {}
    return {"separator": file.separator, "encoding": file.encoding, "header": file.header, **more}


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
        kept = [
            row
            for row, word in enumerate(bare_targets(texts[target], reading, values=not material.data.classes))
            if word
        ]
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
