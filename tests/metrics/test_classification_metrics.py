"""Classification metrics against scikit-learn, and where they are not defined."""

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
from dlbench.metrics.roc_auc import area

CLASSES = ("a", "b", "c", "d")
pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.1, 5)), min_size=1, max_size=40)


def labelled(target: list[int], classes: tuple[str, ...] = CLASSES) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.array(target, dtype=np.int64), classes)


@settings(max_examples=150, deadline=None)
@given(pairs)
def test_label_metrics_equal_scikit_learn(rows: list[tuple[int, int, float]]) -> None:
    target, codes, weights = (list(column) for column in zip(*rows, strict=True))
    truth, prediction = labelled(target), Labels(np.array(codes))

    def check(name: str, expected: float) -> None:
        assert metric(name).score(truth, prediction, np.array(weights)) == pytest.approx(expected), name

    check("accuracy", reference.accuracy_score(target, codes, sample_weight=weights))
    recalls = reference.recall_score(
        target, codes, average=None, labels=sorted(set(target)), sample_weight=weights, zero_division=0
    )
    check("balanced_accuracy", float(np.mean(recalls)))
    for average in ("macro", "micro", "weighted"):
        expected = reference.f1_score(target, codes, average=average, sample_weight=weights, zero_division=0)
        check(f"f1_{average}", expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 1000))
def test_log_loss_equals_scikit_learn(target: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, weights = rng.dirichlet(np.full(4, 0.3), len(target)).clip(1e-12), rng.random(len(target)) + 0.1
    table /= table.sum(axis=1, keepdims=True)
    expected = reference.log_loss(target, table, labels=range(4), sample_weight=weights)
    assert metric("log_loss").score(labelled(target), Probabilities(table), weights) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sure_error_costs_a_finite_price_and_a_sure_hit_nothing(dtype: type) -> None:
    sure = Probabilities(np.array([[1.0, 0.0]], dtype=dtype))
    assert metric("log_loss").score(labelled([1], ("a", "b")), sure) == pytest.approx(-math.log(1e-15))
    assert metric("log_loss").score(labelled([0], ("a", "b")), sure) == 0.0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3), st.floats(0.1, 4)), min_size=2, max_size=40))
def test_two_class_area_equals_scikit_learn_with_ties(rows: list[tuple[bool, int, float]]) -> None:
    member, score, weights = (np.array(column) for column in zip(*rows, strict=True))
    found = metric("roc_auc").score(
        labelled(list(member), ("no", "yes")), Scores(np.column_stack([-score, score]).astype(float)), weights
    )
    if member.all() or not member.any():
        assert math.isnan(found)
    else:
        assert found == pytest.approx(reference.roc_auc_score(member, score, sample_weight=weights))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=0, max_size=30), st.integers(0, 1000))
def test_many_class_area_equals_scikit_learn(more: list[int], seed: int) -> None:
    target = [0, 1, 2, 3, *more]
    table = np.random.default_rng(seed).dirichlet(np.ones(4), len(target)).round(1)
    table /= table.sum(axis=1, keepdims=True)
    expected = reference.roc_auc_score(target, table, multi_class="ovr", average="macro")
    assert metric("roc_auc").score(labelled(target), Scores(table)) == pytest.approx(expected)


def test_two_free_scores_are_ordered_by_their_difference() -> None:
    # class 1 wins the second row although its column is larger in the first
    scores = Scores(np.array([[9.0, 5.0], [0.0, 1.0]]))
    assert metric("roc_auc").score(labelled([0, 1], ("no", "yes")), scores) == 1.0


def test_tiny_probabilities_keep_their_order() -> None:
    ones = np.array([1e-30, 1e-20])
    found = metric("roc_auc").score(labelled([0, 1], ("no", "yes")), Scores(np.column_stack([1 - ones, ones])))
    assert found == 1.0


def test_area_is_not_defined_with_a_class_absent() -> None:
    table = Scores(np.random.default_rng(0).random((6, 3)))
    assert math.isnan(metric("roc_auc").score(labelled([0, 1, 0, 1, 0, 1], ("a", "b", "c")), table))
    assert math.isnan(area(np.array([True, False]), np.array([1.0, 2.0]), np.array([1.0, 0.0])))


def test_area_of_the_mirrored_score_is_one_minus_the_area() -> None:
    rng = np.random.default_rng(1)
    member, score = rng.random(200) < 0.3, rng.integers(0, 9, 200)
    assert area(member, score) + area(member, -score) == pytest.approx(1)


def test_one_class_alone_scores_by_its_hits() -> None:
    truth, prediction = labelled([1, 1, 1, 1]), Labels(np.array([1, 1, 1, 2]))
    assert metric("balanced_accuracy").score(truth, prediction) == 0.75
    assert metric("f1_macro").score(truth, prediction) == pytest.approx((6 / 7 + 0) / 2)
    assert metric("f1_weighted").score(truth, prediction) == pytest.approx(6 / 7)


def test_weights_that_are_all_zero_leave_nothing_to_score() -> None:
    truth, prediction = labelled([0, 1]), Labels(np.array([0, 1]))
    for name in ("accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted"):
        assert math.isnan(metric(name).score(truth, prediction, np.zeros(2))), name


def test_a_label_beyond_the_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="expected codes below 2"):
        metric("f1_macro").score(labelled([0, 1], ("a", "b")), Labels(np.array([0, 2])))


@pytest.mark.parametrize("name", ["log_loss", "roc_auc"])
def test_a_column_too_few_is_refused(name: str) -> None:
    table = np.full((3, 2), 0.5)
    prediction = Probabilities(table) if name == "log_loss" else Scores(table)
    with pytest.raises(ValueError, match="a column for each of the 3 classes, got 2"):
        metric(name).score(labelled([0, 1, 2], ("a", "b", "c")), prediction)


def test_probabilities_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="log_loss: probabilities that sum"):
        metric("log_loss").score(labelled([0], ("a", "b")), Probabilities(np.array([[0.5, 0.9]])))
