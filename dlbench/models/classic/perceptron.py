"""The perceptron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class Perceptron(ClassicModel):
    """Weights that move towards every item they get wrong, one class against the rest."""

    name = "perceptron"
    title = "perceptron"
    paper = "Rosenblatt, The perceptron: a probabilistic model for information storage in the brain, 1958"
    gives = ("Scores",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("linearly separable classes", "none", "global", "one weight a feature and class", "mistake-driven")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "penalty": hp.Choice("penalty", ["none", "l2", "l1"], default="none"),
            "alpha": hp.Float("alpha", 1e-7, 1e-2, default=1e-4, log=True),
            "max_iter": hp.Fixed("max_iter", 1000, legal=">= 1"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import Perceptron as Estimator

        penalty = None if values["penalty"] == "none" else values["penalty"]
        return Estimator(penalty=penalty, alpha=values["alpha"], max_iter=values["max_iter"])
