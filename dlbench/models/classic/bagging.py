"""Bagging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding


class Bagging(ClassicModel):
    """Full trees on bootstrap samples, averaged; every split sees all the features of its tree."""

    name = "bagging"
    title = "bagged trees"
    paper = "Breiman, Bagging predictors, 1996"
    gives = ("Probabilities", "Values")
    weights = True
    preparation = Preparation(scale="none", categories="ordinal")
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "bootstrap, averaging")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "n_estimators": hp.Int("n_estimators", 10, 200, default=50, log=True, legal=">= 1"),
            "max_samples": hp.Float("max_samples", 0.2, 1.0, default=1.0, legal="> 0, <= 1"),
            "max_features": hp.Float("max_features", 0.3, 1.0, default=1.0, legal="> 0, <= 1"),
            "min_samples_leaf": hp.Int("min_samples_leaf", 1, 20, default=1, log=True, legal=">= 1"),
            **encoding(hp, schema, "ordinal"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import BaggingClassifier, BaggingRegressor
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        leaf = values["min_samples_leaf"]
        known = {name: values[name] for name in ("n_estimators", "max_samples", "max_features")}
        if schema.form == "Values":
            return BaggingRegressor(DecisionTreeRegressor(min_samples_leaf=leaf), **known)
        return BaggingClassifier(DecisionTreeClassifier(min_samples_leaf=leaf), **known)
