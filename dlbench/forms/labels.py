"""Labels: one class an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form


@dataclass(frozen=True)
class Labels(Form):
    """Class codes.

    Attributes:
        codes: (n,) integers, positions in the task's classes.
    """

    codes: np.ndarray

    name = "Labels"

    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["codes"]).astype(np.int64))

    def problem(self, items: int) -> str | None:
        if self.codes.shape != (items,):
            return f"expected {items} labels, got shape {self.codes.shape}"
        return "a label below zero" if items and self.codes.min() < 0 else None
