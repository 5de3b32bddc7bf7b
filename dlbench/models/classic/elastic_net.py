"""The elastic net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class ElasticNet(ClassicModel):
    """Least squares with a mixture of L1 and L2 penalties, on a standardised target."""

    name = "elastic_net"
    title = "elastic net"
    paper = "Zou and Hastie, Regularization and variable selection via the elastic net, 2005"
    gives = ("Values",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("groups of features matter", "none", "global", "one weight a feature", "convex, sparse least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "alpha": hp.Float("alpha", 1e-5, 1.0, default=1e-2, log=True),
            "l1_ratio": hp.Float("l1_ratio", 0.05, 1.0, default=0.5, legal=">= 0, <= 1"),
            "max_iter": hp.Fixed("max_iter", 2000, legal=">= 1"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.linear_model import ElasticNet as Estimator
        from sklearn.preprocessing import StandardScaler

        net = Estimator(alpha=values["alpha"], l1_ratio=values["l1_ratio"], max_iter=values["max_iter"])
        return TransformedTargetRegressor(net, transformer=StandardScaler())
