"""AdaBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding


class AdaBoost(ClassicModel):
    """Small trees one after the other, each on rows weighted by the mistakes so far (SAMME; R2 for values)."""

    name = "adaboost"
    title = "AdaBoost over small trees"
    paper = "Freund and Schapire, A decision-theoretic generalization of on-line learning, 1997; Drucker, 1997"
    gives = ("Probabilities", "Values")
    weights = True
    preparation = Preparation(scale="none", categories="ordinal")
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "reweighting mistakes")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "n_estimators": hp.Int("n_estimators", 25, 400, default=100, log=True, legal=">= 1"),
            "learning_rate": hp.Float("learning_rate", 0.03, 2.0, default=0.5, log=True, legal="> 0"),
            "max_depth": hp.Int("max_depth", 1, 12, default=8 if schema.form == "Values" else 2, legal=">= 1"),
            **encoding(hp, schema, "ordinal"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        known = {name: values[name] for name in ("n_estimators", "learning_rate")}
        if schema.form == "Values":
            return AdaBoostRegressor(DecisionTreeRegressor(max_depth=values["max_depth"]), **known)
        return AdaBoostClassifier(DecisionTreeClassifier(max_depth=values["max_depth"]), **known)
