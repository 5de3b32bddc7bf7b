"""Embeddings: a vector an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form


@dataclass(frozen=True)
class Embeddings(Form):
    """Codes that another model reads.

    Attributes:
        values: (n, width) floats.
    """

    values: np.ndarray

    name = "Embeddings"

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]))

    def problem(self, items: int) -> str | None:
        if self.values.ndim != 2 or len(self.values) != items:
            return f"expected {items} embeddings, got shape {self.values.shape}"
        return None if np.isfinite(self.values).all() else "embeddings that are not finite"
