"""Pictures: a value for every pixel and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.blending import weighted_mean


@dataclass(frozen=True)
class Pictures(Form):
    """Restored pictures.

    Attributes:
        values: (n, height, width, channels) float32 in [0, 1].
    """

    values: np.ndarray

    name = "Pictures"
    blends = True

    @classmethod
    def clipped(cls, values: np.ndarray) -> Self:
        """Return what a model gives, cut off at 0 and 1.

        >>> Pictures.clipped(np.array([[[[-0.5], [0.25], [1.5]]]])).values.ravel().tolist()
        [0.0, 0.25, 1.0]
        """
        return cls(np.clip(np.asarray(values), 0, 1).astype(np.float32))

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        values = np.asarray(arrays["values"]).astype(np.float32)
        if values.ndim != 4:
            raise ValueError(f"{cls.name}: expected (n, height, width, channels) values, got shape {values.shape}")
        return cls(values)

    @classmethod
    def blend(cls, forms: Sequence[Self], weights: Sequence[float]) -> Self:
        return cls(weighted_mean([form.values for form in forms], weights).astype(np.float32))

    def problem(self, items: int) -> str | None:
        if self.values.ndim != 4 or len(self.values) != items:
            return f"expected {items} pictures, got shape {self.values.shape}"
        if not np.isfinite(self.values).all():
            return "values that are not finite"
        low, high = float(self.values.min(initial=0)), float(self.values.max(initial=0))
        return f"values from {low:g} to {high:g}, outside [0, 1]" if low < 0 or high > 1 else None
