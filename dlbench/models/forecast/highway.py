"""From what a net made of a window to all steps ahead, with a linear path beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.schema import Schema
from dlbench.prepare.series_schema import of_series


def steps_ahead(inputs: Any, hidden: Any, values: Mapping[str, Any], schema: Schema) -> Any:
    """Return (n, horizon) outputs from (n, width) features; with `highway` a linear function of all lags is added.

    Source: the autoregressive part of Lai et al., LSTNet: modeling long- and short-term temporal patterns, 2018.

    Args:
        inputs: (n, steps, channels) of the net; hidden: what it made of them.
        values: `highway`.
        schema: of a series.
    """
    from keras import layers

    horizon = of_series(schema).horizon
    steps = layers.Dense(horizon)(hidden)
    if not values["highway"]:
        return steps
    return layers.Add()([steps, layers.Dense(horizon)(layers.Flatten()(inputs))])
