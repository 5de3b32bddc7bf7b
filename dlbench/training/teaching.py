"""Takes a net through its epochs: a loop of compiled steps on TensorFlow, Keras's own fit elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.training.tensorflow_steps import FORWARD_BATCH
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
    """

    epochs: int
    batch_size: int
    seed: int


@dataclass(frozen=True)
class Teacher:
    """A net, the loss that it lowers, and the optimiser that lowers it.

    Attributes:
        net: keras.Model.
        loss: truth and output → (items,) losses.
        optimiser: of keras.
    """

    net: Any
    loss: Callable[[Any, Any], Any]
    optimiser: Any

    def teach(self, train: Examples, held: Examples | None, plan: Plan, watch: Watch) -> None:
        """Train until the plan ends or `watch` stops it; `watch` sees every epoch."""
        import keras

        if keras.backend.backend() == "tensorflow":
            from dlbench.training.tensorflow_steps import teach

            teach(self.net, self.loss, self.optimiser, train, held, plan, watch)
            return
        self.net.compile(optimizer=self.optimiser, loss=_keras_loss(self.loss), jit_compile="auto")
        self.net.fit(
            train.inputs,
            train.target,
            batch_size=plan.batch_size,
            epochs=plan.epochs,
            validation_data=None if held is None else (held.inputs, held.target),
            validation_batch_size=FORWARD_BATCH,
            callbacks=callbacks(watch),
            verbose=0,
        )


def forward(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return the net's outputs, FORWARD_BATCH items at a time, nothing dropped out."""
    import keras

    if keras.backend.backend() == "tensorflow":
        from dlbench.training.tensorflow_steps import outputs

        return outputs(net, inputs)
    return np.asarray(net.predict(inputs, batch_size=FORWARD_BATCH, verbose=0))


def _keras_loss(loss: Callable[[Any, Any], Any]) -> Any:
    import keras

    class ChosenLoss(keras.losses.Loss):  # type: ignore[misc]
        def call(self, truth: Any, output: Any) -> Any:
            codes = len(truth.shape) < len(output.shape)
            return loss(keras.ops.cast(truth, "int32") if codes else truth, output)

    return ChosenLoss()
