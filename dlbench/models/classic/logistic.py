"""Logistic regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class Logistic(ClassicModel):
    """Multinomial logistic regression with an L2 penalty of weight 1/C."""

    name = "logistic"
    title = "logistic regression"
    paper = "Cox, The regression analysis of binary sequences, 1958"
    gives = ("Probabilities",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias(
        "independent features", "none", "global", "one weight a feature and class", "convex, penalised likelihood"
    )

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "C": hp.Float("C", 1e-3, 1e3, default=1.0, log=True, legal="> 0"),
            "max_iter": hp.Fixed("max_iter", 1000, legal=">= 1"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=values["C"], max_iter=values["max_iter"])
