"""The crossing of a difference curve, against lines whose crossing is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.stats.crossover import crossover

CURVES = st.lists(st.floats(-1, 1).filter(lambda value: abs(value) > 1e-6), min_size=2, max_size=8)


@given(CURVES)
def test_after_the_crossing_the_curve_is_ahead_and_before_it_is_not(values: list[float]) -> None:
    x = np.arange(1.0, len(values) + 1)
    found = crossover(x, np.array([values]), np.array(values))
    if found.at is None:
        throughout = all(value > 0 for value in values)
        assert found.low == found.high == (-math.inf if throughout else math.inf)
        assert throughout or values[-1] < 0
        assert found.share_in_range == 0
    else:
        assert all(value > 0 for place, value in zip(x, values, strict=True) if place > found.at)
        assert values[math.floor(found.at) - 1] < 0 < values[math.ceil(found.at) - 1] or found.at in x
        assert found.at == pytest.approx(found.low) == pytest.approx(found.high)


def test_on_a_log_axis_the_middle_of_10_and_1000_is_100() -> None:
    found = crossover(np.array([10.0, 1000.0]), np.array([[-1.0, 1.0]]), np.array([-1.0, 1.0]), log=True)
    assert found.at == pytest.approx(100)


def test_curves_that_do_not_cross_in_range_widen_the_interval() -> None:
    x, whole = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 1.0])
    late = np.array([[-1.0, -1.0, -0.5]] * 10 + [[-1.0, 0.5, 1.0]] * 90)
    found = crossover(x, late, whole)
    assert (found.high, found.share_in_range) == (math.inf, pytest.approx(0.9))
    assert found.low == pytest.approx(found.at or 0)


def test_its_interval_holds_a_known_crossing_about_as_often_as_it_says() -> None:
    """500 noisy lines through zero at 4: 95 % less four standard errors of such a count is 91 %, more is 98.9 %."""
    rng, x = np.random.default_rng(0), np.arange(1.0, 8.0)
    line, held = 0.5 * (x - 4), 0
    for _ in range(500):
        whole = line + rng.normal(0, 0.4, len(x))
        found = crossover(x, whole + rng.normal(0, 0.4, (400, len(x))), whole)
        held += found.low <= 4 <= found.high
    assert 0.91 <= held / 500 <= 0.989


@pytest.mark.parametrize(
    ("x", "whole", "log"), [([1.0], [1.0], False), ([2.0, 1.0], [1.0, 1.0], False), ([0.0, 1.0], [1.0, 1.0], True)]
)
def test_what_is_no_axis_is_refused(x: list[float], whole: list[float], log: bool) -> None:
    with pytest.raises(ValueError, match="expected"):
        crossover(np.array(x), np.array([whole]), np.array(whole), log=log)
