"""MAPE and quantile losses against scikit-learn, and where they are not defined."""

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
rows_of_values = st.lists(st.tuples(numbers, numbers, st.floats(0.1, 5)), min_size=1, max_size=30)
QUANTILES = {"quantile_loss_10": 0.1, "quantile_loss_50": 0.5, "quantile_loss_90": 0.9}


def valued(target: list[float]) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.array(target, dtype=np.float64))


@settings(max_examples=100, deadline=None)
@given(rows_of_values)
def test_they_equal_scikit_learn(rows: list[tuple[float, float, float]]) -> None:
    target, values, weights = (list(column) for column in zip(*rows, strict=True))
    prediction, weighing = Values(np.array(values)), np.array(weights)
    for name, q in QUANTILES.items():
        expected = reference.mean_pinball_loss(target, values, sample_weight=weights, alpha=q)
        assert metric(name).score(valued(target), prediction, weighing) == pytest.approx(expected), name
    found = metric("mape").score(valued(target), prediction, weighing)
    if 0 in target:
        assert math.isnan(found)
    else:
        expected = reference.mean_absolute_percentage_error(target, values, sample_weight=weights)
        assert found == pytest.approx(expected)


@pytest.mark.parametrize(("name", "q"), QUANTILES.items())
def test_the_quantile_itself_costs_least(name: str, q: float) -> None:
    target = np.random.default_rng(0).gamma(2.0, size=2000)
    guesses = np.quantile(target, np.linspace(0.02, 0.98, 49))
    costs = [metric(name).score(valued(list(target)), Values(np.full(2000, guess))) for guess in guesses]
    assert np.linspace(0.02, 0.98, 49)[int(np.argmin(costs))] == pytest.approx(q, abs=0.021)


def test_half_the_absolute_error_is_the_loss_of_the_median() -> None:
    truth, prediction = valued([1.0, 5.0, -2.0]), Values(np.array([2.0, 3.0, 0.0]))
    assert 2 * metric("quantile_loss_50").score(truth, prediction) == metric("mae").score(truth, prediction)


def test_a_truth_of_zero_that_does_not_count_does_not_matter() -> None:
    truth, prediction = valued([0.0, 4.0]), Values(np.array([1.0, 5.0]))
    assert metric("mape").score(truth, prediction, np.array([0.0, 1.0])) == 0.25
    assert math.isnan(metric("mape").score(truth, prediction))
