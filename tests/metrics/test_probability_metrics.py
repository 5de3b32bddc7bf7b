"""Precision, recall, average precision, Brier and calibration against scikit-learn and against a plain count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from dlbench.core.catalog import metric
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.scores import Scores
from dlbench.forms.truth import Truth
from dlbench.metrics.average_precision import step_area

CLASSES = ("a", "b", "c", "d")
TWO = ("no", "yes")
pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.1, 5)), min_size=1, max_size=40)
members = st.lists(st.tuples(st.booleans(), st.integers(-3, 3), st.floats(0.1, 4)), min_size=2, max_size=40)


def labelled(target: list[int], classes: tuple[str, ...] = CLASSES) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.array(target, dtype=np.int64), classes)


def table_of(items: int, seed: int, classes: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(classes, 0.4), items)


@settings(max_examples=100, deadline=None)
@given(pairs)
def test_precision_and_recall_equal_scikit_learn(rows: list[tuple[int, int, float]]) -> None:
    target, codes, weights = (list(column) for column in zip(*rows, strict=True))
    truth, prediction = labelled(target), Labels(np.array(codes))
    wanted = {
        "precision": (reference.precision_score, "macro"),
        "precision_weighted": (reference.precision_score, "weighted"),
        "recall": (reference.recall_score, "macro"),
    }
    for name, (outside, average) in wanted.items():
        expected = outside(target, codes, average=average, sample_weight=weights, zero_division=0)
        assert metric(name).score(truth, prediction, np.array(weights)) == pytest.approx(expected), name


def test_a_class_never_predicted_has_precision_zero_and_one_never_true_recall_zero() -> None:
    truth, prediction = labelled([0, 0, 1]), Labels(np.array([0, 0, 2]))
    assert metric("precision").score(truth, prediction) == pytest.approx(1 / 3)
    assert metric("recall").score(truth, prediction) == pytest.approx(1 / 3)
    assert metric("balanced_accuracy").score(truth, prediction) == pytest.approx(1 / 2)


@settings(max_examples=100, deadline=None)
@given(members)
def test_two_class_average_precision_equals_scikit_learn_with_ties(rows: list[tuple[bool, int, float]]) -> None:
    member, score, weights = (np.array(column) for column in zip(*rows, strict=True))
    scores = Scores(np.column_stack([-score, score]).astype(float))
    found = metric("average_precision").score(labelled(list(member), TWO), scores, weights)
    if member.all() or not member.any():
        assert math.isnan(found)
    else:
        assert found == pytest.approx(reference.average_precision_score(member, score, sample_weight=weights))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=30), st.integers(0, 1000))
def test_many_class_average_precision_equals_scikit_learn(more: list[int], seed: int) -> None:
    target = [0, 1, 2, 3, *more]
    table = table_of(len(target), seed)
    expected = reference.average_precision_score(np.eye(4)[target], table, average="macro")
    assert metric("average_precision").score(labelled(target), Scores(table)) == pytest.approx(expected)


def test_average_precision_of_chance_is_the_share_of_the_last_class() -> None:
    rng = np.random.default_rng(0)
    found = step_area(rng.random(20_000) < 0.1, rng.random(20_000))
    assert found == pytest.approx(0.1, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 1000))
def test_brier_equals_scikit_learn(target: list[int], seed: int) -> None:
    table, weights = table_of(len(target), seed), np.random.default_rng(seed).random(len(target)) + 0.1
    expected = reference.brier_score_loss(target, table, labels=[0, 1, 2, 3], sample_weight=weights, scale_by_half=True)
    assert metric("brier").score(labelled(target), Probabilities(table), weights) == pytest.approx(expected)
    both = Probabilities(np.column_stack([table[:, 0], 1 - table[:, 0]]))
    hits = np.array(target) % 2
    expected = reference.brier_score_loss(hits, both.values[:, 1], labels=[0, 1], pos_label=1)
    assert metric("brier").score(labelled(list(hits), TWO), both) == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=40), st.integers(0, 1000))
def test_calibration_error_equals_a_plain_count(target: list[int], seed: int) -> None:
    table = table_of(len(target), seed)
    expected = 0.0
    for number in range(15):
        low, high = number / 15, (number + 1) / 15
        held = [row for row in range(len(target)) if low < table[row].max() <= high]
        if held:
            hits = sum(int(table[row].argmax() == target[row]) for row in held)
            expected += abs(hits - sum(table[row].max() for row in held)) / len(target)
    assert metric("ece").score(labelled(target), Probabilities(table)) == pytest.approx(expected)


def test_calibration_error_is_biased_as_its_docstring_says_and_sees_overconfidence() -> None:
    rng = np.random.default_rng(0)
    found = {}
    for items in (360, 6000):
        sure = rng.uniform(0.8, 1.0, items)
        truth = labelled(list((rng.random(items) > sure).astype(int)), TWO)
        found[items] = metric("ece").score(truth, Probabilities(np.column_stack([sure, 1 - sure])))
    assert 0.01 < found[360] < 0.06
    assert found[6000] < 0.015
    bold = np.full(6000, 0.99)
    truth = labelled(list((rng.random(6000) > 0.8).astype(int)), TWO)
    assert metric("ece").score(truth, Probabilities(np.column_stack([bold, 1 - bold]))) == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize("name", ["brier", "ece", "average_precision"])
def test_a_column_too_few_is_refused_here_too(name: str) -> None:
    form = Scores if name == "average_precision" else Probabilities
    with pytest.raises(ValueError, match="a column for each of the 3 classes, got 2"):
        metric(name).score(labelled([0, 1, 2], ("a", "b", "c")), form(np.full((3, 2), 0.5)))
