"""Fits forecasters: windows are scaled, then an estimator or a net learns all steps ahead at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from dlbench.core.model import Model, Network
from dlbench.core.schema import Schema
from dlbench.forms.forecast import Forecast
from dlbench.prepare.data import Inputs
from dlbench.prepare.part import Part
from dlbench.prepare.window_scaling import WindowScaling
from dlbench.prepare.windows import Windows
from dlbench.training.estimators import seeded
from dlbench.training.fitted import Course, Lesson
from dlbench.training.goal import target_of
from dlbench.training.networks import fresh_net, plan_of
from dlbench.training.optimisers import Recipe
from dlbench.training.teaching import Examples, Teacher, forward
from dlbench.training.watch import Watch


@dataclass(frozen=True)
class FittedForecaster:
    """A scaling and what learned behind it.

    Attributes:
        scaling: fitted on the training windows.
        learner: an estimator over (n, lags), or a Network over (n, steps, channels).
        course: how the fit went.
    """

    scaling: WindowScaling
    learner: Any
    course: Course

    def predict(self, inputs: Inputs) -> Forecast:
        """Return a forecast from each window, in the unit of the series."""
        windows = _windows(inputs)
        return Forecast(self.scaling.unscaled(windows, _answers(self.learner, self.scaling(windows))))

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Refuse: forecasters give no Embeddings."""
        raise TypeError("a forecaster gives no Embeddings")

    def save(self, folder: Path, stem: str = "model") -> list[str]:
        """Write scaling and estimator as `.skops`, or the net as `.keras` beside its scaling; both work on scaled
        windows."""
        from skops.io import dump

        scaling = {name: getattr(self.scaling, name) for name in self.scaling.__dataclass_fields__}
        if not isinstance(self.learner, Network):
            dump({"scaling": scaling, "estimator": self.learner}, folder / f"{stem}.skops")
            return [f"{stem}.skops"]
        self.learner.net.save(folder / f"{stem}.keras")
        dump(scaling, folder / f"{stem}.scaling.skops")
        return [f"{stem}.keras", f"{stem}.scaling.skops"]


def fit(model: Model, values: Mapping[str, Any], schema: Schema, lesson: Lesson) -> FittedForecaster:
    """Fit the scaling, then the model's estimator or net, on the lesson's training windows.

    `build` gets the schema with the shape of the scaled windows. The validation windows choose the epochs of a net;
    an estimator does not look at them.

    Raises:
        Diverged: the loss of a net is not a finite number.
    """
    began = time.perf_counter()
    windows = _windows(lesson.train.inputs)
    told = [values[name] for name in ("scaling", "memory", "all_channels") if name in values]
    scaling = WindowScaling.fit(windows, *told)
    inputs, target = _scaled(scaling, lesson.train)
    ready = time.perf_counter()
    seen = replace(schema, shape=inputs.shape[1:], rows=len(inputs))
    if model.resource == "epochs":
        learner = fresh_net(model, values, seen, lesson.seed)
        course = _teach(learner, values, scaling, Examples(_single(inputs), _single(target)), lesson)
    else:
        learner = seeded(model.build(values, seen), lesson.seed)
        learner.fit(inputs.reshape(len(inputs), -1), target)
        course = Course(parameters=_learned(learner))
    compiling = course.seconds.get("compile", 0.0)
    fitting = time.perf_counter() - ready - compiling
    seconds = {"preparation": ready - began, "compile": compiling, "fit": fitting}
    return FittedForecaster(scaling, learner, replace(course, seconds=seconds))


def _teach(
    network: Network, values: Mapping[str, Any], scaling: WindowScaling, train: Examples, lesson: Lesson
) -> Course:
    began = time.perf_counter()
    plan = plan_of(values, lesson.limits, lesson.seed)
    batches = plan.epochs * -(-len(train.inputs) // plan.batch_size)
    held = None
    if lesson.valid is not None:
        held = Examples(*map(_single, _scaled(scaling, lesson.valid)))
    watch = Watch(network.net, lesson.limits)
    teacher = Teacher(network.net, _loss(values["loss"]), Recipe(values, batches))
    built = time.perf_counter()
    teacher.teach(train, held, plan, watch)
    parameters = sum(int(np.prod(weight.shape)) for weight in network.net.trainable_weights)
    seconds = {"compile": built - began + watch.compile_seconds}
    return Course(watch.best, tuple(watch.history), parameters, seconds, watch.stopped)


def _loss(name: str) -> Callable[[Any, Any], Any]:
    """Return truth and output → (items,) losses, the mean over the steps ahead."""
    from keras import ops

    spread = {"mae": ops.abs, "mse": ops.square}[name]
    return lambda truth, output: ops.mean(spread(output - truth), axis=-1)


def _answers(learner: Any, scaled: np.ndarray) -> np.ndarray:
    if isinstance(learner, Network):
        return forward(learner.net, _single(scaled)).astype(np.float64)
    found = np.asarray(learner.predict(scaled.reshape(len(scaled), -1)), dtype=np.float64)
    return found.reshape(len(scaled), -1)  # an estimator answers one step ahead without a second axis


def _scaled(scaling: WindowScaling, part: Part) -> tuple[np.ndarray, np.ndarray]:
    if part.target is None:
        raise ValueError("a forecaster learns from what came after, but the part it is to learn from has no target")
    windows = _windows(part.inputs)
    return scaling(windows), scaling.scaled_target(windows, target_of(part))


def _windows(inputs: Inputs) -> Windows:
    found = cast(Any, inputs)
    if not isinstance(found, Windows):
        raise TypeError(f"a forecaster reads windows of a series, got {type(found).__name__}")
    return found


def _learned(estimator: Any) -> int | None:
    """Count the weights of a linear estimator; None for trees."""
    if not hasattr(estimator, "coef_"):
        return None
    return int(np.size(estimator.coef_) + np.size(estimator.intercept_))


def _single(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)
