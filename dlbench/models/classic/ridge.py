"""Ridge regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class Ridge(ClassicModel):
    """Least squares with an L2 penalty of weight alpha."""

    name = "ridge"
    title = "ridge regression"
    paper = "Hoerl and Kennard, Ridge regression: biased estimation for nonorthogonal problems, 1970"
    gives = ("Values",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("independent features", "none", "global", "one weight a feature", "convex, penalised least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {"alpha": hp.Float("alpha", 1e-3, 1e3, default=1.0, log=True), **scaling_and_encoding(hp, schema)}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import Ridge as Estimator

        return Estimator(alpha=values["alpha"])
