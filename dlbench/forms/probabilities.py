"""Probabilities: a distribution over the classes for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.blending import weighted_mean
from dlbench.forms.scores import Scores


@dataclass(frozen=True)
class Probabilities(Form):
    """Class probabilities.

    Attributes:
        values: (n, classes) floats in [0, 1], each row summing to 1.
    """

    values: np.ndarray

    name = "Probabilities"
    offers = ("Scores",)
    blends = True

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]))

    def to_scores(self) -> Scores:
        """Return the same numbers as scores."""
        return Scores(self.values)

    @classmethod
    def blend(cls, forms: Sequence[Self], weights: Sequence[float]) -> Self:
        return cls(weighted_mean([form.values for form in forms], weights))

    def problem(self, items: int) -> str | None:
        if self.values.ndim != 2 or len(self.values) != items:
            return f"expected {items} rows of probabilities, got shape {self.values.shape}"
        if not np.isfinite(self.values).all():
            return "probabilities that are not finite"
        sums = self.values.sum(axis=1)
        off = np.abs(sums - 1).max(initial=0)
        return f"probabilities that sum to {1 + off:.4f}" if off > 1e-3 or self.values.min(initial=0) < -1e-6 else None
