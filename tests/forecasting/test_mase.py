"""MASE, the other judges of forecasts, and the form they score."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.core.form import reachable
from dlbench.engine.judge import judge, score
from dlbench.forms.forecast import Forecast
from dlbench.forms.truth import Truth
from dlbench.prepare.series import naive_error
from dlbench.stats.horizon import errors_by_step


def truth_of(target: list[float], scale: float) -> Truth:
    ids = np.array([f"t+{step}" for step in range(len(target))])
    return Truth(ids, np.array(target), scale=np.full(len(target), scale))


def test_mase_worked_by_hand() -> None:
    # History 2, 4, 3, 7, 5, 6 at season 2: |3-2|, |7-4|, |5-3|, |6-7| have the mean 7/4.
    scale = naive_error(np.array([2.0, 4.0, 3.0, 7.0, 5.0, 6.0]), 2)
    assert scale == 1.75
    # Two origins of two steps: errors 1, 2, 0, 4, mean 7/4.
    prediction = Forecast(np.array([[6.0, 8.0], [7.0, 1.0]]))
    truth = truth_of([5.0, 6.0, 7.0, 5.0], scale)
    assert score(truth, prediction, "mase") == 1.0
    assert score(truth, prediction, "mae") == 1.75
    assert score(truth, prediction, "rmse") == pytest.approx(math.sqrt(21 / 4))


def test_the_seasonal_naive_rule_one_season_ahead_has_mase_one_within_its_history() -> None:
    history = np.random.default_rng(0).normal(size=40).cumsum()
    naive = Forecast(history[:-4].reshape(-1, 4))
    assert score(truth_of(history[4:].tolist(), naive_error(history, 4)), naive, "mase") == pytest.approx(1.0)


@settings(deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 100))
def test_mase_does_not_depend_on_the_unit(unit: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    history, target, values = rng.normal(size=30), rng.normal(size=6), rng.normal(size=(2, 3))
    found = [
        score(truth_of((k * target).tolist(), naive_error(k * history, 3)), Forecast(k * values), "mase")
        for k in (1.0, unit)
    ]
    assert found[0] == pytest.approx(found[1])


@pytest.mark.parametrize("scale", [0.0, math.nan])
def test_a_history_without_change_or_too_short_leaves_mase_undefined(scale: float) -> None:
    assert score(truth_of([1.0, 2.0], scale), Forecast(np.array([[1.0, 2.0]])), "mase") is None


def test_a_truth_without_history_leaves_mase_undefined_and_others_not() -> None:
    truth = Truth(np.array(["a", "b"]), np.array([1.0, 2.0]))
    found = judge(truth, Forecast(np.array([[1.0, 3.0]])), ("mase", "mae"))
    assert (found["mase"]["value"], found["mae"]["value"]) == (None, 0.5)


def test_the_history_survives_disk_and_selection() -> None:
    truth = truth_of([1.0, 2.0, 3.0], 0.5)
    again = Truth.from_arrays(truth.arrays())
    assert again.take(np.array([2, 0])).scale.tolist() == [0.5, 0.5]
    assert Truth.from_arrays(Truth(truth.ids, truth.target).arrays()).scale is None


def test_a_forecast_offers_its_steps_as_values() -> None:
    assert reachable("Forecast") == ("Forecast", "Values")
    assert {"mase", "mae", "rmse", "r2"} <= {
        n for n, m in catalog.metrics().items() if m.scores in reachable("Forecast")
    }
    assert Forecast(np.array([[1.0, 2.0], [3.0, 4.0]])).to("Values").values.tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("values", "said"),
    [(np.zeros(4), "expected 4"), (np.zeros((3, 2)), "expected 4"), (np.zeros((4, 0)), "expected 4"),
     (np.full((4, 2), np.inf), "not finite")],
)  # fmt: skip
def test_forecasts_that_cannot_be_used_say_why(values: np.ndarray, said: str) -> None:
    assert said in str(Forecast(values).problem(4))
    assert Forecast(np.zeros((4, 2))).problem(4) is None


def test_errors_by_step_mean_to_the_error_of_all() -> None:
    rng = np.random.default_rng(1)
    truth, forecast = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    mae, rmse = errors_by_step(truth.reshape(-1), forecast)
    assert mae[2] == pytest.approx(np.abs(truth - forecast)[:, 2].mean())
    assert rmse[4] == pytest.approx(np.sqrt(((truth - forecast)[:, 4] ** 2).mean()))
    assert mae.mean() == pytest.approx(score(truth_of(truth.reshape(-1).tolist(), 1.0), Forecast(forecast), "mae"))
    with pytest.raises(ValueError, match="expected forecasts"):
        errors_by_step(truth[:3], forecast)
