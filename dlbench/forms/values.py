"""Values: one number an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.blending import weighted_mean


@dataclass(frozen=True)
class Values(Form):
    """Predicted numbers, in the unit of the target.

    Attributes:
        values: (n,) floats.
    """

    values: np.ndarray

    name = "Values"
    blends = True

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]))

    @classmethod
    def blend(cls, forms: Sequence[Self], weights: Sequence[float]) -> Self:
        return cls(weighted_mean([form.values for form in forms], weights))

    def problem(self, items: int) -> str | None:
        if self.values.shape != (items,):
            return f"expected {items} values, got shape {self.values.shape}"
        return None if np.isfinite(self.values).all() else "values that are not finite"
