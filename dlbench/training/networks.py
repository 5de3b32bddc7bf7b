"""Trains Keras nets: preparation, net, loss and optimiser put together, on any of Keras's backends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.form import Form
from dlbench.core.model import DeepModel, Model, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.seeds import derive
from dlbench.prepare.augmentations import NONE
from dlbench.prepare.columns import ColumnsPrepared
from dlbench.prepare.data import Inputs
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.training import replicas, workshop
from dlbench.training.fitted import Course, Lesson
from dlbench.training.goal import Goal
from dlbench.training.limits import Limits
from dlbench.training.optimisers import Recipe
from dlbench.training.seeding import name_afresh, seed_fit
from dlbench.training.starting import load
from dlbench.training.teaching import Examples, Plan, Teacher, forward
from dlbench.training.thawing import Thaw
from dlbench.training.watch import Watch

EPOCHS = 30

QUANTILE_ROWS = 10_000
"""Rows up to which scikit-learn's quantiles look at all; beyond, at so many drawn ones."""


@dataclass(frozen=True)
class FittedNetwork:
    """A preparation and a net, both fitted."""

    prepared: Prepared | ColumnsPrepared
    network: Network
    goal: Goal
    course: Course

    def predict(self, inputs: Inputs) -> Form:
        """Return the form that the schema asked for."""
        return self.goal.answer(forward(self.network.speaking, _seen_by(self.prepared, inputs)))

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return the codes, (n, width)."""
        return forward(self.network.encoder, _seen_by(self.prepared, inputs))

    def save(self, folder: Path, stem: str = "model") -> list[str]:
        """Write the bare net (values in the target's unit, classes as logits) and the table's preparation."""
        saved = {f"{stem}.keras": _bare(self.network.speaking, self.goal)}
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

    The model's `build` gets the schema with the shape of the prepared inputs, and in layout `columns` with their
    columns: a category column may have become many. Without a validation part the net is trained for exactly
    `limits.rounds` epochs. A `patience` among the values, if not 0, stands before that of the limits.

    What is prepared alike from the same part is prepared once a process: the first fit is charged for it.

    Raises:
        Diverged: the loss is not a finite number.
        UsageError: a loss that does not suit what the net learns; weights that do not fit the net.
    """
    began = time.perf_counter()
    prepared, inputs = _prepare(model, values, lesson)
    ready = time.perf_counter()
    seen = _seen(schema, prepared, inputs)
    network = fresh_net(model, _measured(model, values, seen, lesson.train), seen, lesson.seed)
    heads = getattr(model, "heads", 1)
    loaded = load(network.net, Path(lesson.start), heads) if lesson.start else {}
    thaw = Thaw.of(network.net, values, heads, loaded["left"]) if lesson.start else None
    goal = Goal.of(network, schema, lesson.train, lesson.valid)
    train = _examples(goal, inputs, lesson.train)
    built = time.perf_counter()
    watch = _train(network, goal, values, schema, (train, _held(lesson, prepared, goal)), lesson, thaw)
    compiling = built - ready + watch.compile_seconds
    seconds = {"preparation": ready - began, "compile": compiling, "fit": time.perf_counter() - ready - compiling}
    parameters = sum(int(np.prod(weight.shape)) for weight in network.net.trainable_weights)
    course = Course(watch.best, tuple(watch.history), parameters, seconds, watch.stopped, loaded)
    return FittedNetwork(prepared, network, goal, course)


def _train(
    network: Network,
    goal: Goal,
    values: Mapping[str, Any],
    schema: Schema,
    shown: tuple[Examples, Examples | None],
    lesson: Lesson,
    thaw: Thaw | None,
) -> Watch:
    train, held = shown
    limits = replace(lesson.limits, patience=values.get("patience") or lesson.limits.patience)
    plan = plan_of(values, limits, lesson.seed)
    batches = plan.epochs * -(-len(train.inputs) // plan.batch_size)
    loss = network.loss or goal.loss(values.get("loss", "auto"), train.target, len(schema.classes))
    watch = Watch(network.net, limits)
    Teacher(network.net, loss, Recipe(values, batches, thaw)).teach(train, held, plan, watch)
    return watch


def plan_of(values: Mapping[str, Any], limits: Limits, seed: int) -> Plan:
    """Return how a net of these values sees its examples in a fit of this seed."""
    size, augment = int(values.get("batch_size", 32)), values.get("augment", NONE)
    return Plan(limits.rounds_or(EPOCHS), size, derive("order", seed), augment)


def _measured(model: Model, values: Mapping[str, Any], schema: Schema, train: Part) -> Mapping[str, Any]:
    """Return the values, with what the model reads off the training target."""
    return {**values, **model.measure(values, schema, train.target)} if isinstance(model, DeepModel) else values


def fresh_net(model: Model, values: Mapping[str, Any], schema: Schema, seed: int) -> Network:
    """Return the model's net, its weights drawn by `seed`, and leave the process seeded for its fit."""
    seed_fit(seed)
    name_afresh()
    network: Network = model.build(values, schema)
    if workshop.shareable(network.net):
        return network
    seed_fit(seed, thorough=True)  # layers of its own may draw from the backend itself
    name_afresh()
    with replicas.scope():  # the net itself is trained then, not a copy
        again: Network = model.build(values, schema)
    return again


def _held(lesson: Lesson, prepared: Prepared | ColumnsPrepared, goal: Goal) -> Examples | None:
    if lesson.valid is None:
        return None
    return _examples(goal, _seen_by(prepared, lesson.valid.inputs), lesson.valid)


def _examples(goal: Goal, inputs: np.ndarray, part: Part) -> Examples:
    if goal.learns == "inputs":
        return Examples(inputs, inputs)
    return Examples(inputs, workshop.made_of(part, goal, lambda: goal.target(inputs, part)))


def _prepare(model: Model, values: Mapping[str, Any], lesson: Lesson) -> tuple[Prepared | ColumnsPrepared, np.ndarray]:
    """Return the preparation and the training inputs as the net sees them."""
    how, train = model.prepare(values), lesson.train
    seed = lesson.seed if _drawn(how, len(train)) else 0
    found: tuple[Prepared | ColumnsPrepared, np.ndarray] = workshop.made_of(
        train, (how, seed), lambda: _learned(how, train, lesson.seed)
    )
    return found


def _learned(how: Preparation, train: Part, seed: int) -> tuple[Prepared | ColumnsPrepared, np.ndarray]:
    if how.layout == "columns":
        columns = ColumnsPrepared.fit(how, train.inputs, seed)
        return columns, columns(train.inputs)
    prepared, inputs = Prepared.learn(how, train.inputs, _plain_target(train), seed, np.float32)
    return prepared, _single(inputs)


def _plain_target(part: Part) -> np.ndarray | None:
    """Return the target, of which preparations of tables read codes or values; None for any other."""
    return part.target if isinstance(part.target, np.ndarray) else None


def _drawn(how: Preparation, rows: int) -> bool:
    """Whether the preparation of a table draws at random: folds of a target encoding, rows that quantiles are of."""
    return how.categories == "target" or (how.scale == "quantile" and rows > QUANTILE_ROWS)


def _seen_by(prepared: Prepared | ColumnsPrepared, inputs: Inputs) -> np.ndarray:
    """Return inputs as the net sees them, float32."""
    found: np.ndarray = workshop.made_of(inputs, prepared, lambda: _single(prepared(inputs)))
    return found


def _seen(schema: Schema, prepared: Prepared | ColumnsPrepared, inputs: np.ndarray) -> Schema:
    columns = prepared.columns if isinstance(prepared, ColumnsPrepared) else schema.columns
    return replace(schema, shape=inputs.shape[1:], rows=len(inputs), columns=columns)


def _bare(net: Any, goal: Goal) -> Any:
    """Return a copy without optimiser state; built-in layers only, so that it loads without dlbench."""
    import keras

    copy = keras.models.clone_model(net)
    copy.set_weights(net.get_weights())
    if goal.learns != "values":
        return copy
    return keras.Model(copy.inputs, keras.layers.Rescaling(goal.spread, goal.mean)(copy.outputs[0]))


def _single(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)
