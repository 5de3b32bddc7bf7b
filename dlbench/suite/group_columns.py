"""Whether a task's data have the column whose groups the report is to compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from dlbench.core import catalog
from dlbench.core.dataset import Dataset
from dlbench.core.errors import DlbenchError, suggest
from dlbench.suite.entries import TaskEntry

SMALL = 20_000
"""Rows up to which a table that is no file is loaded to see its columns; those of larger ones the job looks up."""

_PARTED = ("date", "text")
"""Kinds whose columns become several, named after them."""


@runtime_checkable
class TellsColumns(Protocol):
    """A dataset that says what it takes the user's columns for."""

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return column and kind of each column, the target first."""
        ...


def groupless(task: TaskEntry, column: str) -> str | None:
    """Say why a task's data cannot be grouped by a column, and the cure; None where they can, or nobody can tell."""
    dataset = catalog.dataset(task.dataset_name)
    if dataset.modality != "table":
        told = f"{task.label!r} has no columns to group by, its data are of modality {dataset.modality}"
        return f"{told}: give it a suite without groups"
    try:
        kinds = _kinds(dataset, task.dataset_params)
    except (DlbenchError, OSError, ValueError):  # the task itself says so, or its jobs will
        return None
    if kinds is None or kinds.get(column) in ("number", "category"):
        return None
    if any(kind in _PARTED and column.startswith(f"{name} ") for name, kind in kinds.items()):
        return None
    if column in kinds:
        return f"in {task.label!r} {column!r} is {_told(kinds[column])}; expected a column of categories or numbers"
    usable = [name for name, kind in kinds.items() if kind in ("number", "category")]
    return f"{task.label!r} has no column {column!r}{suggest(column, usable)}"


def _kinds(dataset: Dataset, params: Mapping[str, Any]) -> dict[str, str] | None:
    """Return column → kind; None where finding out would take a large table."""
    if isinstance(dataset, TellsColumns):
        return {str(told["column"]): str(told["kind"]) for told in dataset.inferred(params)}
    if 0 < int(params.get("rows") or dataset.rows) <= SMALL:
        columns = getattr(dataset.load(params).inputs, "columns", ())
        return {column.name: column.kind for column in columns}
    return None


def _told(kind: str) -> str:
    return {"target": "the target", "drop": "left out"}.get(kind, f"taken for a {kind}")
