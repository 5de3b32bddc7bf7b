"""Tables: numbers and categories in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.schema import Column

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """n rows. Numbers and categories are kept apart, each as one block.

    Attributes:
        numbers: (n, number columns) floats; NaN where missing.
        categories: (n, category columns) strings; "" where missing.
        columns: all columns in the source's order; their kind says in which block to look.
    """

    numbers: np.ndarray
    categories: np.ndarray = field(default_factory=lambda: np.empty((0, 0), dtype=np.str_))
    columns: tuple[Column, ...] = ()

    modality = "table"

    def __post_init__(self) -> None:
        if not self.columns:
            names = tuple(Column(f"x{i}") for i in range(self.numbers.shape[1]))
            object.__setattr__(self, "columns", names)
        if self.categories.size == 0:
            object.__setattr__(self, "categories", np.empty((len(self.numbers), 0), dtype=np.str_))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def shape(self) -> tuple[int, ...]:
        """(columns,)."""
        return (len(self.columns),)

    def take(self, index: np.ndarray) -> Table:
        """Return the rows at `index`."""
        return Table(self.numbers[index], self.categories[index], self.columns)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return the content, for a fingerprint."""
        names = np.array([f"{column.kind}:{column.name}" for column in self.columns], dtype=np.str_)
        return self.numbers, self.categories, names

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, categories: Sequence[str] = ()) -> Table:
        """Build from a pandas frame; the columns named in `categories` become strings, all others numbers."""
        columns, numbers, words = [], [], []
        for name in frame.columns:
            if name in categories:
                values = frame[name].astype("object").where(frame[name].notna(), "").astype(str).to_numpy()
                words.append(values.astype(np.str_))
                columns.append(Column(str(name), "category", len(set(values) - {""})))
            else:
                numbers.append(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
                columns.append(Column(str(name), "number"))
        rows = len(frame)
        return cls(
            np.column_stack(numbers) if numbers else np.empty((rows, 0)),
            np.column_stack(words) if words else np.empty((rows, 0), dtype=np.str_),
            tuple(columns),
        )
