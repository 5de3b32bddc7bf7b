"""The gated recurrent unit, for forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.recurrent import recurrent_net, recurrent_space


class Gru(DeepModel):
    """Reads the window step by step into one state, behind two gates."""

    name = "gru"
    title = "gated recurrent unit"
    paper = "Cho et al., Learning phrase representations using RNN encoder-decoder, 2014"
    accepts = ("series",)
    gives = ("Forecast",)
    uses = ("keras",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("order of steps", "over time", "the context", "a gated state", "gradient descent through time")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return recurrent_space(hp)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        return recurrent_net("GRU", values, schema)
