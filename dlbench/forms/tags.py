"""Tags: one class for each token of each sentence, such as the names in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms import ragged


@dataclass(frozen=True)
class Tags(Form):
    """Class codes of the tokens of n sentences, sentence by sentence; one may hold none. True tags are kept alike.

    Attributes:
        codes: (m,) integers, positions in the task's classes.
        offsets: (n + 1,) integers; those of sentence i lie at offsets[i]:offsets[i + 1].
    """

    codes: np.ndarray
    offsets: np.ndarray

    name = "Tags"

    @classmethod
    def of(cls, sentences: Sequence[Sequence[int] | np.ndarray]) -> Self:
        """Return the form of one row of codes a sentence.

        >>> Tags.of([[0, 1, 2], []]).offsets
        array([0, 3, 3])
        """
        rows = [np.asarray(codes, dtype=np.int64).reshape(-1) for codes in sentences]
        flat = np.concatenate([np.empty(0, dtype=np.int64), *rows])
        return cls(flat, ragged.offsets_of([len(codes) for codes in rows]))

    @property
    def counts(self) -> np.ndarray:
        """(n,) int64, tokens of each sentence."""
        return np.diff(self.offsets)

    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes, "offsets": self.offsets}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        form = cls(np.asarray(arrays["codes"]).astype(np.int64), np.asarray(arrays["offsets"]).astype(np.int64))
        if (wrong := form._misshapen()) is not None:
            raise ValueError(f"{cls.name}: {wrong}")
        return form

    def take(self, index: np.ndarray) -> Self:
        places, offsets = ragged.taken(self.offsets, index)
        return type(self)(self.codes[places], offsets)

    def problem(self, items: int) -> str | None:
        if (wrong := self._misshapen()) is not None:
            return wrong
        if len(self.offsets) != items + 1:
            return f"expected tags of {items} sentences, got those of {len(self.offsets) - 1}"
        return "a class below zero" if self.codes.min(initial=0) < 0 else None

    def _misshapen(self) -> str | None:
        if self.codes.ndim != 1:
            return f"expected one class a token, got shape {self.codes.shape}"
        return ragged.misplaced(self.offsets, len(self.codes))
