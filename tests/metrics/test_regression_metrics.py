"""Regression metrics against scikit-learn, and where they are not defined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from dlbench.core.catalog import metric
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

numbers = st.integers(-50, 50).map(lambda n: n / 4)
rows_of_values = st.lists(st.tuples(numbers, numbers, st.floats(0.1, 5)), min_size=2, max_size=30)


def valued(target: list[float]) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.array(target, dtype=np.float64))


@settings(max_examples=150, deadline=None)
@given(rows_of_values)
def test_value_metrics_equal_scikit_learn(rows: list[tuple[float, float, float]]) -> None:
    target, values, weights = (list(column) for column in zip(*rows, strict=True))
    truth, prediction, weighing = valued(target), Values(np.array(values)), np.array(weights)
    rmse = math.sqrt(reference.mean_squared_error(target, values, sample_weight=weights))
    mae = reference.mean_absolute_error(target, values, sample_weight=weights)
    assert metric("rmse").score(truth, prediction, weighing) == pytest.approx(rmse)
    assert metric("mae").score(truth, prediction, weighing) == pytest.approx(mae)
    assert mae <= metric("rmse").score(truth, prediction, weighing) + 1e-12
    if len(set(target)) > 1:
        r2 = reference.r2_score(target, values, sample_weight=weights)
        assert metric("r2").score(truth, prediction, weighing) == pytest.approx(r2)


def test_r2_of_the_mean_is_zero_and_of_worse_below() -> None:
    truth = valued([1, 2, 3])
    assert metric("r2").score(truth, Values(np.full(3, 2.0))) == 0.0
    assert metric("r2").score(truth, Values(np.array([3.0, 2.0, 1.0]))) == -3.0


def test_r2_without_variance_is_as_in_scikit_learn() -> None:
    truth = valued([0.1, 0.1, 0.1])
    assert metric("r2").score(truth, Values(np.full(3, 0.1))) == 1.0
    assert metric("r2").score(truth, Values(np.array([0.1, 0.1, 0.2]))) == 0.0


def test_r2_of_one_item_is_not_defined() -> None:
    assert math.isnan(metric("r2").score(valued([1.0]), Values(np.array([1.0]))))
    assert math.isnan(metric("r2").score(valued([1, 2]), Values(np.array([1.0, 2.0])), np.array([1.0, 0.0])))


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="rmse: values that are not finite"):
        metric("rmse").score(valued([1.0]), Values(np.array([np.nan])))
