"""Probabilities or scores of two classes with a threshold of their own, which label metrics go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.scores import Scores


@dataclass(frozen=True)
class Decided(Form):
    """What a form of two classes says, and above which number an item is called class 1.

    Attributes:
        values: (n, 2) floats, as the form it was decided from.
        threshold: (n,) floats, the same for all items.
    """

    values: np.ndarray
    threshold: np.ndarray

    undecided: ClassVar[type[Probabilities] | type[Scores]]

    def arrays(self) -> dict[str, np.ndarray]:
        return {"values": self.values, "threshold": self.threshold}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(np.asarray(arrays["values"]), np.asarray(arrays["threshold"], dtype=np.float64))

    def column(self) -> np.ndarray:
        """Return the (n,) numbers that the threshold cuts."""
        raise NotImplementedError

    def to_labels(self) -> Labels:
        """Return class 1 above the threshold, class 0 at it and below."""
        return Labels((self.column() > self.threshold).astype(np.int64))

    def problem(self, items: int) -> str | None:
        if self.threshold.shape != (items,) or np.isnan(self.threshold).any():
            return f"expected {items} thresholds, got shape {self.threshold.shape} or NaN"
        if self.values.ndim != 2 or self.values.shape[1] != 2:
            return f"expected two columns to decide between, got shape {self.values.shape}"
        return self.undecided(self.values).problem(items)


@dataclass(frozen=True)
class DecidedProbabilities(Decided):
    """Probabilities of two classes; the threshold cuts the probability of class 1."""

    name = "DecidedProbabilities"
    offers = ("Labels", "Probabilities")
    undecided = Probabilities

    def column(self) -> np.ndarray:
        """Return the probability of class 1."""
        return self.values[:, 1]

    def to_probabilities(self) -> Probabilities:
        """Return the probabilities as they were given."""
        return Probabilities(self.values)


@dataclass(frozen=True)
class DecidedScores(Decided):
    """Scores of two classes; the threshold cuts the lead of class 1 over class 0."""

    name = "DecidedScores"
    offers = ("Labels", "Scores")
    undecided = Scores

    def column(self) -> np.ndarray:
        """Return the score of class 1 less that of class 0."""
        return np.asarray(self.values[:, 1] - self.values[:, 0])

    def to_scores(self) -> Scores:
        """Return the scores as they were given."""
        return Scores(self.values)
