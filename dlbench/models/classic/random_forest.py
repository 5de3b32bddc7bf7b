"""The random forest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding


class RandomForest(ClassicModel):
    """Trees on bootstrap samples, each split chosen among a random part of the features; their votes are averaged."""

    name = "random_forest"
    title = "random forest"
    paper = "Breiman, Random forests, 2001"
    gives = ("Probabilities", "Values")
    weights = True
    preparation = Preparation(scale="none")
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "bagging")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        features = "all" if schema.form == "Values" else "sqrt"
        return {
            "n_estimators": hp.Int("n_estimators", 50, 400, default=200, log=True, legal=">= 1"),
            "max_features": hp.Choice("max_features", ["sqrt", "log2", "all"], default=features),
            "min_samples_leaf": hp.Int("min_samples_leaf", 1, 20, default=1, log=True, legal=">= 1"),
            **encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        chosen = {name: values[name] for name in ("n_estimators", "max_features", "min_samples_leaf")}
        chosen["max_features"] = None if chosen["max_features"] == "all" else chosen["max_features"]
        return RandomForestRegressor(**chosen) if schema.form == "Values" else RandomForestClassifier(**chosen)
