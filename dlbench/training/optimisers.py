"""Optimisers by the names that a suite writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.training.schedules import schedule

MOMENTUM = 0.9

NOT_DECAYED = ("bias", "gamma", "beta", "embeddings")
"""Weights that are never pulled to zero: parts of these names (Gorishniy et al., 2021, appendix)."""


def optimiser(values: Mapping[str, Any], batches: int) -> Any:
    """Return the Keras optimiser of `values`: optimizer, learning_rate, schedule, weight_decay, clip_norm.

    Weight decay is decoupled (Loshchilov and Hutter, 2019) and left out of `adam`; `clip_norm` bounds the norm of all
    gradients together, 0 leaves them. What `values` does not name takes the plain value. The fit has `batches` batches.

    Raises:
        KeyError: a name that is none of sgd, momentum, nesterov, adam, adamw.
    """
    from keras import optimizers

    name = values.get("optimizer", "adam")
    rate = schedule(values.get("schedule", "constant"), values.get("learning_rate", 1e-3), batches)
    common = {"learning_rate": rate, "global_clipnorm": values.get("clip_norm", 0.0) or None}
    if name == "adam":
        return optimizers.Adam(**common)
    common["weight_decay"] = values.get("weight_decay", 0.0) or None
    if name == "adamw":
        made = optimizers.AdamW(**{**common, "weight_decay": common["weight_decay"] or 0.0})
    else:
        ways = {"sgd": (0.0, False), "momentum": (MOMENTUM, False), "nesterov": (MOMENTUM, True)}
        momentum, nesterov = ways[name]
        made = optimizers.SGD(momentum=momentum, nesterov=nesterov, **common)
    if common["weight_decay"]:
        made.exclude_from_weight_decay(var_names=list(NOT_DECAYED))
    return made
