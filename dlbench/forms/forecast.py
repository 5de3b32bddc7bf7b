"""Forecast: the next steps of a series, seen from each origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.blending import weighted_mean
from dlbench.forms.values import Values


@dataclass(frozen=True)
class Forecast(Form):
    """Predicted numbers of the steps ahead, in the unit of the series.

    Judges see one value for each origin and step, origin by origin: that is how the truth of a forecast lies too.

    Attributes:
        values: (origins, horizon) floats; column 0 is the first step after what was known.
    """

    values: np.ndarray

    name = "Forecast"
    offers = ("Values",)
    blends = True

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]))

    def to_values(self) -> Values:
        """Return (origins × horizon,) values: all steps of the first origin, then those of the next."""
        return Values(self.values.reshape(-1))

    @classmethod
    def blend(cls, forms: Sequence[Self], weights: Sequence[float]) -> Self:
        return cls(weighted_mean([form.values for form in forms], weights))

    def problem(self, items: int) -> str | None:
        if self.values.ndim != 2 or len(self.values) != items or not self.values.shape[1]:
            return f"expected {items} forecasts of at least one step, got shape {self.values.shape}"
        return None if np.isfinite(self.values).all() else "forecasts that are not finite"
