"""gamma regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding

if TYPE_CHECKING:
    import numpy as np


class Gamma(ClassicModel):
    """A generalised linear model with log link, for amounts and durations: their spread grows with the mean."""

    name = "gamma"
    title = "gamma regression, log link"
    paper = "McCullagh and Nelder, Generalized linear models, 1989"
    gives = ("Values",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("sizes multiply", "none", "global", "one weight a feature", "convex, penalised likelihood")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "alpha": hp.Float("alpha", 1e-6, 10.0, default=1e-3, log=True),
            "max_iter": hp.Fixed("max_iter", 500, legal=">= 1"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import GammaRegressor

        return GammaRegressor(alpha=values["alpha"], max_iter=values["max_iter"])

    def objection(self, target: np.ndarray) -> str | None:
        if target.min() <= 0:
            return f"expects values above 0; the least is {target.min():g}: use poisson from 0 up, else ridge or linear"
        return None
