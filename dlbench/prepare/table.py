"""Tables: numbers and categories in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from dlbench.core.schema import Column

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 1 << 28
"""Bytes that a block of strings of one width may take; long words in many rows are kept as objects beyond."""
STRIPE = 4096
"""Rows that are turned from columns into rows at once: few enough for the processor's cache."""


class Coded(Protocol):
    """A column of categories: (n,) int64 places in its distinct words, -1 where missing."""

    @property
    def codes(self) -> np.ndarray: ...

    @property
    def words(self) -> Sequence[str]: ...


class _Words(NamedTuple):
    codes: np.ndarray
    words: Sequence[str]


@dataclass(frozen=True)
class Table:
    """n rows. Numbers and categories are kept apart, each as one block.

    Attributes:
        numbers: (n, number columns) floats; NaN where missing.
        categories: (n, category columns) strings; "" where missing. Of dtype object where a few are long.
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
        if self.categories.dtype != object:
            return self.numbers, self.categories, names
        coded = [np.unique(words, return_inverse=True) for words in self.categories.T]
        return self.numbers, *(array for words, codes in coded for array in (words.astype(np.str_), codes)), names

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, categories: Sequence[str] = ()) -> Table:
        """Build from a pandas frame; the columns named in `categories` become strings, all others numbers."""
        import pandas as pd

        columns, numbers, words = [], [], []
        for name in frame.columns:
            if name in categories:
                values = frame[name].astype("object").where(frame[name].notna(), "").astype(str)
                codes, held = pd.factorize(values.where(values != "", None))
                words.append(_Words(codes, held.tolist()))
                columns.append(Column(str(name), "category", len(held)))
            else:
                numbers.append(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
                columns.append(Column(str(name), "number"))
        return cls.of_columns(numbers, words, tuple(columns), len(frame))

    @classmethod
    def of_columns(
        cls, numbers: Sequence[np.ndarray], words: Sequence[Coded], columns: tuple[Column, ...], rows: int
    ) -> Table:
        """Build from one array or list of categories a column, each in the order of `columns`."""
        block = np.empty((rows, len(numbers)))
        for start in range(0, rows, STRIPE):
            for place, values in enumerate(numbers):
                block[start : start + STRIPE, place] = values[start : start + STRIPE]
        return cls(block, _spelled(words, rows), columns)


def _spelled(columns: Sequence[Coded], rows: int) -> np.ndarray:
    """Return columns of strings side by side; as objects where a block of equal widths would be too large."""
    width = max((len(word) for column in columns for word in column.words), default=1)
    small = rows * len(columns) * max(width, 1) * 4 <= WIDEST
    kind = f"U{max(width, 1)}" if small else object
    block = np.empty((rows, len(columns)), dtype=kind)
    spelled = [np.array([*column.words, ""], dtype=kind) for column in columns]
    for start in range(0, rows, STRIPE):
        for place, column in enumerate(columns):
            block[start : start + STRIPE, place] = spelled[place][column.codes[start : start + STRIPE]]
    return block
