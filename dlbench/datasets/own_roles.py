"""Columns of the user's table that are no features: they say how rows are split, and how much each counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.datasets.column_parts import moments, numbers
from dlbench.datasets.inference import infer
from dlbench.datasets.leaks import parted
from dlbench.datasets.raw_table import Raw, RawTable, taken
from dlbench.datasets.texts import Texts

SPLITTING = ("fold_column", "group_column", "time_column")
ROLES = (*SPLITTING, "weight_column")


@dataclass(frozen=True)
class Roles:
    """The role of columns, for the rows that have a target.

    Attributes:
        table: names and columns.
        kept: (k,) places of the rows that have a target.
        places: role → place of the column that has it.
    """

    table: RawTable
    kept: np.ndarray
    places: Mapping[str, int]

    @classmethod
    def of(cls, table: RawTable, kept: np.ndarray, params: Mapping[str, Any]) -> Roles:
        """Return the roles that parameters give to columns that are there."""
        places = {role: table.names.index(params[role]) for role in ROLES if params.get(role) in table.names}
        return cls(table, kept, places)

    @property
    def split(self) -> bool:
        """Whether a column says how rows are split."""
        return any(role in self.places for role in SPLITTING)

    @property
    def folds(self) -> int:
        """How many folds the fold column names; 0 without one."""
        return self._count("fold_column")

    @property
    def groups(self) -> int:
        """How many groups the group column names; 0 without one."""
        return self._count("group_column")

    @property
    def times(self) -> np.ndarray | None:
        """(k,) seconds since 1970 or the column's numbers, NaN where there is none; None without such a column."""
        column = self._column("time_column")
        if column is None:
            return None
        found = infer("time", column)
        if found.kind == "number":
            return numbers(found, column)
        when = moments(column)
        return np.where(np.isnat(when), np.nan, when.astype(np.int64).astype(np.float64))

    @property
    def weights(self) -> np.ndarray | None:
        """(k,) how much each row counts, NaN where that is no number; None without such a column."""
        column = self._column("weight_column")
        return None if column is None else numbers(infer("weight", column, "number"), column)

    def _count(self, role: str) -> int:
        codes = self.codes(role)
        return 0 if codes is None else len(np.unique(codes))

    def codes(self, role: str) -> np.ndarray | None:
        """Return (k,) whole numbers, in the order of the column's values; None without such a column."""
        column = self._column(role)
        if column is None:
            return None
        values = column.array() if isinstance(column, Texts) else column
        return np.unique(values, return_inverse=True)[1].astype(np.int64)

    def parted(self, role: str, tested: np.ndarray | None) -> str:
        """Return a warning where the test file holds rows of groups that the training file holds too.

        Args:
            role: of which column.
            tested: (k,) booleans, True for rows of the test file; None without one.
        """
        if role != "group_column" or tested is None:
            return ""
        groups = self.codes(role)
        return "" if groups is None else parted(groups, tested)

    def problems(self, path: Path) -> Iterator[str]:
        """Say what makes the columns of no use for their roles."""
        if "fold_column" in self.places and self.folds < 2:
            yield f"{path}: fold column {self._name('fold_column')!r}: fewer than two folds"
        groups = self.codes("group_column")
        if groups is not None and len(np.unique(groups)) < 2:
            yield f"{path}: group column {self._name('group_column')!r}: fewer than two groups"
        if "time_column" in self.places:
            times = self.times
            if times is None or np.isnan(times).any():
                name = self._name("time_column")
                yield f"{path}: time column {name!r}: expected a date or a number in every row with a target"
            elif groups is not None:
                yield f"{path}: expected a group column or a time column, got both"
        weights = self.weights
        if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
            name = self._name("weight_column")
            yield f"{path}: weight column {name!r}: expected a number from 0 on in every row with a target, not all 0"

    def _name(self, role: str) -> str:
        return self.table.names[self.places[role]]

    def _column(self, role: str) -> Raw | None:
        place = self.places.get(role)
        return None if place is None else taken(self.table.columns[place], self.kept)
