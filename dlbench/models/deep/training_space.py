"""The parameters of training that all deep models share; the house's loop reads them by these names."""

from __future__ import annotations

from typing import Any

from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


def training_space(hp: DimensionSpace, learning_rate: float = 1e-3, batch_size: int = 32) -> dict[str, Any]:
    """Ask for optimiser, step size, batch size and weight decay (of adamw and sgd); the arguments are defaults."""
    return {
        "optimizer": hp.Choice("optimizer", ["adam", "adamw", "sgd"], default="adam"),
        "learning_rate": hp.Float("learning_rate", 1e-4, 3e-2, default=learning_rate, log=True),
        "batch_size": hp.Choice("batch_size", [16, 32, 64, 128], default=batch_size),
        "weight_decay": hp.Float("weight_decay", 1e-6, 1e-2, default=1e-4, log=True),
    }


def outputs(schema: Schema) -> int:
    """Return the numbers a net gives an item: one for values, a logit a class otherwise."""
    return 1 if schema.form == "Values" else len(schema.classes)
