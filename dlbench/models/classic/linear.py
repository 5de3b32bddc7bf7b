"""Ordinary least squares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class Linear(ClassicModel):
    """Least squares without a penalty; of many solutions the shortest. Only its preparation can be searched."""

    name = "linear"
    title = "linear regression"
    paper = "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805"
    gives = ("Values",)
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias("independent features", "none", "global", "one weight a feature", "convex, least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return scaling_and_encoding(hp, schema)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.linear_model import LinearRegression

        return LinearRegression()
