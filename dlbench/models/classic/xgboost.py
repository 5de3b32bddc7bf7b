"""XGBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.boosting_space import boosting_space


class XGBoost(ClassicModel):
    """Boosted trees with second-order steps and penalised leaves, on histograms."""

    name = "xgboost"
    title = "XGBoost"
    paper = "Chen and Guestrin, XGBoost: a scalable tree boosting system, 2016"
    gives = ("Probabilities", "Values")
    weights = True
    uses = ("scikit-learn", "xgboost")
    requires = ("xgboost",)
    extra = "boosting"
    preparation = Preparation(scale="none", missing="keep")
    resource = "rounds"
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "second-order boosting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **boosting_space(hp, schema, "one_hot"),
            "max_depth": hp.Int("max_depth", 2, 12, default=6, legal=">= 1"),
            "min_child_weight": hp.Float("min_child_weight", 0.1, 30.0, default=1.0, log=True),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from xgboost import XGBClassifier, XGBRegressor

        build = XGBRegressor if schema.form == "Values" else XGBClassifier
        known = {name: value for name, value in values.items() if name != "categories"}
        return build(**known, n_jobs=1, tree_method="hist")
