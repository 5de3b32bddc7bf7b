"""The most frequent class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Floor
from dlbench.core.schema import Schema


class Majority(Floor):
    """Gives every item the classes' shares in the training part, so its label is the most frequent class."""

    name = "majority"
    title = "the most frequent class, with the shares of all"
    paper = "Holte, Very simple classification rules perform well on most commonly used datasets, 1993"
    gives = ("Probabilities",)
    weights = True
    uses = ("scikit-learn",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.dummy import DummyClassifier

        return DummyClassifier(strategy="prior")
