"""Gradient boosting on lags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.window_space import window_space


class LagBoosting(ClassicModel):
    """Boosted trees on binned lags, one ensemble for each step ahead (direct)."""

    name = "lag_boosting"
    title = "histogram gradient boosting on lags"
    paper = "Friedman, Greedy function approximation, 2001; Ben Taieb et al., strategies for multi-step ahead, 2012"
    accepts = ("series",)
    gives = ("Forecast",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("thresholds on single lags", "none", "the context", "all trees", "boosting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **window_space(hp),
            "learning_rate": hp.Float("learning_rate", 0.02, 0.3, default=0.1, log=True, legal="> 0"),
            "max_iter": hp.Int("max_iter", 25, 200, default=50, log=True, legal=">= 1"),
            "max_leaf_nodes": hp.Int("max_leaf_nodes", 4, 31, default=15, log=True, legal=">= 2"),
            "min_samples_leaf": hp.Int("min_samples_leaf", 2, 50, default=10, log=True, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.ensemble import HistGradientBoostingRegressor
        from sklearn.multioutput import MultiOutputRegressor

        names = ("learning_rate", "max_iter", "max_leaf_nodes", "min_samples_leaf")
        trees = HistGradientBoostingRegressor(**{name: values[name] for name in names}, early_stopping=False)
        return MultiOutputRegressor(trees)
