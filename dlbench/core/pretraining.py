"""What a contestant that does not start from scratch begins with: weights learned on other data, or a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dlbench.core.space import Dimension, DimensionSpace

PUBLISHED = "imagenet"
"""The word for the weights that keras.applications publishes."""

SUFFIXES = (".keras", ".weights.h5", ".h5")
"""Of files that hold the weights of a net."""

LEARNED: Mapping[str, str] = {
    "classes": "Probabilities",
    "objects": "Boxes",
    "masks": "Masks",
    "outlines": "Instances",
    "pictures": "Pictures",
}
"""Target of a task for which a net can learn other data first → what a net that learns it gives."""

WAYS = ("stages", "all", "head")
"""How a pretrained net is taught: its head first, then layer by layer from the top; all at once; the head alone."""

_TRAINED = {
    "optimizer",
    "learning_rate",
    "schedule",
    "batch_size",
    "weight_decay",
    "clip_norm",
    "loss",
    "patience",
    "augment",
    "flip",
    "zoom",
    "colour",
    "unfreeze",
    "body_rate",
    "unfreeze_every",
}


@dataclass(frozen=True)
class Pretrain:
    """What a contestant starts from: either another set that the same net learns first, or a file.

    Attributes:
        dataset, params: the other set and its parameters; empty for a file.
        limit: most training rows of it; None for all.
        epochs: for which the net learns it.
        parameters: of that training, by name; what is missing takes the model's default.
        weights: path of a file, or `imagenet`; empty for another set.
    """

    dataset: str = ""
    params: Mapping[str, Any] | None = None
    limit: int | None = None
    epochs: int = 0
    parameters: Mapping[str, Any] | None = None
    weights: str = ""

    @property
    def staged(self) -> bool:
        """Whether the weights have yet to be made: learned, or fetched. A file is there already."""
        return bool(self.dataset) or self.weights == PUBLISHED

    def told(self) -> dict[str, Any]:
        """Return what has a value, by name."""
        held = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in held.items() if value not in ("", None, 0)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Pretrain:
        """Rebuild from what `told` gave."""
        return cls(**told)


class Kept(DimensionSpace):
    """Hands every dimension on to `inner`, those that alter the architecture as fixed ones.

    Loaded weights fit one architecture. Whatever the training loop does not read by its name counts as architecture,
    but for dropout, which holds no weights.
    """

    def __init__(self, inner: DimensionSpace) -> None:
        self.inner = inner

    def ask(self, dimension: Dimension) -> Any:
        return self.inner.ask(dimension if trained(dimension.name) else replace(dimension, type="fixed"))


def trained(name: str) -> bool:
    """Whether a parameter says how a net is trained, not what it is made of.

    >>> trained("learning_rate"), trained("residual_dropout"), trained("filters")
    (True, True, False)
    """
    return name in _TRAINED or name.endswith("dropout")


def tuning_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for how loaded weights are taught further.

    `unfreeze` is searched. `body_rate` is what the learning rate of loaded layers is multiplied by;
    `unfreeze_every` is after how many epochs the next quarter of them joins in, from the top down (Howard and Ruder,
    Universal language model fine-tuning, 2018).
    """
    return {
        "unfreeze": hp.Choice("unfreeze", WAYS, default="stages"),
        "body_rate": hp.Fixed("body_rate", 0.1, legal=">= 0"),
        "unfreeze_every": hp.Fixed("unfreeze_every", 2, legal=">= 1"),
    }


def weights_file(path: Path) -> Path | str:
    """Return the file of weights that a path means: itself, or the one in a folder; else say why there is none.

    In a folder `model.keras` is taken before others, as an export names it.
    """
    if path.is_file():
        return path if path.name.endswith(SUFFIXES) else f"{path}: expected a file {_ending()}"
    if not path.is_dir():
        return f"{path}: no such file or folder"
    found = sorted(one for one in path.iterdir() if one.is_file() and one.name.endswith(SUFFIXES))
    if (path / "model.keras") in found:
        return path / "model.keras"
    if len(found) == 1:
        return found[0]
    told = ", ".join(one.name for one in found[:5]) or "none"
    return f"{path}: expected one file {_ending()} in it, found {told}; name the file"


def _ending() -> str:
    return f"that ends in {' or '.join(SUFFIXES)}"
