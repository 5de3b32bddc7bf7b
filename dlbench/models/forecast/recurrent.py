"""The net around a recurrent cell: read the window step by step, then say all steps ahead at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Network
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.forecast.highway import steps_ahead
from dlbench.models.forecast.window_space import net_space


def recurrent_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for width, depth and dropout of recurrent layers, and for what all nets share."""
    return {
        "units": hp.Choice("units", [16, 32, 64, 128], default=32, legal=">= 1"),
        "layers": hp.Int("layers", 1, 2, default=1, legal=">= 1"),
        "dropout": hp.Float("dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
        **net_space(hp),
    }


def recurrent_net(cell: str, values: Mapping[str, Any], schema: Schema) -> Network:
    """Return a net of recurrent layers of one kind.

    Args:
        cell: name of a layer of keras: SimpleRNN, LSTM or GRU.
        values: of `recurrent_space`.
        schema: of the windows as the net reads them.
    """
    from keras import Input, Model, layers

    inputs = Input(shape=schema.shape)
    state = inputs
    for depth in range(values["layers"], 0, -1):
        state = getattr(layers, cell)(values["units"], return_sequences=depth > 1)(state)
    if values["dropout"]:
        state = layers.Dropout(values["dropout"])(state)
    return Network(Model(inputs, steps_ahead(inputs, state, values, schema)))
