"""Compiled steps shared between nets: nothing of one fit is seen by the next."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, tensorflow_steps, workshop
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

COLUMNS = (Column("a"), Column("b"))
FIRST = {"dropout": 0.4, "learning_rate": 0.03, "weight_decay": 1e-2, "optimizer": "adamw", "schedule": "cosine"}
SECOND = {"dropout": 0.1, "learning_rate": 0.01, "weight_decay": 1e-3, "optimizer": "adamw", "schedule": "cosine"}


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    workshop.clear()
    yield
    workshop.clear()


def part(rows: int, seed: int) -> Part:
    numbers = np.random.default_rng(seed).normal(size=(rows, 2))
    return Part(Table(numbers, columns=COLUMNS), (numbers.sum(axis=1) > 0).astype(np.int64))


def fit(train: Part, valid: Part | None = None, seed: int = 7, **fixed: Any) -> Chain:
    schema = Schema("table", "Probabilities", (2,), COLUMNS, ("no", "yes"), len(train))
    small = {"layers": 2, "units": 32, "batch_size": 16, "norm": "batch"}
    values = Contestant.named("mlp").space(Values({**small, **fixed}), schema)
    return chain.fit(Contestant.named("mlp"), values, schema, train, valid, Limits(rounds=3), seed)


def digits(fitted: Chain) -> str:
    losses = [entry[name] for entry in fitted.history for name in ("loss", "val_loss")]
    answer = fitted.predict(part(9, 3).inputs).arrays()["values"]
    return repr(losses) + np.ascontiguousarray(answer).tobytes().hex()


def _second_alone() -> str:
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_workshop as t\n"
        "print(t.digits(t.fit(t.part(50, 0), t.part(20, 1), 8, **t.SECOND)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()[-1]


def test_a_trial_after_another_gives_the_digits_of_one_alone_in_its_process() -> None:
    train, valid = part(50, 0), part(20, 1)
    first = fit(train, valid, 7, **FIRST)
    told = digits(first)
    second = digits(fit(train, valid, 8, **SECOND))
    assert told != second
    assert digits(first).endswith(told[-64:])
    assert second == _second_alone()


def test_steps_are_traced_once_for_rates_and_numbers_and_again_for_another_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    traced: list[str] = []
    learner = tensorflow_steps._learner
    monkeypatch.setattr(tensorflow_steps, "_learner", lambda *args: traced.append("") or learner(*args))
    train = part(50, 0)
    for changed in ({}, SECOND, {"batch_size": 25, "initializer": "he_normal"}, {"weight_decay": 0.3}):
        fit(train, **{**FIRST, **changed})
    fit(part(31, 5), **FIRST)
    assert len(traced) == 1
    fit(train, **{**FIRST, "activation": "tanh"})
    fit(train, **{**FIRST, "schedule": "step"})
    fit(train, **{**FIRST, "clip_norm": 1.0})
    fit(train, **{**FIRST, "dropout": 0.0})
    assert len(traced) == 5


def test_an_earlier_net_still_answers_as_itself() -> None:
    train, test = part(50, 0), part(9, 3).inputs
    first = fit(train, **FIRST)
    before = first.predict(test).arrays()["values"]
    fit(train, **SECOND)
    np.testing.assert_array_equal(first.predict(test).arrays()["values"], before)
    assert [type(layer).__name__ for layer in first.links[0].network.net.layers].count("Dropout") == 2  # type: ignore[attr-defined]


def test_a_part_is_prepared_once_and_let_go_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlbench.training import networks

    learned: list[str] = []
    prepare = networks._learned
    monkeypatch.setattr(networks, "_learned", lambda *args: learned.append("") or prepare(*args))
    train = part(50, 0)
    one, two = fit(train, **FIRST), fit(train, seed=9, **SECOND)
    assert len(learned) == 1
    assert one.links[0].prepared is two.links[0].prepared  # type: ignore[attr-defined]
    fit(part(50, 1), **FIRST)
    assert len(learned) == 2
    del train, one, two
    gc.collect()
    assert not [thing for thing in workshop._DATA.things.values() if isinstance(thing, np.ndarray)]


def test_what_is_drawn_in_a_preparation_is_drawn_by_each_trial_itself() -> None:
    from dlbench.core.model import Preparation
    from dlbench.training.networks import QUANTILE_ROWS, _drawn

    assert _drawn(Preparation(categories="target"), 10)
    assert _drawn(Preparation(scale="quantile"), QUANTILE_ROWS + 1)
    assert not _drawn(Preparation(scale="quantile"), QUANTILE_ROWS)


def test_nets_with_layers_of_their_own_are_not_shared() -> None:
    import keras

    class Own(keras.layers.Layer):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return 2 * inputs

    nets = [keras.Sequential([keras.Input((2,)), layer, keras.layers.Dense(2)]) for layer in (Own(), Own())]
    assert workshop.bench(nets[0]) is not workshop.bench(nets[1])
    assert workshop.bench(nets[0]) is workshop.bench(nets[0])
    adapted = keras.Sequential([keras.Input((2,)), keras.layers.Normalization(), keras.layers.Dense(2)])
    assert not workshop.shareable(adapted)


def test_few_benches_are_kept() -> None:
    import keras

    nets = [keras.Sequential([keras.Input((2,)), keras.layers.Dense(width)]) for width in range(1, 12)]
    for net in nets:
        workshop.bench(net)
    assert len(workshop._BENCHES.things) == workshop.MOST_NETS


def test_the_private_names_of_keras_that_are_used_still_exist() -> None:
    import keras
    from keras.src.backend.common.global_state import get_global_attribute

    keras.random.normal((1,))
    assert get_global_attribute("global_seed_generator") is not None
    keras.utils.set_random_seed(1)
    assert get_global_attribute("global_seed_generator") is None


def test_a_net_is_named_as_in_a_process_of_its_own() -> None:
    import keras

    from dlbench.training.seeding import name_afresh

    name_afresh()
    first = keras.layers.Dense(1).name
    assert keras.layers.Dense(1).name != first
    name_afresh()
    assert keras.layers.Dense(1).name == first


def test_operations_are_told_apart_by_what_they_do_and_not_by_their_names() -> None:
    import keras

    from dlbench.training.architecture import architecture

    def net(factor: float) -> Any:
        inputs = keras.Input((4,))
        return keras.Model(inputs, keras.ops.square(inputs[:, 1:]) * factor)

    assert architecture(net(2.0)) == architecture(net(2.0)) != architecture(net(3.0))
