"""Voting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.members import members


class Voting(ClassicModel):
    """The weighted mean of what a linear model, a forest and boosting say; probabilities for classes."""

    name = "voting"
    title = "vote of linear model, forest and boosting"
    paper = "Kuncheva, Combining pattern classifiers, 2004"
    gives = ("Probabilities", "Values")
    preparation = Preparation(scale="none", categories="ordinal", missing="keep")
    bias = Bias("what its members see", "none", "mixed", "its members", "averaging")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "linear_weight": hp.Float("linear_weight", 0.1, 2.0, default=1.0, legal=">= 0"),
            "forest_weight": hp.Float("forest_weight", 0.1, 2.0, default=1.0, legal=">= 0"),
            "boosting_weight": hp.Float("boosting_weight", 0.1, 2.0, default=1.0, legal=">= 0"),
            "learning_rate": hp.Float("learning_rate", 0.03, 0.3, default=0.1, log=True, legal="> 0"),
            "max_iter": hp.Fixed("max_iter", 100, legal=">= 1"),
            "n_estimators": hp.Fixed("n_estimators", 100, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import VotingClassifier, VotingRegressor

        weights = [values[f"{who}_weight"] for who in ("linear", "forest", "boosting")]
        team = members(values, schema)
        if schema.form == "Values":
            return VotingRegressor(team, weights=weights)
        return VotingClassifier(team, voting="soft", weights=weights)
