"""Gradient boosting over histograms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.members import categorical


class HistGradientBoosting(ClassicModel):
    """Boosted trees on binned features. Reads missing values and categories as they are."""

    name = "hist_gradient_boosting"
    title = "histogram gradient boosting"
    paper = "Friedman, Greedy function approximation: a gradient boosting machine, 2001; Ke et al., LightGBM, 2017"
    gives = ("Probabilities", "Values")
    weights = True
    preparation = Preparation(scale="none", categories="ordinal", missing="keep")
    resource = "rounds"
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "boosting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "learning_rate": hp.Float("learning_rate", 0.01, 0.5, default=0.1, log=True),
            "max_leaf_nodes": hp.Int("max_leaf_nodes", 7, 63, default=31, log=True, legal=">= 2"),
            "min_samples_leaf": hp.Int("min_samples_leaf", 5, 50, default=20, log=True, legal=">= 1"),
            "l2_regularization": hp.Float("l2_regularization", 1e-6, 10.0, default=1e-6, log=True),
            "max_iter": hp.Fixed("max_iter", 100, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        build = HistGradientBoostingRegressor if schema.form == "Values" else HistGradientBoostingClassifier
        return build(**values, categorical_features=categorical(schema))
