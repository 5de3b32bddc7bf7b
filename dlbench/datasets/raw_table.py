"""A table as a file holds it: names, and columns of numbers, dates or texts; nothing of it judged yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from dlbench.datasets.texts import Texts

if TYPE_CHECKING:
    import numpy as np

Raw: TypeAlias = Union["np.ndarray", Texts]
"""float64 numbers, NaN where missing; datetime64[s], NaT where missing; or texts."""


@dataclass(frozen=True)
class RawTable:
    """n rows.

    Attributes:
        path: the file.
        names: of the columns, distinct.
        columns: as many, of n values each.
        lines: the line a row starts on; empty where the reader does not know.
        declared: name → kind, where the file itself says what a column is.
        header: whether the names stand in the file.
        notes: what the reader had to decide, for people.
    """

    path: Path
    names: tuple[str, ...]
    columns: tuple[Raw, ...]
    lines: tuple[int, ...] = ()
    declared: Mapping[str, str] = field(default_factory=dict)
    header: bool = True
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def where(self, row: int) -> str:
        """Say where a row stands."""
        return f"line {self.lines[row]}" if self.lines else f"row {row + 1}"


def taken(column: Raw, index: np.ndarray) -> Raw:
    """Return the values of a column at sorted, distinct places; the column itself where these are all."""
    if len(index) == len(column):
        return column
    return column.take(index) if isinstance(column, Texts) else column[index]
