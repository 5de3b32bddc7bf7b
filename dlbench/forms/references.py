"""Reference texts: the truth that translations and summaries are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from dlbench.forms import ragged


@dataclass(frozen=True)
class References:
    """One or several texts an item, each of them right. On disk they are UTF-8.

    Attributes:
        texts: n tuples of at least one string.
    """

    texts: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        bare = next((item for item, several in enumerate(self.texts) if not several), None)
        if bare is not None:
            raise ValueError(f"references: expected at least one text an item, got none for item {bare}")

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def counts(self) -> np.ndarray:
        """(n,) int64, references of each item."""
        return np.array([len(several) for several in self.texts], dtype=np.int64)

    def take(self, index: np.ndarray) -> Self:
        """Return the references of the items at `index`."""
        return type(self)(tuple(self.texts[item] for item in np.arange(len(self))[index]))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk.

        >>> sorted(References((("a", "b"), ("c",))).arrays())
        ['begins', 'offsets', 'utf8']
        """
        flat = [text for several in self.texts for text in several]
        return {**ragged.written(flat), "offsets": ragged.offsets_of(self.counts)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from `arrays`.

        Raises:
            ValueError: where the arrays are not those of references.
        """
        flat, offsets = ragged.read(arrays), np.asarray(arrays["offsets"])
        wrong = ragged.misplaced(offsets, len(flat))
        if wrong is not None:
            raise ValueError(f"references: {wrong}")
        return cls(tuple(flat[begin:end] for begin, end in pairwise(offsets.tolist())))
