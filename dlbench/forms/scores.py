"""Scores: one number an item and class, larger meaning likelier; no probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.labels import Labels


@dataclass(frozen=True)
class Scores(Form):
    """Scores that order items within a class.

    Attributes:
        values: (n, classes) floats.
    """

    values: np.ndarray

    name = "Scores"
    offers = ("Labels",)

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]))

    def to_labels(self) -> Labels:
        """Return the class of the largest score."""
        return Labels(self.values.argmax(axis=1))

    def problem(self, items: int) -> str | None:
        if self.values.ndim != 2 or len(self.values) != items:
            return f"expected {items} rows of scores, got shape {self.values.shape}"
        return None if np.isfinite(self.values).all() else "scores that are not finite"
