"""The training of a net: batch after batch, in an order drawn once an epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.exporting.standalone.refit import Step
from dlbench.training.optimisers import optimiser
from dlbench.training.pixels import by_pixel

LOSSES: Mapping[str, Callable[[], Any]] = {}


def trained(step: Step, folder: Path, inputs: np.ndarray, target: Any, classes: int) -> Any:
    """Return the net of a step, trained; one of values gives them in the target's unit."""
    import keras

    keras.utils.set_random_seed(step.seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    net = keras.saving.load_model(folder / step.net, compile=False, safe_mode=True)
    against, mean, spread = inputs, 0.0, 1.0
    if step.learns in ("classes", "masks"):
        against = target.astype(np.int32)
    elif step.learns == "values":
        mean, spread = float(target.mean()), float(target.std()) or 1.0
        against = ((target - mean) / spread).astype(np.float32)
        against = against[:, np.newaxis] if against.ndim == 1 else against
    run_epochs(net, step, inputs, against, loss_of(step, against, classes))
    if step.code:
        return keras.Model(net.inputs, net.get_layer(step.code).output)
    if step.learns != "values":
        return net
    return keras.Model(net.inputs, keras.layers.Rescaling(spread, mean)(net.outputs[0]))


def loss_of(step: Step, against: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
    """Return the loss of a step; one of classes counts pixel by pixel where a net learns masks."""
    chosen = LOSSES[step.values.get("loss", "auto")]()
    if step.learns == "masks" and chosen.learns == "classes":
        return by_pixel(chosen.build(against[against >= 0], classes))
    built: Callable[[Any, Any], Any] = chosen.build(against, classes)
    return built


def run_epochs(net: Any, step: Step, inputs: np.ndarray, against: np.ndarray, loss: Callable[[Any, Any], Any]) -> None:
    """Show the net all examples `step.epochs` times."""
    size = int(step.values.get("batch_size", 32))
    batches = step.epochs * -(-len(inputs) // size)
    net.compile(optimizer=optimiser(step.values, batches), loss=keras_loss(loss), jit_compile=False)
    rng = np.random.default_rng(step.order)
    for epoch in range(step.epochs):
        order = rng.permutation(len(inputs))
        total = 0.0
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            total += len(rows) * float(net.train_on_batch(inputs[rows], against[rows]))
            net.reset_metrics()
        print(f"{step.name}: epoch {epoch + 1}/{step.epochs}, loss {total / len(order):.4f}")


def keras_loss(loss: Callable[[Any, Any], Any]) -> Any:
    """Return a function of truth and output as Keras's losses are."""
    import keras

    class Chosen(keras.losses.Loss):  # type: ignore[misc]
        def call(self, truth: Any, output: Any) -> Any:
            codes = len(truth.shape) < len(output.shape) or str(truth.dtype).startswith("int")
            if codes and len(truth.shape) == len(output.shape):
                truth = keras.ops.squeeze(truth, -1)
            return loss(keras.ops.cast(truth, "int32") if codes else truth, output)

    return Chosen()
