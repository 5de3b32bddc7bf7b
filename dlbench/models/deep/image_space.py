"""The parameters that image nets share: switches of their parts, augmentation, and how they are trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlbench.core.schema import Schema
from dlbench.core.space import Dimension, DimensionSpace
from dlbench.models.deep.training_space import learned, training_space
from dlbench.prepare.augmentations import NONE, PARTS, parts_of

NORMS = ("batch", "layer", "none")
ACTIVATIONS = ("relu", "relu6", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "linear")
AUGMENTATIONS = (NONE, "flip", "crop", "flip+crop", "noise", "mixup", "flip+crop+mixup")
"""What a search tries; a suite may join the parts in any other way."""


@dataclass(frozen=True)
class Switch(Dimension):
    """A part of a net that a suite may exchange for another one or switch off; no search varies it."""

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not set it to `value`."""
        return None if value in self.values else f"{value!r} is none of {list(self.values)}"

    def describe(self) -> str:
        """Name what may stand in its place."""
        return "fixed, one of " + ", ".join(map(str, self.values))


@dataclass(frozen=True)
class Exchanged(Dimension):
    """A part of a net for which a search tries some, and a suite may set any of `others`."""

    others: tuple[str, ...] = ()

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not set it to `value`."""
        return None if value in self.others else f"{value!r} is none of {list(self.others)}"

    def describe(self) -> str:
        """Name what is searched, and what may stand in its place."""
        rest = [name for name in self.others if name not in self.values]
        return f"one of {', '.join(map(str, self.values))}; or set to {', '.join(rest)}"


@dataclass(frozen=True)
class Augmentation(Dimension):
    """What is done to images while a net learns: a search tries the listed ones, a suite joins parts as it likes."""

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not set it to `value`."""
        try:
            parts_of(value if isinstance(value, str) else repr(value))
        except ValueError as error:
            return str(error)
        return None

    def describe(self) -> str:
        """Name the parts."""
        return f"none, or some of {', '.join(PARTS)} joined by +"


def augmentation(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for the augmentation; the default is none."""
    return {"augment": hp.ask(Augmentation("augment", "choice", NONE, values=AUGMENTATIONS))}


def switches(
    hp: DimensionSpace, norm: str = "batch", activation: str = "relu", *, skips: bool = True
) -> dict[str, Any]:
    """Ask for norm, activation and, where a net `skips`, its skip connections; the arguments are its paper's choice.

    A norm of `none` and the activation `linear` leave the part out; `layer` norms each pixel over its channels.
    """
    asked = {
        "norm": hp.ask(Switch("norm", "fixed", norm, values=NORMS)),
        "activation": hp.ask(Switch("activation", "fixed", activation, values=ACTIVATIONS)),
    }
    return {**asked, "skip": hp.Fixed("skip", True)} if skips else asked


def image_space(hp: DimensionSpace, schema: Schema, learning_rate: float = 2e-3, **trained: Any) -> dict[str, Any]:
    """Ask for augmentation and for how the net is trained; the arguments are defaults of `training_space`."""
    asked = {"learning_rate": learning_rate, "batch_size": 64, **trained}
    return {**augmentation(hp), **training_space(hp, learns=learned(schema), **asked)}
