"""Takes a net through its epochs: a loop of compiled steps on TensorFlow and JAX, Keras's own fit elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from dlbench.core.errors import UsageError
from dlbench.prepare.augmentations import NONE
from dlbench.training.optimisers import Recipe
from dlbench.training.tensorflow_steps import at_once
from dlbench.training.watch import Watch, callbacks


@dataclass(frozen=True)
class Examples:
    """Prepared float32 inputs, and what the outputs are held against."""

    inputs: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class Plan:
    """How often and in what portions a net sees its examples.

    Attributes:
        epochs, batch_size: as named.
        seed: of the order of the examples.
        augment: what is done to images on the way; see `prepare.augmentations`.
    """

    epochs: int
    batch_size: int
    seed: int
    augment: str = NONE


@dataclass(frozen=True)
class Teacher:
    """A net, the loss that it lowers, and how.

    Attributes:
        net: keras.Model.
        loss: truth and output → (items,) losses.
        recipe: of the optimiser that lowers it.
    """

    net: Any
    loss: Callable[[Any, Any], Any]
    recipe: Recipe

    def teach(self, train: Examples, held: Examples | None, plan: Plan, watch: Watch) -> None:
        """Train until the plan ends or `watch` stops it, which sees every epoch; the best weights are kept.

        Raises:
            UsageError: augmentation, or loaded weights, on a backend without steps of the house.
        """
        if steps := compiled_steps():
            steps.teach(self.net, self.loss, self.recipe, train, held, plan, watch)
            return
        if plan.augment != NONE:
            raise UsageError(f"augment: {plan.augment}: use KERAS_BACKEND=tensorflow or jax, or leave it at {NONE}")
        if self.recipe.thaw is not None:
            raise UsageError("pretrain: use KERAS_BACKEND=tensorflow or jax, or leave it out")
        self.net.compile(optimizer=self.recipe.build(), loss=_keras_loss(self.loss), jit_compile="auto")
        self.net.fit(
            train.inputs,
            train.target,
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation_data=None if held is None else (held.inputs, held.target),
            validation_batch_size=at_once(train.inputs.shape[1:]),
            callbacks=callbacks(watch),
            verbose=0,
        )
        watch.restore()


def forward(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return the net's outputs, some items at a time, nothing dropped out."""
    if steps := compiled_steps():
        found: np.ndarray = steps.outputs(net, inputs)
        return found
    return np.asarray(net.predict(inputs, batch_size=at_once(inputs.shape[1:]), verbose=0))


def compiled_steps() -> Any:
    """Return the house's own loop for the backend: a module with `teach` and `outputs`; None where there is none."""
    import keras

    homes = {"tensorflow": "dlbench.training.tensorflow_steps", "jax": "dlbench.training.jax_steps"}
    home = homes.get(keras.backend.backend())
    return None if home is None else import_module(home)


def _keras_loss(loss: Callable[[Any, Any], Any]) -> Any:
    import keras

    class ChosenLoss(keras.losses.Loss):  # type: ignore[misc]
        def call(self, truth: Any, output: Any) -> Any:
            codes = len(truth.shape) < len(output.shape)
            return loss(keras.ops.cast(truth, "int32") if codes else truth, output)

    return ChosenLoss()
