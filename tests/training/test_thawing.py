"""Nets with loaded weights learn layer by layer: in compiled steps, frozen to the digit, on TensorFlow and JAX."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlbench.training import workshop
from dlbench.training.limits import Limits
from dlbench.training.norm_gates import gates_of
from dlbench.training.optimisers import Recipe
from dlbench.training.rates import nested
from dlbench.training.seeding import name_afresh
from dlbench.training.teaching import Examples, Plan, Teacher
from dlbench.training.thawing import Thaw, weighted_layers
from dlbench.training.watch import Watch

INPUTS = np.random.default_rng(0).normal(size=(48, 5)).astype(np.float32)
TRAIN = Examples(INPUTS, (INPUTS[:, 0] > 0).astype(np.int32))
STEP = {"optimizer": "sgd", "learning_rate": 0.5}


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    workshop.clear()
    yield
    workshop.clear()


def _net() -> Any:
    """Four layers with weights, two of them batch norms whose statistics are not those of the inputs, and a head."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    name_afresh()
    inputs = keras.Input((5,))
    hidden = layers.BatchNormalization()(layers.Dense(6, activation="relu")(inputs))
    hidden = layers.BatchNormalization()(layers.Dense(4, activation="tanh")(layers.Dropout(0.0)(hidden)))
    net = keras.Model(inputs, layers.Dense(2)(hidden))
    for layer in net.layers:
        if hasattr(layer, "moving_mean"):
            layer.moving_mean.assign(np.linspace(0.1, 0.7, layer.moving_mean.shape[0], dtype=np.float32))
            layer.moving_variance.assign(np.linspace(0.5, 1.5, layer.moving_mean.shape[0], dtype=np.float32))
    return net


def test_what_no_file_held_learns_from_the_start_like_the_head() -> None:
    net = _net()
    told = {"unfreeze": "stages", "unfreeze_every": 1, "body_rate": 0.1}
    names = [layer.name for layer in weighted_layers(net)]
    thaw = Thaw.of(net, told, heads=2, left=[f"{names[1]}/inner"])
    assert thaw.new == (1, 3, 4)
    assert [[thaw.share(place, epoch) for place in range(5)] for epoch in (0, 2, 4)] == [
        [0.0, 1.0, 0.0, 1.0, 1.0],
        [0.0, 1.0, 0.1, 1.0, 1.0],
        [0.1, 1.0, 0.1, 1.0, 1.0],
    ]


def _loss(truth: Any, logits: Any) -> Any:
    from keras import ops

    return ops.sparse_categorical_crossentropy(truth, logits, from_logits=True)


class _Diary(Watch):
    """Keeps the numbers of every epoch."""

    def __init__(self, net: Any) -> None:
        super().__init__(net, Limits())
        self.days: list[list[np.ndarray]] = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        super().on_epoch_end(epoch, logs)
        self.days.append([np.array(one.numpy()) for one in self.net.trainable_variables])


def _taught(way: str = "", epochs: int = 1, size: int = 48, **values: Any) -> tuple[Any, _Diary]:
    net = _net()
    told = {"unfreeze": way, "unfreeze_every": 2, "body_rate": 0.1}
    thaw = Thaw.of(net, told) if way else None
    diary = _Diary(net)
    recipe = Recipe({**STEP, **values}, epochs, thaw)
    Teacher(net, _loss, recipe).teach(TRAIN, None, Plan(epochs, size, 5), diary)
    return net, diary


def _numbers(net: Any) -> dict[str, np.ndarray]:
    return {one.path: np.array(one.numpy()) for layer in weighted_layers(net) for one in layer.weights}


