"""Clusters: one group an item, the groups without names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form


@dataclass(frozen=True)
class Clusters(Form):
    """Cluster numbers; -1 stands for noise.

    Attributes:
        codes: (n,) integers.
    """

    codes: np.ndarray

    name = "Clusters"

    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["codes"]).astype(np.int64))

    def problem(self, items: int) -> str | None:
        return None if self.codes.shape == (items,) else f"expected {items} clusters, got shape {self.codes.shape}"
