"""Schedules, optimisers and losses as a suite sets them on a net."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Recorder, Values
from dlbench.models.deep import training_space as space
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits
from dlbench.training.optimisers import optimiser
from dlbench.training.schedules import SCHEDULES, schedule


def _fit(rounds: int = 3, form: str = "Probabilities", rows: int = 96, valid: bool = False, **fixed: Any) -> Chain:
    random = np.random.default_rng(0)
    numbers = random.normal(size=(rows, 2))
    codes = (numbers.sum(axis=1) > 0).astype(np.int64)
    part = Part(Table(numbers), codes if form == "Probabilities" else 10 * numbers.sum(axis=1))
    columns = (Column("x0"), Column("x1"))
    schema = Schema("table", form, (2,), columns, ("no", "yes") if form == "Probabilities" else (), rows)
    contestant = Contestant.named("mlp")
    small = {"layers": 1, "units": 32, "batch_size": 16, "learning_rate": 0.01, "dropout": 0.0}
    values = contestant.space(Values({**small, **fixed}), schema)
    return chain.fit(contestant, values, schema, part, part if valid else None, Limits(rounds=rounds), 5)


def _rates(name: str, batches: int) -> np.ndarray:
    found = schedule(name, 0.1, batches)
    return np.array([float(found(step)) if callable(found) else found for step in range(batches)])


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("batches", [1, 7, 200])
def test_no_schedule_exceeds_the_rate_or_leaves_the_positive(name: str, batches: int) -> None:
    rates = _rates(name, batches)
    assert rates.max() <= 0.1 + 1e-7
    assert rates.min() >= 0
    assert rates.sum() > 0 or (name, batches) == ("warmup", 1)


def test_schedules_follow_their_formulas() -> None:
    way = np.arange(200) / 200
    np.testing.assert_allclose(_rates("cosine", 200), 0.05 * (1 + np.cos(np.pi * way)), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(_rates("exponential", 200), 0.1 * 0.01**way, rtol=1e-4)
    np.testing.assert_allclose(_rates("step", 200)[[0, 99, 101, 151]], [0.1, 0.1, 0.01, 0.001], rtol=1e-4)
    np.testing.assert_allclose(_rates("warmup", 200)[[0, 10, 20]], [0, 0.05, 0.1], atol=1e-6)


def test_schedule_names_are_those_of_the_space() -> None:
    assert space.SCHEDULES == SCHEDULES
    with pytest.raises(ValueError, match=r"expected one of constant, cosine"):
        schedule("linear", 0.1, 10)


@pytest.mark.parametrize("name", space.OPTIMIZERS)
def test_every_optimiser_learns(name: str) -> None:
    fitted = _fit(optimizer=name, learning_rate=0.01 if name.startswith("adam") else 0.1, weight_decay=1e-4)
    assert fitted.history[-1]["loss"] < 0.8 * fitted.history[0]["loss"]


def test_momentum_differs_from_plain_descent_and_nesterov_from_both() -> None:
    ends = {name: _fit(optimizer=name).history[-1]["loss"] for name in ("sgd", "momentum", "nesterov")}
    assert len(set(ends.values())) == 3
    assert ends["momentum"] < ends["sgd"]


def test_weight_decay_pulls_weights_but_not_biases() -> None:
    import keras

    matrix, bias = (keras.Variable(np.ones((2, 2), np.float32), name=name) for name in ("kernel", "bias"))
    made = optimiser({"optimizer": "adamw", "learning_rate": 0.1, "weight_decay": 0.5}, 10)
    made.build([matrix, bias])
    made.apply([np.zeros((2, 2), np.float32)] * 2, [matrix, bias])
    np.testing.assert_allclose(np.asarray(matrix), 0.95, rtol=1e-5)
    np.testing.assert_array_equal(np.asarray(bias), 1)


def test_clip_norm_bounds_all_gradients_together() -> None:
    import keras

    one = keras.Variable(np.zeros(2, np.float32))
    made = optimiser({"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0.5}, 10)
    made.build([one])
    made.apply([np.array([30.0, 40.0], np.float32)], [one])
    np.testing.assert_allclose(np.asarray(one), [-0.3, -0.4], rtol=1e-5)


@pytest.mark.parametrize("loss", ["focal", "class_weighted"])
def test_a_loss_by_name_trains(loss: str) -> None:
    fitted, natural = _fit(loss=loss), _fit()
    assert fitted.history[-1]["loss"] < fitted.history[0]["loss"]
    assert fitted.history[0]["loss"] != natural.history[0]["loss"]


def test_absolute_error_shrugs_off_an_outlier() -> None:
    def learned(loss: str) -> float:
        table = Table(np.zeros((40, 1)))
        part = Part(table, np.where(np.arange(40) == 0, 400.0, 0.0))
        contestant, schema = Contestant.named("mlp"), Schema("table", "Values", (1,), (Column("x0"),), (), 40)
        values = contestant.space(Values({"loss": loss, "layers": 1, "learning_rate": 0.03, "dropout": 0.0}), schema)
        fitted = chain.fit(contestant, values, schema, part, None, Limits(rounds=60), 1)
        return float(fitted.predict(table).arrays()["values"][0])

    assert learned("mse") == pytest.approx(10, abs=4)
    assert abs(learned("mae")) < 2


def test_a_loss_of_the_other_kind_is_named_with_those_that_suit() -> None:
    with pytest.raises(
        UsageError, match=r"'mae' learns values, the net classes; one of: class_weighted, cross_entropy"
    ):
        _fit(loss="mae")
    with pytest.raises(UsageError, match=r"'focal' learns classes, the net values; one of: huber, mae, mse"):
        _fit(loss="focal", form="Values")


def test_an_unknown_loss_is_a_mistake_of_the_suite_with_the_nearest_name() -> None:
    schema = Schema.example("table", "Probabilities")
    for stages in ((), ("autoencoder",)):
        wrong = Contestant("mlp", "mlp", stages, {"loss": "focall"})
        assert wrong.check(schema) == ["loss: unknown loss 'focall'; did you mean 'focal'?"]
        assert Contestant("mlp", "mlp", stages, {"loss": "focal"}).check(schema) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("batch_size", 256), ("optimizer", "nesterov"), ("schedule", "warmup"), ("clip_norm", 7.5), ("patience", 3)]
    + [("activation", name) for name in ("sigmoid", "tanh", "relu", "leaky_relu", "gelu")]
    + [("norm", "layer"), ("skip", True), ("initializer", "he_normal"), ("dropout", 0.1), ("layers", 6)],
)
def test_a_suite_may_set_it(name: str, value: Any) -> None:
    assert Contestant("mlp", "mlp", (), {name: value}).check(Schema.example("image", "Probabilities")) == []


def test_a_net_s_own_patience_stands_before_the_search_s() -> None:
    fitted = _fit(rounds=60, valid=True, learning_rate=0.03, optimizer="adam", patience=1, dropout=0.4)
    losses = [entry["val_loss"] for entry in fitted.history]
    assert fitted.stopped == "early"
    assert int(np.argmin(losses)) == len(losses) - 2


def test_losses_and_patience_are_not_searched() -> None:
    recorder = Recorder()
    space.training_space(recorder)
    assert {name for name, dimension in recorder.dimensions.items() if not dimension.searched} == {"loss", "patience"}
