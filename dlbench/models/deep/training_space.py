"""The parameters of training that all deep models share; the house's loop reads them by these names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import suggest
from dlbench.core.loss import SUITS
from dlbench.core.schema import Schema
from dlbench.core.space import Dimension, DimensionSpace

OPTIMIZERS = ("adam", "adamw", "sgd", "momentum", "nesterov")
SCHEDULES = ("constant", "cosine", "step", "exponential", "warmup")
BATCH_SIZES = (16, 32, 64, 128, 256)
_OF_CLASSES = ("Labels", "Scores", "Probabilities")  # named, since asking the forms would load numpy


@dataclass(frozen=True)
class NamedLoss(Dimension):
    """The name of a loss: a suite may set it, no search varies it, since losses cannot be compared by their values.

    `learns` is what the net learns: classes, values, masks or objects; empty where that is unknown before it is built.
    """

    learns: str = ""

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not write `value`; included losses count."""
        known, fitting = catalog.losses(), self._fitting()
        if value in fitting:
            return None
        if not isinstance(value, str) or value not in known:
            return f"unknown loss {value!r}{suggest(str(value), fitting)}"
        return f"{value!r} learns {known[value].learns}, the net {self.learns}{suggest(value, fitting)}"

    def describe(self) -> str:
        """Name the losses that fit."""
        return "fixed, one of " + ", ".join(self._fitting())

    def _fitting(self) -> tuple[str, ...]:
        known = catalog.losses().items()
        return ("auto", *(name for name, loss in known if not self.learns or loss.learns in SUITS[self.learns]))


def training_space(
    hp: DimensionSpace,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    optimizer: str = "adam",
    schedule: str = "constant",
    learns: str = "",
) -> dict[str, Any]:
    """Ask for how a net is trained; the arguments are defaults, and what the net learns: classes, values, masks,
    or objects, whose nets bring a loss of their own.

    Searched: optimizer, learning_rate, schedule, batch_size, weight_decay (of all optimisers but adam) and clip_norm
    (0 leaves gradients alone). Fixed: loss (`auto` is cross entropy of classes and masks, squared error of values) and
    patience (0 takes the search's own).
    """
    return {
        "optimizer": hp.Choice("optimizer", OPTIMIZERS, default=optimizer),
        "learning_rate": hp.Float("learning_rate", 1e-4, 3e-2, default=learning_rate, log=True, legal="> 0"),
        "schedule": hp.Choice("schedule", SCHEDULES, default=schedule),
        "batch_size": hp.Choice("batch_size", sorted({*BATCH_SIZES, batch_size}), default=batch_size, legal=">= 1"),
        "weight_decay": hp.Float("weight_decay", 1e-6, 1e-2, default=1e-4, log=True),
        "clip_norm": hp.Float("clip_norm", 0.0, 5.0, default=0.0, legal=">= 0"),
        "loss": hp.ask(NamedLoss("loss", "fixed", "auto", learns=learns)),
        "patience": hp.Fixed("patience", 0, legal=">= 0"),
    }


def learned(schema: Schema) -> str:
    """Return what a net of this schema learns: classes, values or masks."""
    if schema.form == "Masks":
        return "masks"
    return "classes" if schema.form in _OF_CLASSES else "values"


def outputs(schema: Schema) -> int:
    """Return the numbers a net gives an item, or a pixel of it: one for values, as many as the channels for pictures, a
    logit a class otherwise."""
    if schema.form == "Pictures":
        return schema.shape[-1]
    return 1 if schema.form == "Values" else len(schema.classes)
