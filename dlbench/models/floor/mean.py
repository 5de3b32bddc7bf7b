"""The mean of the training targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Floor
from dlbench.core.schema import Schema


class Mean(Floor):
    """Gives every item the mean target of the training part: R² of zero there."""

    name = "mean"
    title = "the mean of the training targets"
    paper = "the reference of R²: Wright, Correlation and causation, 1921"
    gives = ("Values",)
    weights = True
    uses = ("scikit-learn",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.dummy import DummyRegressor

        return DummyRegressor(strategy="mean")
