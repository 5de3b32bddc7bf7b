"""Fitting scikit-learn style estimators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, estimators
from dlbench.training.answers import probabilities_of_all, scores_of_all, softmax
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

COLUMNS = (Column("a"), Column("kind", "category", 3), Column("b"))


def _mixed(rows: int, seed: int) -> Table:
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(rows, 2))
    numbers[random.random((rows, 2)) < 0.1] = np.nan
    return Table(numbers, random.choice(["red", "green", ""], size=(rows, 1)), COLUMNS)


def _fit(name: str, part: Part, form: str, classes: int = 0, valid: Part | None = None, **limits: Any) -> Chain:
    inputs = part.inputs
    assert isinstance(inputs, Table)
    schema = Schema("table", form, inputs.shape, inputs.columns, tuple("abcdefg"[:classes]), len(part))
    contestant = Contestant.named(name)
    return chain.fit(contestant, contestant.space(Values(), schema), schema, part, valid, Limits(**limits), 3)


@pytest.mark.parametrize(
    ("name", "form"), [("logistic", "Probabilities"), ("svm", "Scores"), ("hist_gradient_boosting", "Probabilities")]
)
@pytest.mark.parametrize("present", [(0, 2), (1, 2, 3)])
def test_a_class_absent_from_training_has_a_column_and_is_never_chosen(
    name: str, form: str, present: tuple[int, ...]
) -> None:
    table = _mixed(60, 0)
    target = np.array(present)[np.arange(60) % len(present)]
    answer = _fit(name, Part(table, target), form, 4).predict(_mixed(20, 1))
    assert answer.problem(20) is None
    assert answer.arrays()["values"].shape == (20, 4)
    assert set(answer.to("Labels").arrays()["codes"]) <= set(present)


@given(st.integers(2, 5), st.data())
def test_spread_columns_keep_their_values_and_absent_ones_are_least(classes: int, data: st.DataObject) -> None:
    present = np.array(sorted(data.draw(st.sets(st.integers(0, classes - 1), min_size=2))))
    found = data.draw(
        st.lists(st.lists(st.floats(-5, 5), min_size=len(present), max_size=len(present)), min_size=1, max_size=4)
    )
    absent = np.setdiff1d(np.arange(classes), present)
    scores = scores_of_all(np.array(found), present, classes)
    np.testing.assert_array_equal(scores[:, present], found)
    assert (scores[:, absent] < np.min(found)).all()
    shares = probabilities_of_all(softmax(np.array(found)), present, classes)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-12)
    assert (shares[:, absent] == 0).all()


def test_svm_values_do_not_depend_on_the_targets_unit() -> None:
    table = _mixed(60, 0)
    target = np.nan_to_num(table.numbers).sum(axis=1)
    near = _fit("svm", Part(table, target), "Values").predict(table).arrays()["values"]
    far = _fit("svm", Part(table, 1e6 * target + 1e7), "Values").predict(table).arrays()["values"]
    np.testing.assert_allclose(far, 1e6 * near + 1e7, rtol=1e-6)


def test_preparation_learns_from_the_training_part_alone() -> None:
    table = _mixed(60, 0)
    target = np.arange(60) % 2
    alone = _fit("hist_gradient_boosting", Part(table, target), "Probabilities", 2)
    shifted = Part(Table(1e6 + _mixed(30, 1).numbers, _mixed(30, 1).categories, COLUMNS), np.arange(30) % 2)
    beside = _fit("logistic", Part(table, target), "Probabilities", 2, valid=shifted)
    only = _fit("logistic", Part(table, target), "Probabilities", 2)
    test = _mixed(20, 2)
    np.testing.assert_array_equal(beside.predict(test).arrays()["values"], only.predict(test).arrays()["values"])
    assert alone.rounds == {"hist_gradient_boosting": 100}


def test_boosting_takes_its_rounds_from_our_validation_part_and_the_refit_runs_exactly_those() -> None:
    random = np.random.default_rng(0)
    table = Table(random.normal(size=(300, 3)))
    target = (table.numbers[:, 0] + random.normal(0, 0.5, 300) > 0).astype(np.int64)
    train, valid = (Part(table.take(i), target[i]) for i in np.split(np.arange(300), [200]))
    tuned = _fit("hist_gradient_boosting", train, "Probabilities", 2, valid=valid, patience=5)
    best = tuned.rounds["hist_gradient_boosting"]
    assert 1 <= best < 100
    assert tuned.stopped == "early"
    refit = _fit("hist_gradient_boosting", train, "Probabilities", 2, rounds=tuned.rounds)
    assert refit.links[0].estimator.n_iter_ == best  # type: ignore[attr-defined]
    lying = Part(valid.inputs, 1 - target[200:])
    assert _fit("hist_gradient_boosting", train, "Probabilities", 2, valid=lying, patience=5).rounds != tuned.rounds


def test_boosting_ignores_validation_items_of_a_class_it_never_saw() -> None:
    train = Part(_mixed(60, 0), np.arange(60) % 2)
    valid = Part(_mixed(30, 1), np.arange(30) % 3)
    assert (
        _fit("hist_gradient_boosting", train, "Probabilities", 3, valid=valid).predict(_mixed(5, 2)).problem(5) is None
    )


def test_seeds_reach_nested_estimators_and_differ() -> None:
    from sklearn.ensemble import BaggingClassifier
    from sklearn.tree import DecisionTreeClassifier

    def drawn(seed: int) -> list[int]:
        params = estimators.seeded(BaggingClassifier(DecisionTreeClassifier()), seed).get_params()
        return [value for name, value in params.items() if name.endswith("random_state")]

    assert drawn(1) == drawn(1)
    assert len({*drawn(1), *drawn(2)}) == 4


ANSWERING = [
    (name, form)
    for name, model in catalog.models().items()
    if model.trainer == "estimator" and "table" in model.accepts and type(model).__module__.startswith("dlbench.")
    for form in model.gives
]


@pytest.mark.parametrize(("name", "form"), ANSWERING)
def test_a_saved_model_loads_and_answers_alike(name: str, form: str, tmp_path: Path) -> None:
    if absent := catalog.model(name).absent():
        pytest.skip(absent)
    table = _mixed(60, 0)
    target = np.arange(60) % 3
    fitted = _fit(name, Part(table, 1.0 + target if form == "Values" else target), form, 3)
    (file,) = fitted.save(tmp_path)
    pipeline = estimators.load(tmp_path / file)
    assert not [kind for kind in _types(pipeline) if kind.startswith("dlbench")]
    seen = fitted.links[0].prepared(table)  # type: ignore[attr-defined]
    if form == "Embeddings":
        np.testing.assert_array_equal(pipeline[-1].transform(seen), fitted.encode(table))
    else:
        np.testing.assert_array_equal(pipeline[-1].predict(seen), fitted.links[0].estimator.predict(seen))  # type: ignore[attr-defined]


def _types(pipeline: Any) -> list[str]:
    return [type(step).__module__ for _, step in pipeline.steps]


def test_a_foreign_type_in_a_saved_model_is_refused(tmp_path: Path) -> None:
    from sklearn.preprocessing import FunctionTransformer
    from skops.io import dump

    dump(FunctionTransformer(_harmful), tmp_path / "model.skops")
    with pytest.raises(UsageError, match="not trusted"):
        estimators.load(tmp_path / "model.skops")


def _harmful(values: np.ndarray) -> np.ndarray:
    return values
