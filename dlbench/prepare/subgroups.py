"""Subgroups: which group an item belongs to, told from a column of its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.errors import DataError, suggest

if TYPE_CHECKING:
    from dlbench.prepare.data import Inputs

MOST_VALUES = 10
MISSING = "(missing)"


def subgroups_by(inputs: Inputs, column: str) -> np.ndarray:
    """Return (n,) names of groups: categories as they are, numbers as they are up to 10 of them, else quarters.

    Quarters are cut at the quartiles of all n items, so pass the whole dataset, not one fold. For judges and reports
    alone: what is learned from all items must not reach a contestant.

    >>> from dlbench.prepare.table import Table
    >>> subgroups_by(Table(np.array([[0.0], [1.0], [np.nan]])), "x0").tolist()
    ['0', '1', '(missing)']

    Raises:
        DataError: no table, or no column of that name among its inputs.
    """
    columns = getattr(inputs, "columns", ())
    names = [held.name for held in columns]
    if column not in names:
        had = suggest(column, names) if names else "; images have no columns"
        raise DataError(f"protocol.groups: {column!r} is no column of the inputs{had}")
    chosen = columns[names.index(column)]
    block = [held.name for held in columns if held.kind == chosen.kind].index(column)
    if chosen.kind == "number":
        return _of_numbers(inputs.numbers[:, block])  # type: ignore[union-attr]
    if chosen.kind != "category":
        raise DataError(f"protocol.groups: {column!r} holds {chosen.kind}; expected categories or numbers")
    words = inputs.categories[:, block].astype(np.str_)  # type: ignore[union-attr]
    return np.where(words == "", MISSING, words)


def _of_numbers(values: np.ndarray) -> np.ndarray:
    there = values[~np.isnan(values)]
    held = np.unique(there)
    if len(held) <= MOST_VALUES:
        names = np.array([f"{value:g}" for value in held] or [MISSING])
        found = names[np.searchsorted(held, values).clip(0, len(names) - 1)]
    else:
        low, middle, high = (f"{cut:.4g}" for cut in np.quantile(there, [0.25, 0.5, 0.75]))
        names = np.array([f"up to {low}", f"{low} to {middle}", f"{middle} to {high}", f"above {high}"])
        found = names[np.searchsorted(np.quantile(there, [0.25, 0.5, 0.75]), values).clip(0, 3)]
    return np.where(np.isnan(values), MISSING, found)
