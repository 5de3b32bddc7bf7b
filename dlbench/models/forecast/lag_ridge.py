"""Ridge regression on lags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.window_space import window_space


class LagRidge(ClassicModel):
    """Each step ahead is a linear function of the lags, with an L2 penalty: one regression a step (direct)."""

    name = "lag_ridge"
    title = "ridge regression on lags"
    paper = "Hoerl and Kennard, Ridge regression, 1970; Zeng et al., Are Transformers effective for time series?, 2023"
    accepts = ("series",)
    gives = ("Forecast",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("independent lags", "none", "the context", "one weight a lag and step", "convex, least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {**window_space(hp), "alpha": hp.Float("alpha", 1e-3, 1e3, default=1.0, log=True)}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import Ridge

        return Ridge(alpha=values["alpha"])
