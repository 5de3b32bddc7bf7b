"""The parameters of training that all deep models share; the house's loop reads them by these names."""

from __future__ import annotations

from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import suggest
from dlbench.core.schema import Schema
from dlbench.core.space import Dimension, DimensionSpace

OPTIMIZERS = ("adam", "adamw", "sgd", "momentum", "nesterov")
SCHEDULES = ("constant", "cosine", "step", "exponential", "warmup")
BATCH_SIZES = (16, 32, 64, 128, 256)


class NamedLoss(Dimension):
    """The name of a loss: a suite may set it, no search varies it, since losses cannot be compared by their values."""

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not write `value`; included losses count."""
        known = ("auto", *catalog.losses())
        return None if value in known else f"unknown loss {value!r}{suggest(str(value), known)}"

    def describe(self) -> str:
        """Name all losses."""
        return "fixed, one of " + ", ".join(("auto", *catalog.losses()))


def training_space(
    hp: DimensionSpace,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    optimizer: str = "adam",
    schedule: str = "constant",
) -> dict[str, Any]:
    """Ask for how a net is trained; the arguments are defaults.

    Searched: optimizer, learning_rate, schedule, batch_size, weight_decay (of all optimisers but adam) and clip_norm
    (0 leaves gradients alone). Fixed: loss (`auto` is cross entropy for classes, squared error for values) and
    patience (0 takes the search's own).
    """
    return {
        "optimizer": hp.Choice("optimizer", OPTIMIZERS, default=optimizer),
        "learning_rate": hp.Float("learning_rate", 1e-4, 3e-2, default=learning_rate, log=True),
        "schedule": hp.Choice("schedule", SCHEDULES, default=schedule),
        "batch_size": hp.Choice("batch_size", BATCH_SIZES, default=batch_size),
        "weight_decay": hp.Float("weight_decay", 1e-6, 1e-2, default=1e-4, log=True),
        "clip_norm": hp.Float("clip_norm", 0.0, 5.0, default=0.0),
        "loss": hp.ask(NamedLoss("loss", "fixed", "auto")),
        "patience": hp.Fixed("patience", 0),
    }


def outputs(schema: Schema) -> int:
    """Return the numbers a net gives an item: one for values, a logit a class otherwise."""
    return 1 if schema.form == "Values" else len(schema.classes)
