"""Boosting by rounds: validation finds the best number, the refit grows exactly those, a deadline ends both."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.boosters import Matter, Vigil
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

LIBRARIES = ("hist_gradient_boosting", "xgboost", "lightgbm", "catboost")
MOST = 40
FORMS = ("Probabilities", "Values")
each = pytest.mark.parametrize("name", LIBRARIES)


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def _parts(form: str, rows: int = 300) -> tuple[Part, Part]:
    """Return training and validation parts; the middle one of three classes occurs in neither."""
    random = np.random.default_rng(0)
    table = Table(random.normal(size=(rows, 3)))
    answer = table.numbers[:, 0] + random.normal(0, 0.7, rows)
    target = answer if form == "Values" else 2 * (answer > 0).astype(np.int64)
    train, valid = (Part(table.take(i), target[i]) for i in np.split(np.arange(rows), [2 * rows // 3]))
    return train, valid


def _fit(name: str, form: str, train: Part, valid: Part | None, **limits: Any) -> Chain:
    if absent := catalog.model(name).absent():
        pytest.skip(absent)
    classes = () if form == "Values" else ("a", "b", "c")
    schema = Schema("table", form, train.inputs.shape, train.inputs.columns, classes, len(train))  # type: ignore[union-attr]
    contestant = Contestant.named(name)
    values = contestant.space(Values(), schema)
    count = "max_iter" if name == "hist_gradient_boosting" else "n_estimators"
    return chain.fit(
        contestant, [{**values[0], count: MOST, "learning_rate": 0.3}], schema, train, valid, Limits(**limits), 3
    )


def _answers(fitted: Chain, part: Part) -> np.ndarray:
    return fitted.predict(part.inputs).arrays()["values"]


@each
@pytest.mark.parametrize("form", FORMS)
def test_validation_finds_the_rounds_and_the_refit_grows_exactly_those(name: str, form: str) -> None:
    train, valid = _parts(form)
    tuned = _fit(name, form, train, valid, patience=5)
    best = tuned.rounds[name]
    assert 1 <= best < MOST
    assert tuned.stopped == "early"
    refit = _fit(name, form, train, None, rounds=tuned.rounds)
    assert refit.rounds == tuned.rounds
    assert refit.stopped == ""
    assert _grown(refit) == best
    assert _fit(name, form, train, None).rounds == {name: MOST}


def _grown(fitted: Chain) -> int:
    """Return the trees (one for each round, as there are two classes) that a fitted booster holds."""
    estimator = fitted.links[0].estimator  # type: ignore[attr-defined]
    while hasattr(estimator, "estimators_"):
        estimator = estimator.estimators_[0].estimator
    count = {
        "sklearn": lambda: estimator.n_iter_,
        "xgboost": lambda: estimator.get_booster().num_boosted_rounds(),
        "lightgbm": lambda: estimator.booster_.num_trees(),
        "catboost": lambda: estimator.tree_count_,
    }
    return int(count[type(estimator).__module__.partition(".")[0]]())


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
def test_a_trial_answers_by_its_best_round(name: str) -> None:
    train, valid = _parts("Values")
    tuned = _fit(name, "Values", train, valid, patience=5)
    refit = _fit(name, "Values", train, None, rounds=tuned.rounds)
    np.testing.assert_array_equal(_answers(tuned, valid), _answers(refit, valid))


@each
def test_without_patience_every_round_is_grown_and_the_best_still_found(name: str) -> None:
    train, valid = _parts("Probabilities")
    assert _fit(name, "Probabilities", train, valid).rounds[name] < MOST
    assert _fit(name, "Probabilities", train, valid).stopped == ""


@each
@pytest.mark.parametrize("held", [True, False])
def test_a_deadline_ends_a_fit_between_rounds(name: str, held: bool) -> None:
    train, valid = _parts("Probabilities")
    late = _fit(name, "Probabilities", train, valid if held else None, deadline=time.monotonic())
    assert late.stopped == "deadline"
    assert late.rounds == {name: 1}
    assert late.predict(valid.inputs).problem(len(valid)) is None


@each
@pytest.mark.parametrize("form", FORMS)
def test_a_deadline_that_is_far_changes_nothing(name: str, form: str) -> None:
    train, valid = _parts(form)
    free = _fit(name, form, train, valid, patience=5)
    timed = _fit(name, form, train, valid, patience=5, deadline=time.monotonic() + 1e6)
    assert (timed.rounds, timed.stopped) == (free.rounds, free.stopped)
    np.testing.assert_array_equal(_answers(timed, valid), _answers(free, valid))


@each
def test_classes_with_gaps_keep_their_columns(name: str) -> None:
    train, valid = _parts("Probabilities")
    found = _answers(_fit(name, "Probabilities", train, valid, patience=5), valid)
    assert found.shape == (len(valid), 3)
    assert (found[:, 1] == 0).all()
    assert (2 * (found[:, 2] > 0.5) == valid.target).mean() > 0.6


@pytest.mark.parametrize(
    ("losses", "patience", "best", "stopped"),
    [
        ([3.0, 2.0, 2.5, 2.5], 2, 2, "early"),
        ([3.0, 2.0, 2.5, 1.0], 2, 4, ""),
        ([3.0, 2.0, 2.5, 2.5], None, 2, ""),
        ([float("nan"), 2.0, 3.0], None, 2, ""),
        ([None, None, None], 1, 3, ""),
    ],
)
def test_a_vigil_keeps_the_best_round(
    losses: list[float | None], patience: int | None, best: int, stopped: str
) -> None:
    vigil = Vigil(Matter(None, np.zeros(1), None, 10, Limits(patience=patience)))
    stops = [vigil.after(loss) for loss in losses]
    assert (vigil.best, vigil.stopped) == (best, stopped)
    assert stops == [False] * (len(losses) - 1) + [bool(stopped)]


def test_hyperband_rations_rounds() -> None:
    train, valid = _parts("Values")
    for name in LIBRARIES:
        assert catalog.model(name).resource == "rounds"
        if not catalog.model(name).absent():
            assert _fit(name, "Values", train, valid, rounds=3).rounds[name] <= 3
