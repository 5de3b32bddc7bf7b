"""Trains Keras nets: the one loop of the house, on any of Keras's backends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.form import Form
from dlbench.core.model import Model, Network
from dlbench.core.schema import Schema
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.values import Values
from dlbench.prepare.data import Inputs
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.training.answers import softmax
from dlbench.training.fitted import Course, Lesson
from dlbench.training.watch import Watch, callbacks

EPOCHS = 30
_PREDICT_BATCH = 1024


@dataclass(frozen=True)
class Goal:
    """What a net is trained towards; values are learned in units of their spread around their mean."""

    loss: str
    mean: float = 0.0
    spread: float = 1.0

    @classmethod
    def of(cls, network: Network, schema: Schema, train: Part) -> Goal:
        """Read the goal off the training part: cross entropy for classes, squared error otherwise."""
        if network.learns == "inputs":
            return cls("inputs")
        if schema.form != "Values":
            return cls("classes")
        target = _target(train)
        return cls("values", float(target.mean()), float(target.std()) or 1.0)

    def target(self, inputs: np.ndarray, part: Part) -> np.ndarray:
        """Return what the net's outputs are held against."""
        if self.loss == "inputs":
            return inputs
        target = _target(part)
        return target if self.loss == "classes" else ((target - self.mean) / self.spread).astype(np.float32)


@dataclass(frozen=True)
class FittedNetwork:
    """A preparation and a net, both fitted."""

    prepared: Prepared
    network: Network
    goal: Goal
    course: Course

    def predict(self, inputs: Inputs) -> Form:
        """Return Probabilities or Values, as the schema asked."""
        found = _forward(self.network.net, self.prepared, inputs)
        if self.goal.loss == "values":
            return Values(found[:, 0].astype(np.float64) * self.goal.spread + self.goal.mean)
        return Probabilities(softmax(found))

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return the codes, (n, width)."""
        return _forward(self.network.encoder, self.prepared, inputs)

    def save(self, folder: Path, stem: str = "model") -> list[str]:
        """Write the bare net (values in the target's unit, classes as logits) and the table's preparation."""
        saved = {f"{stem}.keras": _bare(self.network.net, self.goal)}
        if self.network.encoder is not None:
            saved[f"{stem}.encoder.keras"] = _bare(self.network.encoder, Goal("inputs"))
        for name, net in saved.items():
            net.save(folder / name)
        if self.prepared.steps is None:
            return list(saved)
        from skops.io import dump

        dump(self.prepared.steps, folder / f"{stem}.preparation.skops")
        return [*saved, f"{stem}.preparation.skops"]


def fit(model: Model, values: Mapping[str, Any], schema: Schema, lesson: Lesson) -> FittedNetwork:
    """Train the model's net on the lesson's training part, keeping the weights of the best epoch.

    The model's `build` gets the schema with the shape of the prepared inputs: a category column may have become
    many. Without a validation part the net is trained for exactly `limits.rounds` epochs.

    Raises:
        Diverged: the loss is not a finite number.
    """
    began = time.perf_counter()
    _seed(lesson.seed)
    prepared = Prepared.fit(model.preparation, lesson.train.inputs)
    inputs = _single(prepared(lesson.train.inputs))
    ready = time.perf_counter()
    network = model.build(values, replace(schema, shape=inputs.shape[1:], rows=len(inputs)))
    goal = Goal.of(network, schema, lesson.train)
    _compile(network.net, goal, values)
    built = time.perf_counter()
    watch = _train(network.net, goal, inputs, prepared, int(values["batch_size"]), lesson)
    compiling = built - ready + watch.compile_seconds
    seconds = {"preparation": ready - began, "compile": compiling, "fit": time.perf_counter() - ready - compiling}
    parameters = sum(int(np.prod(weight.shape)) for weight in network.net.trainable_weights)
    course = Course(watch.best, tuple(watch.history), parameters, seconds, watch.stopped)
    return FittedNetwork(prepared, network, goal, course)


def _train(net: Any, goal: Goal, inputs: np.ndarray, prepared: Prepared, batch_size: int, lesson: Lesson) -> Watch:
    watch = Watch(net, lesson.limits)
    held = None
    if lesson.valid is not None:
        seen = _single(prepared(lesson.valid.inputs))
        held = (seen, goal.target(seen, lesson.valid))
    net.fit(
        inputs,
        goal.target(inputs, lesson.train),
        batch_size=batch_size,
        epochs=lesson.limits.rounds_or(EPOCHS),
        validation_data=held,
        validation_batch_size=_PREDICT_BATCH,
        callbacks=callbacks(watch),
        verbose=0,
    )
    watch.restore()
    return watch


def _target(part: Part) -> np.ndarray:
    if part.target is None:
        raise ValueError("the net learns a target, but the part it is to learn from has none")
    return part.target


def _seed(seed: int) -> None:
    """Seed what Keras draws from; the process belongs to one job, so no other stream is disturbed."""
    import keras

    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def _compile(net: Any, goal: Goal, values: Mapping[str, Any]) -> None:
    import keras

    loss = keras.losses.MeanSquaredError()
    if goal.loss == "classes":
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # XLA on TensorFlow costs seconds a net, more than it gives back at this size; JAX cannot do without.
    jit = False if keras.backend.backend() == "tensorflow" else "auto"
    net.compile(optimizer=_optimizer(values), loss=loss, jit_compile=jit)


def _optimizer(values: Mapping[str, Any]) -> Any:
    from keras import optimizers

    rate = values["learning_rate"]
    if values["optimizer"] == "adam":
        return optimizers.Adam(rate)
    if values["optimizer"] == "adamw":
        return optimizers.AdamW(rate, weight_decay=values["weight_decay"])
    return optimizers.SGD(rate, momentum=0.9, weight_decay=values["weight_decay"])


def _bare(net: Any, goal: Goal) -> Any:
    """Return a copy without optimiser state; built-in layers only, so that it loads without dlbench."""
    import keras

    copy = keras.models.clone_model(net)
    copy.set_weights(net.get_weights())
    if goal.loss != "values":
        return copy
    return keras.Model(copy.inputs, keras.layers.Rescaling(goal.spread, goal.mean)(copy.outputs[0]))


def _forward(net: Any, prepared: Prepared, inputs: Inputs) -> np.ndarray:
    return np.asarray(net.predict(_single(prepared(inputs)), batch_size=_PREDICT_BATCH, verbose=0))


def _single(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)
