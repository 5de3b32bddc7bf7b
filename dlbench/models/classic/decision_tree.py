"""The decision tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding


class DecisionTree(ClassicModel):
    """One tree of thresholds, grown greedily and held back by its depth and the size of its leaves."""

    name = "decision_tree"
    title = "decision tree"
    paper = "Breiman, Friedman, Olshen and Stone, Classification and regression trees, 1984"
    gives = ("Probabilities", "Values")
    weights = True
    preparation = Preparation(scale="none", categories="ordinal")
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "one tree", "greedy splitting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "max_depth": hp.Int("max_depth", 2, 32, default=16, log=True, legal=">= 1"),
            "min_samples_leaf": hp.Int("min_samples_leaf", 1, 100, default=5, log=True, legal=">= 1"),
            "ccp_alpha": hp.Fixed("ccp_alpha", 0.0, legal=">= 0"),
            **encoding(hp, schema, "ordinal"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        known = {name: values[name] for name in ("max_depth", "min_samples_leaf", "ccp_alpha")}
        return DecisionTreeRegressor(**known) if schema.form == "Values" else DecisionTreeClassifier(**known)
