"""What preparation learns from: the training part, and of targets only what other rows say."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlbench.core.contestant import Contestant
from dlbench.core.model import Preparation
from dlbench.core.schema import Column
from dlbench.core.space import Values
from dlbench.prepare.data import Data
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.limits import Limits

WAYS = [
    Preparation(scale=scale, categories=categories, missing=missing, sparse=sparse)
    for scale in ("standard", "range", "robust", "quantile", "none")
    for categories in ("one_hot", "ordinal", "target")
    for missing, sparse in (("impute", False), ("keep", True))
]
ROWS = 400


def identifiers(rows: int, seed: int, levels: int | None = None) -> Table:
    """A column of categories that say nothing of any target, nearly one a row."""
    random = np.random.default_rng(seed)
    columns = (Column("a"), Column("id", "category", levels or rows), Column("b"))
    ids = random.integers(0, levels or rows, rows).astype(np.str_)[:, None]
    return Table(random.normal(size=(rows, 2)), ids, columns)


def coin(rows: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2, rows)


def fitted_on(table: Table, target: np.ndarray, name: str, encoding: str) -> chain.Chain:
    data = Data(table, target, ("a", "b"))
    contestant = Contestant(name, name)
    schema = data.schema("Probabilities", len(data))
    values = contestant.space(Values({"categories": encoding}), schema)
    assert values[0]["categories"] == encoding
    return chain.fit(contestant, values, schema, Part(table, target), None, Limits(), 1)


def accuracy(fitted: chain.Chain, table: Table, target: np.ndarray) -> float:
    codes = fitted.predict(table).to("Labels").arrays()["codes"]
    return float(np.mean(codes == target))


@pytest.mark.parametrize("how", WAYS)
def test_other_rows_than_the_training_part_change_nothing(how: Preparation) -> None:
    train, target = identifiers(60, 0, 10), coin(60, 1)
    alone, seen = Prepared.learn(how, train, target, 3)
    probe = identifiers(20, 2, 12)
    before = _dense(alone(probe))
    alone(Table(probe.numbers * 1e6, np.full_like(probe.categories, "x"), probe.columns))
    np.testing.assert_array_equal(before, _dense(alone(probe)))
    again, seen_again = Prepared.learn(how, train, target, 3)
    np.testing.assert_array_equal(_dense(seen), _dense(seen_again))
    np.testing.assert_array_equal(before, _dense(again(probe)))


def test_a_scaler_fitted_on_all_data_would_be_noticed() -> None:
    train, test = Table(np.array([[0.0], [2.0]])), Table(np.array([[100.0]]))
    both = Table(np.concatenate([train.numbers, test.numbers]))
    for scale in ("standard", "range", "robust", "quantile"):
        how = Preparation(scale=scale)
        assert not np.allclose(Prepared.fit(how, train)(train), Prepared.fit(how, both)(train))


def test_preparation_has_no_way_to_be_handed_a_test_part() -> None:
    assert list(inspect.signature(Prepared.learn).parameters) == ["how", "inputs", "target", "seed", "dtype"]
    assert list(inspect.signature(Prepared.fit).parameters) == ["how", "inputs", "target", "seed"]


@pytest.mark.parametrize("scale", ["none", "standard"])
def test_target_codes_of_training_rows_differ_from_the_naive_ones(scale: str) -> None:
    table, target = identifiers(ROWS, 0), coin(ROWS, 1)
    prepared, crossed = Prepared.learn(Preparation(scale=scale, categories="target"), table, target, 3)
    naive, crossed_codes = prepared(table)[:, -1], crossed[:, -1]
    assert np.corrcoef(naive, target)[0, 1] > 0.7
    assert abs(np.corrcoef(crossed_codes, target)[0, 1]) < 0.2


def test_the_trainer_uses_the_crossed_codes() -> None:
    table, target = identifiers(ROWS, 0), coin(ROWS, 1)
    fitted = fitted_on(table, target, "logistic", "target")
    weight = fitted.links[0].estimator.coef_[0, -1]  # type: ignore[attr-defined]
    naive = Prepared.fit(Preparation(categories="target"), table, target, 3)(table)
    planted = LogisticRegression().fit(naive, target)
    assert planted.score(naive, target) > 0.75
    assert weight < 0.3 < 1 < planted.coef_[0, -1]


def test_target_encoding_without_a_target_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a target"):
        Prepared.fit(Preparation(categories="target"), identifiers(20, 0))


def test_whole_values_are_encoded_as_values_not_as_classes() -> None:
    table = identifiers(60, 0, 5)
    values = np.arange(60).astype(np.float64)
    found = Prepared.fit(Preparation(scale="none", categories="target"), table, values)(table)
    assert found.shape == (60, 3)
    assert found[:, -1].min() > 10


@pytest.mark.parametrize("encoding", ["one_hot", "target"])
@pytest.mark.parametrize("name", ["logistic", "k_neighbors", "random_forest"])
def test_shuffled_truth_is_answered_at_chance(name: str, encoding: str) -> None:
    train, test = identifiers(ROWS, 0, 40), identifiers(ROWS, 5, 40)
    fitted = fitted_on(train, coin(ROWS, 1), name, encoding)
    assert 0.4 < accuracy(fitted, test, coin(ROWS, 2)) < 0.6


@pytest.mark.parametrize("encoding", ["one_hot", "target"])
def test_duplicated_rows_that_do_leak_show_as_a_score_above_chance(encoding: str) -> None:
    train, target = identifiers(ROWS, 0), coin(ROWS, 1)
    fitted = fitted_on(train, target, "random_forest", encoding)
    copies, fresh = np.arange(200), identifiers(200, 9)
    assert accuracy(fitted, train.take(copies), target[copies]) > 0.8
    assert accuracy(fitted, fresh, coin(200, 3)) < 0.65


def _dense(matrix: object) -> np.ndarray:
    return matrix.toarray() if hasattr(matrix, "toarray") else np.asarray(matrix)
