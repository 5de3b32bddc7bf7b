"""Stacking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.members import members


class Stacking(ClassicModel):
    """A linear model reads what a linear model, a forest and boosting say of rows they were not fitted on (5 folds)."""

    name = "stacking"
    title = "stack of linear model, forest and boosting"
    paper = "Wolpert, Stacked generalization, 1992"
    gives = ("Probabilities", "Values")
    preparation = Preparation(scale="none", categories="ordinal", missing="keep")
    bias = Bias("what its members see", "none", "mixed", "its members", "learning from held-out answers")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        penalty = "alpha" if schema.form == "Values" else "C"
        return {
            penalty: hp.Float(penalty, 1e-2, 1e2, default=1.0, log=True, legal="> 0"),
            "learning_rate": hp.Float("learning_rate", 0.03, 0.3, default=0.1, log=True, legal="> 0"),
            "max_iter": hp.Fixed("max_iter", 100, legal=">= 1"),
            "n_estimators": hp.Fixed("n_estimators", 100, legal=">= 1"),
            "cv": hp.Fixed("cv", 5, legal=">= 2"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import StackingClassifier, StackingRegressor
        from sklearn.linear_model import LogisticRegression, Ridge

        team = members(values, schema)
        if schema.form == "Values":
            return StackingRegressor(team, Ridge(alpha=values["alpha"]), cv=values["cv"])
        return StackingClassifier(team, LogisticRegression(C=values["C"], max_iter=1000), cv=values["cv"])
