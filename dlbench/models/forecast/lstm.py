"""The long short-term memory, for forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.recurrent import recurrent_net, recurrent_space


class Lstm(DeepModel):
    """Reads the window step by step into a state and a cell, behind three gates."""

    name = "lstm"
    title = "long short-term memory"
    paper = "Hochreiter and Schmidhuber, Long short-term memory, 1997; Gers et al., Learning to forget, 2000"
    accepts = ("series",)
    gives = ("Forecast",)
    uses = ("keras",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias(
        "order of steps", "over time", "the context", "a gated state and a cell", "gradient descent through time"
    )

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return recurrent_space(hp)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        return recurrent_net("LSTM", values, schema)
