"""The compiled loop on JAX. Run with KERAS_BACKEND=jax, where JAX is installed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
if os.environ.get("KERAS_BACKEND") != "jax":
    pytest.skip("run with KERAS_BACKEND=jax", allow_module_level=True)

from dlbench.core.errors import Diverged
from dlbench.training import workshop
from dlbench.training.jax_program import Program
from dlbench.training.limits import Limits
from dlbench.training.optimisers import Recipe
from dlbench.training.teaching import Examples, Plan, Teacher, forward
from dlbench.training.watch import Watch


def _examples(rows: int, seed: int) -> Examples:
    inputs = np.random.default_rng(seed).normal(size=(rows, 3)).astype(np.float32)
    return Examples(inputs, (inputs.sum(axis=1) > 0).astype(np.int32))


TRAIN, HELD = _examples(50, 0), _examples(20, 1)


def _loss(truth: Any, logits: Any) -> Any:
    from keras import ops

    return ops.sparse_categorical_crossentropy(truth, logits, from_logits=True)


def _net(rate: float, seed: int = 3) -> Any:
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((3,))
    hidden = layers.Dense(6, activation="relu", kernel_regularizer="l2")(inputs)
    hidden = layers.Dropout(rate)(layers.BatchNormalization()(hidden))
    return keras.Model(inputs, layers.Dense(2)(hidden))


def _taught(rate: float = 0.2, limits: Limits | None = None, **values: Any) -> tuple[Any, Watch]:
    net = _net(rate)
    watch = Watch(net, limits or Limits())
    recipe = Recipe({"optimizer": "adamw", "learning_rate": 0.02, "weight_decay": 1e-3, **values}, 12)
    Teacher(net, _loss, recipe).teach(TRAIN, HELD, Plan(3, 16, 5), watch)
    return net, watch


def test_a_batch_moves_the_weights_as_kerass_own_optimiser_would() -> None:
    """One whole batch, nothing dropped: Keras's train_on_batch on the same rows gives the same weights."""
    import keras

    ours, theirs = _net(0.0), _net(0.0)
    watch = Watch(ours, Limits())
    values = {"optimizer": "momentum", "learning_rate": 0.1}
    Teacher(ours, _loss, Recipe(values, 1)).teach(TRAIN, None, Plan(1, 50, 5), watch)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss)
    theirs.train_on_batch(TRAIN.inputs, TRAIN.target)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5)


def test_nets_that_differ_in_rates_share_a_program_and_leave_no_trace_on_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    begin = Program.__init__
    monkeypatch.setattr(Program, "__init__", lambda self, *a, **k: (made.append(1), begin(self, *a, **k))[1])
    workshop.clear()
    alone, _ = _taught(rate=0.2)
    other, _ = _taught(rate=0.5, learning_rate=0.001, weight_decay=1e-2)
    again, _ = _taught(rate=0.2)
    assert len(made) == 1
    np.testing.assert_array_equal(forward(alone, HELD.inputs), forward(again, HELD.inputs))
    assert not np.allclose(forward(alone, HELD.inputs), forward(other, HELD.inputs))
    workshop.clear()
    np.testing.assert_array_equal(forward(alone, HELD.inputs), forward(_taught(rate=0.2)[0], HELD.inputs))


def test_the_net_keeps_its_best_epoch_and_the_history_is_true() -> None:
    net, watch = _taught()
    logits = forward(net, HELD.inputs)
    loss = float(np.mean(np.asarray(_loss(HELD.target, logits))))
    assert loss == pytest.approx(min(entry["val_loss"] for entry in watch.history), abs=1e-5)
    assert watch.history[watch.best - 1]["val_loss"] == min(entry["val_loss"] for entry in watch.history)


def test_a_deadline_stops_between_portions_and_without_one_the_weights_are_the_same() -> None:
    _, late = _taught(limits=Limits(deadline=time.monotonic() - 1))
    assert (late.stopped, len(late.history)) == ("deadline", 1)
    unhurried, hurried = _taught()[0], _taught(limits=Limits(deadline=time.monotonic() + 600))[0]
    np.testing.assert_array_equal(forward(unhurried, HELD.inputs), forward(hurried, HELD.inputs))


def test_a_rate_that_is_far_too_large_is_said_to_diverge() -> None:
    with pytest.raises(Diverged, match="learning_rate"):
        _taught(learning_rate=1e30, optimizer="sgd")


def test_few_items_pass_as_many_do() -> None:
    net = _net(0.2)
    whole = forward(net, HELD.inputs)
    np.testing.assert_allclose(forward(net, HELD.inputs[:3]), whole[:3], atol=1e-6)
    assert forward(net, HELD.inputs[:0]).shape == (0, 2)


def test_what_workers_find_preloaded_has_started_nothing_that_a_fork_would_break() -> None:
    """JAX is multithreaded from its first operation on; its import alone, with Keras's, is not."""
    preloaded = "import dlbench.engine.job, dlbench.engine.worker, keras, jax, keras_tuner"
    asked = "from jax._src import xla_bridge; raise SystemExit(xla_bridge.backends_are_initialized())"
    assert subprocess.run([sys.executable, "-c", f"{preloaded}; {asked}"], check=False).returncode == 0


def test_another_process_gets_the_same_digits() -> None:
    code = f"import runpy; print(runpy.run_path({__file__!r})['digits']())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == digits()


def digits() -> str:
    """Return a hash of what a trained net gives."""
    return hashlib.sha256(forward(_taught()[0], HELD.inputs).tobytes()).hexdigest()
