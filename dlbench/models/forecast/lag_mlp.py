"""The multilayer perceptron on lags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.highway import steps_ahead
from dlbench.models.forecast.window_space import net_space


class LagMlp(DeepModel):
    """Dense layers with ReLU over all lags: all steps ahead at once."""

    name = "lag_mlp"
    title = "multilayer perceptron on lags"
    paper = "Das et al., Long-term forecasting with TiDE, 2023"
    accepts = ("series",)
    gives = ("Forecast",)
    uses = ("keras",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("independent lags", "none", "the context", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "layers": hp.Int("layers", 1, 3, default=1, legal=">= 0"),
            "units": hp.Choice("units", [32, 64, 128, 256], default=64, legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
            **net_space(hp),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=schema.shape)
        hidden = layers.Flatten()(inputs)
        for _ in range(values["layers"]):
            hidden = layers.Dense(values["units"], activation="relu")(hidden)
            if values["dropout"]:
                hidden = layers.Dropout(values["dropout"])(hidden)
        return Network(Model(inputs, steps_ahead(inputs, hidden, values, schema)))