@pytest.mark.parametrize(
    "values", [{}, {"weight_decay": 0.1}, {"optimizer": "momentum"}, {"clip_norm": 0.01}], ids=lambda v: "-".join(v)
)
def test_the_body_takes_a_tenth_of_the_step_that_it_takes_from_scratch(values: dict[str, Any]) -> None:
    before = _numbers(_net())
    whole, tenth = _numbers(_taught(**values)[0]), _numbers(_taught("all", **values)[0])
    for name, start in before.items():
        if "moving" in name:
            np.testing.assert_allclose(tenth[name], whole[name], rtol=1e-5)
            continue
        share = 1.0 if name.startswith("dense_2") else 0.1
        assert np.abs(whole[name] - start).max() > 1e-6, f"{name} was not taught at all"
        np.testing.assert_allclose(tenth[name] - start, share * (whole[name] - start), rtol=2e-3, atol=1e-7)


@pytest.mark.parametrize(
    "values", [{}, {"optimizer": "adamw", "weight_decay": 0.1}, {"optimizer": "adam"}, {"optimizer": "nesterov"}],
    ids=lambda v: v.get("optimizer", "sgd"),
)  # fmt: skip
def test_under_a_head_that_learns_alone_no_number_moves(values: dict[str, Any]) -> None:
    before, after = _numbers(_net()), _numbers(_taught("head", 3, 16, **values)[0])
    for name, start in before.items():
        if name.startswith("dense_2"):
            assert (after[name] != start).any()
        else:
            np.testing.assert_array_equal(after[name], start, err_msg=name)


def test_a_head_alone_learns_on_what_the_net_answers_with() -> None:
    """One step worked by hand: softmax regression on the features, as frozen batch norms give them."""
    import keras

    net = _net()
    kernel, bias = net.layers[-1].get_weights()
    features = np.asarray(keras.Model(net.inputs, net.layers[-2].output)(INPUTS, training=False))
    logits = features @ kernel + bias
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    slope = (odds / odds.sum(axis=1, keepdims=True) - np.eye(2)[TRAIN.target]) / len(INPUTS)
    taught, _ = _taught("head")
    np.testing.assert_allclose(taught.layers[-1].get_weights()[0], kernel - 0.5 * features.T @ slope, atol=1e-5)


def test_clipping_looks_at_what_learns_alone() -> None:
    net, start = _taught("head", clip_norm=0.01)[0], _net()
    moved = [a - b for a, b in zip(net.layers[-1].get_weights(), start.layers[-1].get_weights(), strict=True)]
    assert np.sqrt(sum((one**2).sum() for one in moved)) == pytest.approx(0.5 * 0.01, rel=1e-3)


def test_blocks_join_in_from_the_top_down() -> None:
    """Four layers are four blocks: epochs 1 and 2 teach the head, 3 and 4 the block below too, and so on."""
    net, diary = _taught("stages", 10, 16)
    owners = Thaw.of(net, {"unfreeze": "stages", "unfreeze_every": 2, "body_rate": 0.1}).owners
    days = [[np.array(one.numpy()) for one in _net().trainable_variables], *diary.days]
    joined = {}
    for epoch in range(1, 11):
        for place, before, after in zip(owners, days[epoch - 1], days[epoch], strict=True):
            if (before != after).any():
                joined.setdefault(place, epoch)
    assert joined == {4: 1, 3: 3, 2: 5, 1: 7, 0: 9}


def test_epochs_share_one_step_and_leave_the_net_without_gates() -> None:
    import keras

    net, _ = _taught("stages", 10, 16)
    assert not gates_of(nested(net))
    if keras.backend.backend() == "tensorflow":
        (steps,) = workshop.bench(net, gated=True)._tools.values()
        assert steps.learn.experimental_get_tracing_count() == 1


def test_another_way_through_the_same_step_sees_nothing_of_the_first() -> None:
    alone = _numbers(_taught("all", 3, 16)[0])
    workshop.clear()
    _taught("head", 3, 16)
    again = _numbers(_taught("all", 3, 16)[0])
    for name, numbers in alone.items():
        np.testing.assert_array_equal(again[name], numbers)


def test_all_of_it_holds_on_jax_too() -> None:
    pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
    if os.environ.get("KERAS_BACKEND") == "jax":
        pytest.skip("this is JAX")
    here = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    ran = subprocess.run(asked, env=here, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-3000:]
