"""The lasso."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class Lasso(ClassicModel):
    """Least squares with an L1 penalty of weight alpha, on a standardised target: most weights become zero."""

    name = "lasso"
    title = "lasso"
    paper = "Tibshirani, Regression shrinkage and selection via the lasso, 1996"
    gives = ("Values",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("few features matter", "none", "global", "one weight a feature", "convex, sparse least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "alpha": hp.Float("alpha", 1e-5, 1.0, default=1e-2, log=True),
            "max_iter": hp.Fixed("max_iter", 2000, legal=">= 1"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.linear_model import Lasso as Estimator
        from sklearn.preprocessing import StandardScaler

        lasso = Estimator(alpha=values["alpha"], max_iter=values["max_iter"])
        return TransformedTargetRegressor(lasso, transformer=StandardScaler())
