"""The causal convolution, for forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.highway import steps_ahead
from dlbench.models.forecast.window_space import net_space


class CausalConv(DeepModel):
    """Residual convolutions that look back only, their dilation doubled until the last step sees the window."""

    name = "causal_conv"
    title = "causal dilated convolution"
    paper = "Bai, Kolter and Koltun, An empirical evaluation of generic convolutional and recurrent networks, 2018"
    accepts = ("series",)
    gives = ("Forecast",)
    uses = ("keras",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("order of steps", "over time", "the context", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [16, 32, 64], default=32, legal=">= 1"),
            "kernel": hp.Choice("kernel", [2, 3, 5], default=3, legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
            **net_space(hp),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=schema.shape)
        hidden = layers.Conv1D(values["filters"], 1)(inputs)
        for dilation in dilations(schema.shape[0], values["kernel"]):
            seen = layers.Conv1D(
                values["filters"], values["kernel"], padding="causal", dilation_rate=dilation, activation="relu"
            )(hidden)
            if values["dropout"]:
                seen = layers.Dropout(values["dropout"])(seen)
            hidden = layers.Add()([hidden, seen])
        last = layers.Cropping1D((schema.shape[0] - 1, 0))(hidden)
        return Network(Model(inputs, steps_ahead(inputs, layers.Flatten()(last), values, schema)))


def dilations(steps: int, kernel: int) -> list[int]:
    """Return 1, 2, 4, … until layers of that kernel see `steps` steps together: 1 + (kernel − 1) · Σ dilations.

    >>> dilations(24, 3)
    [1, 2, 4, 8]
    """
    layers = next(n for n in count(1) if 1 + (kernel - 1) * (2**n - 1) >= steps)
    return [2**i for i in range(layers)]
