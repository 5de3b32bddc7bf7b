"""The dense bench: what each switch of the multilayer perceptron does, and the nets that read columns."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.models.deep.mlp import ACTIVATIONS, INITIALIZERS
from dlbench.prepare.columns import ColumnsPrepared
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.limits import Limits

COLUMN_NETS = ("tabular_resnet", "ft_transformer")
SMALL = {"units": 32, "batch_size": 32, "learning_rate": 0.01, "heads": 2, "embedding": 4, "blocks": 1}


def _layers(**chosen: Any) -> list[str]:
    model, schema = catalog.model("mlp"), Schema("table", "Probabilities", (5,), (), ("a", "b"), 10)
    net = model.build(model.space(Values(chosen), schema), schema).net
    return [type(layer).__name__ for layer in net.layers]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("initializer", INITIALIZERS[:2])
def test_activations_and_initialisers_are_names_that_keras_knows(name: str, initializer: str) -> None:
    assert _layers(activation=name, initializer=initializer, dropout=0.0).count("Activation") == 2


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_initialisers_start_from_other_weights(initializer: str) -> None:
    import keras

    keras.utils.set_random_seed(1)
    weights = np.asarray(keras.initializers.get(initializer)((50, 60)))
    assert 0.02 < weights.std() < 0.5


def test_norm_skip_and_dropout_put_their_layers_in() -> None:
    assert _layers(layers=3, dropout=0.0) == ["InputLayer", *["Dense", "Activation"] * 3, "Dense"]
    assert _layers(layers=3, norm="batch").count("BatchNormalization") == 3
    assert _layers(layers=3, norm="layer").count("LayerNormalization") == 3
    assert _layers(layers=3, skip=True).count("Add") == 2
    assert _layers(layers=1, skip=True).count("Add") == 0


def _mixed(rows: int, seed: int) -> tuple[Table, np.ndarray]:
    """Two numbers, one with gaps, and two categories; the class depends on a number and a category together."""
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(rows, 2))
    words = np.column_stack([random.choice(["red", "blue"], rows), random.choice(["p", "q", "r"], rows)])
    codes = ((numbers[:, 0] > 0) ^ (words[:, 0] == "red")).astype(np.int64)
    numbers[random.random(rows) < 0.1, 1] = np.nan
    columns = (Column("colour", "category", 2), Column("x"), Column("letter", "category", 3), Column("y"))
    return Table(numbers, words, columns), codes


def _fit(name: str, form: str = "Probabilities", rounds: int = 25) -> tuple[Any, Table, np.ndarray]:
    table, codes = _mixed(320, 0)
    target = codes if form == "Probabilities" else 100 + 20.0 * codes
    classes = ("no", "yes") if form == "Probabilities" else ()
    schema, contestant = Schema("table", form, (4,), table.columns, classes, 320), Contestant.named(name)
    values = contestant.space(Values(SMALL), schema)
    fitted = chain.fit(contestant, values, schema, Part(table, target), None, Limits(rounds=rounds), 3)
    return fitted, *_mixed(200, 1)


@pytest.mark.parametrize("name", COLUMN_NETS)
def test_numbers_and_categories_work_together(name: str) -> None:
    fitted, table, codes = _fit(name)
    assert (fitted.predict(table).to("Labels").codes == codes).mean() > 0.9


@pytest.mark.parametrize("name", COLUMN_NETS)
def test_unseen_and_missing_entries_get_an_answer(name: str) -> None:
    fitted, table, _ = _fit(name, "Values", rounds=1)
    strange = Table(np.full_like(table.numbers, np.nan), np.full_like(table.categories, "new"), table.columns)
    assert fitted.predict(strange).problem(len(strange)) is None


@pytest.mark.parametrize("name", COLUMN_NETS)
def test_a_saved_net_answers_the_same_and_is_made_of_keras_alone(name: str, tmp_path: Path) -> None:
    import keras

    fitted, table, _ = _fit(name, "Values", rounds=2)
    assert sorted(fitted.save(tmp_path)) == ["model.keras", "model.preparation.skops"]
    net = keras.saving.load_model(tmp_path / "model.keras")
    found = net.predict(fitted.links[0].prepared(table), verbose=0)[:, 0]
    np.testing.assert_allclose(found, fitted.predict(table).arrays()["values"], rtol=1e-4)
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        modules = set(re.findall(r'"module": "([^".]+)', archive.read("config.json").decode()))
    assert modules == {"keras"}


@pytest.mark.parametrize("name", COLUMN_NETS)
@pytest.mark.parametrize("kind", ["number", "category"])
def test_columns_of_one_kind_alone_are_a_net_that_sees_each_of_them(name: str, kind: str) -> None:
    columns = tuple(Column(f"x{i}", kind, 4 if kind == "category" else 0) for i in range(3))
    schema, model = Schema("table", "Probabilities", (3,), columns, ("no", "yes"), 40), catalog.model(name)
    net = model.build(model.space(Values(SMALL), schema), schema).net
    rows = np.vstack([np.ones((1, 3)), np.ones((3, 3)) + np.eye(3)]).astype(np.float32)
    answers = np.asarray(net(rows))
    assert answers.shape == (4, 2)
    assert len(np.unique(answers.round(6), axis=0)) == 4


@pytest.mark.parametrize("scale", ["quantile", "standard", "none"])
def test_codes_come_last_start_at_one_and_zero_is_unseen(scale: str) -> None:
    from dlbench.core.model import Preparation

    table, _ = _mixed(60, 0)
    prepared = ColumnsPrepared.fit(Preparation(layout="columns", scale=scale), table)
    found = prepared(table)
    assert [(column.kind, column.cardinality) for column in prepared.columns[-2:]] == [("category", 3), ("category", 4)]
    assert found.shape == (60, len(prepared.columns))
    assert found.dtype == np.float32
    assert set(np.unique(found[:, -2])) == {1, 2}
    assert set(np.unique(found[:, -1])) == {1, 2, 3}
    assert set(np.unique(found[:, 2])) == {0, 1}
    strange = prepared(Table(table.numbers[:1], np.array([["green", "p"]]), table.columns))
    assert strange[0, -2:].tolist() == [0, 1]


def test_what_the_test_part_holds_changes_nothing_in_a_training_row() -> None:
    from dlbench.core.model import Preparation

    train, other = _mixed(60, 0)[0], _mixed(60, 9)[0]
    how = Preparation(layout="columns", scale="quantile")
    prepared = ColumnsPrepared.fit(how, train)
    before = prepared(train)
    prepared(other)
    np.testing.assert_array_equal(before, prepared(train))
    assert not np.array_equal(before, ColumnsPrepared.fit(how, other)(train))
