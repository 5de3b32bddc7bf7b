"""What a net is trained towards, and how its outputs become a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import UsageError, suggest
from dlbench.core.form import Form, reachable
from dlbench.core.loss import SUITS
from dlbench.core.model import Network
from dlbench.core.schema import Schema
from dlbench.forms.masks import Masks
from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.pictures import Pictures
from dlbench.forms.probabilities import Probabilities
from dlbench.losses.cross_entropy import CrossEntropy
from dlbench.losses.mse import Mse
from dlbench.prepare.components import instances_of, painted
from dlbench.prepare.part import Part
from dlbench.training.answers import softmax
from dlbench.training.detection import detections, most_of, objects_of, padded
from dlbench.training.pixels import by_pixel

NATURAL: Mapping[str, str] = {
    "classes": CrossEntropy.name,
    "masks": CrossEntropy.name,
    "values": Mse.name,
    "inputs": Mse.name,
}
"""What a net learns → the loss that `auto` means."""


@dataclass(frozen=True)
class Goal:
    """What a net learns: its `inputs`, `classes`, `masks` (a class a pixel), `objects`, or `values` in units of their
    spread around their mean.

    Attributes:
        learns: inputs, classes, masks, values or objects.
        form: name of the form that answers; "" for a net that only reconstructs.
        mean, spread: of the training target; values only.
        weight: the mean weight of the training items, so that theirs have mean 1; 0 where all count alike.
        most: objects of one item for which there is room.
    """

    learns: str
    form: str = ""
    mean: float = 0.0
    spread: float = 1.0
    weight: float = 0.0
    most: int = 0

    @classmethod
    def of(cls, network: Network, schema: Schema, train: Part, valid: Part | None = None) -> Goal:
        """Read the goal off the training part, and off the validation part how much room its targets take."""
        if network.learns == "inputs":
            return cls("inputs")
        if network.learns == "objects":
            return cls("objects", schema.form, most=most_of([part for part in (train, valid) if part is not None]))
        if schema.form in ("Masks", "Instances"):
            return cls("masks", schema.form)
        weight = 0.0 if train.weights is None else float(train.weights.mean()) or 1.0
        if "Labels" in reachable(schema.form):
            return cls("classes", schema.form, weight=weight)
        target = target_of(train)
        return cls("values", schema.form, float(target.mean()), float(target.std()) or 1.0, weight)

    def target(self, inputs: np.ndarray, part: Part) -> np.ndarray:
        """Return what the net's outputs are held against: codes, or floats of the outputs' shape; where items have
        weights, floats with the weight in a column behind."""
        if self.learns == "inputs":
            return inputs
        if self.learns == "objects":
            return padded(objects_of(part), self.most)
        bare = self._bare(target_of(part))
        if not self.weight or part.weights is None:
            return bare
        columns = (bare.reshape(len(bare), -1), part.weights[:, None] / self.weight)
        return np.concatenate(columns, axis=1).astype(np.float32)

    def _bare(self, target: np.ndarray) -> np.ndarray:
        if self.learns in ("classes", "masks"):
            return target.astype(np.int32)
        scaled = ((target - self.mean) / self.spread).astype(np.float32)
        return scaled[:, None] if scaled.ndim == 1 else scaled

    def answer(self, outputs: np.ndarray) -> Form:
        """Return the schema's form: softmax of logits, the likeliest class of a pixel, pixels of one class that are
        connected, values in the target's unit, or what is left of boxes."""
        if self.learns == "classes":
            return Probabilities(softmax(outputs))
        if self.learns == "objects":
            return detections(outputs)
        if self.form == "Instances":
            return instances_of(softmax(outputs))
        if self.learns == "masks":
            return Masks(outputs.argmax(axis=-1).astype(np.int16))
        values = outputs.astype(np.float64) * self.spread + self.mean
        if self.form == "Pictures":
            return Pictures.clipped(values)
        return catalog.form(self.form).from_arrays({"values": values[:, 0] if self.form == "Values" else values})

    def loss(self, name: str, target: np.ndarray, classes: int) -> Any:
        """Return the loss `name` as a function of truth and output that gives one number a batch.

        Args:
            name: of the catalog, or `auto`.
            target: of the training part, as `target` gives it.
            classes: of the task; of objects with masks the ground is one more.

        Raises:
            UsageError: a loss that learns something else.
        """
        chosen = catalog.loss(NATURAL[self.learns] if name == "auto" else name)
        wanted = SUITS[self.learns]
        if chosen.learns not in wanted:
            fit = [name for name, loss in catalog.losses().items() if loss.learns in wanted]
            raise UsageError(f"loss: {name!r} learns {chosen.learns}, the net {wanted[-1]}{suggest(name, fit)}")
        classes += self.form == "Instances"
        if self.learns == "masks" and chosen.learns == "classes":
            return by_pixel(chosen.build(target[target >= 0], classes))
        if not self.weight:
            return chosen.build(target, classes)
        codes = self.learns == "classes"
        bare = target[:, 0].astype(np.int32) if codes else target[:, :-1]
        return _weighed(chosen.build(bare, classes), codes)


def _weighed(loss: Any, codes: bool) -> Any:
    """Return a loss of truths whose last column is the weight of the item."""
    from keras import ops

    def weighed(truth: Any, output: Any) -> Any:
        bare = ops.cast(truth[:, 0], "int32") if codes else truth[:, :-1]
        return truth[:, -1] * loss(bare, output)

    return weighed


def known_target(part: Part) -> np.ndarray | None:
    """Return the part's target, None where it is hidden."""
    return None if part.target is None else target_of(part)


def target_of(part: Part) -> np.ndarray:
    """Return the part's target, of objects with masks the class of every pixel, the ground first.

    Raises:
        ValueError: it is hidden, or objects with boxes alone.
    """
    if part.target is None:
        raise ValueError("the net learns a target, but the part it is to learn from has none")
    if isinstance(part.target, OutlinedObjects):
        return painted(part.target, *part.inputs.shape[:2])
    if isinstance(part.target, Objects):
        raise ValueError("expected one class or value an item to learn from, got the objects of pictures")
    return part.target
