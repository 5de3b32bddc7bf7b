"""The linear support vector machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class LinearSvm(ClassicModel):
    """The widest margin by a plane, one class against the rest; solved in the primal where items outnumber features.

    Targets of a regression are standardised on the training part.
    """

    name = "linear_svm"
    title = "support vector machine, linear"
    paper = "Fan et al., LIBLINEAR: a library for large linear classification, 2008"
    gives = ("Scores", "Values")
    weights = True
    preparation = Preparation(sparse=True)
    bias = Bias(
        "independent features", "none", "global", "one weight a feature and class", "convex, largest squared margin"
    )

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        values = {
            "C": hp.Float("C", 1e-4, 1e2, default=0.1 if schema.form != "Values" else 1.0, log=True, legal="> 0"),
            "max_iter": hp.Fixed("max_iter", 1000, legal=">= 1"),
        }
        if schema.form == "Values":
            values["epsilon"] = hp.Float("epsilon", 1e-3, 1.0, default=0.1, log=True)
        return {**values, **scaling_and_encoding(hp, schema)}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import LinearSVC, LinearSVR

        known = {name: values[name] for name in ("C", "max_iter", "epsilon") if name in values}
        if schema.form != "Values":
            return LinearSVC(**known, dual="auto")
        # Squared loss lets LIBLINEAR solve the primal, which does not stall on many rows.
        machine = LinearSVR(**known, loss="squared_epsilon_insensitive", dual="auto")
        return TransformedTargetRegressor(machine, transformer=StandardScaler())
