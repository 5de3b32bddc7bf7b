"""The corrected resampled t: against the formula by hand, against scipy, and by its coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from scipy.stats import ttest_1samp

from dlbench.stats.detectable import detectable_corrected, detectable_from_interval
from dlbench.stats.folds import corrected_interval, corrected_paired

folds = st.lists(st.floats(-1, 1).map(lambda x: round(x, 4)), min_size=2, max_size=20).map(np.array)
shares = st.floats(0, 1)


def test_the_formula_of_nadeau_and_bengio_by_hand() -> None:
    differences = np.array([0.02, 0.05, -0.01, 0.03, 0.01])
    mean, variance = 0.02, (0 + 0.0009 + 0.0009 + 0.0001 + 0.0001) / 4
    error = math.sqrt((1 / 5 + 1 / 4) * variance)
    found = corrected_paired(differences, 1 / 4)
    assert found.difference == pytest.approx(mean)
    assert found.df == 4
    assert found.p == pytest.approx(2 * student.sf(mean / error, 4))
    assert found.high - found.difference == pytest.approx(2.7764451 * error)


@given(folds)
def test_without_shared_rows_it_is_the_plain_t(values: np.ndarray) -> None:
    found = corrected_paired(values, 0.0)
    if np.ptp(values) > 1e-6 * np.abs(values).max():
        plain = ttest_1samp(values, 0.0)
        interval = plain.confidence_interval(0.95)
        assert (found.p, found.low, found.high) == pytest.approx((plain.pvalue, interval.low, interval.high), abs=1e-9)


@given(folds, shares)
def test_the_interval_holds_the_mean_and_widens_with_level_and_share(values: np.ndarray, share: float) -> None:
    found, sure, alone = (
        corrected_interval(values, share, step=0.1),
        corrected_interval(values, share, 0.99, step=0.1),
        corrected_interval(values, 0.0, step=0.1),
    )
    assert found.low <= found.mean <= found.high
    assert found.mean == pytest.approx(values.mean())
    assert sure.low <= found.low <= alone.low + 1e-12
    assert alone.high - 1e-12 <= found.high <= sure.high


@given(folds, shares)
def test_swapping_the_sides_turns_the_sign(values: np.ndarray, share: float) -> None:
    one, other = corrected_paired(values, share, step=0.1), corrected_paired(-values, share, step=0.1)
    assert (one.difference, one.low, one.high) == pytest.approx((-other.difference, -other.high, -other.low))
    assert one.p == pytest.approx(other.p)


@given(folds, shares)
def test_interval_and_test_agree(values: np.ndarray, share: float) -> None:
    found = corrected_paired(values, share, step=0.1)
    if abs(found.p - 0.05) > 1e-9:
        assert (found.low <= 0 <= found.high) == (found.p > 0.05)


def test_no_difference_is_no_evidence() -> None:
    for count in (1, 2, 10):
        found = corrected_paired(np.zeros(count), 0.25)
        assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("noise", [0.0, 1e-16])
def test_equal_differences_spread_within_one_step(noise: float) -> None:
    values = 0.1 + noise * np.arange(7)
    found = corrected_paired(values, 0.25, step=0.02)
    error = 0.02 / math.sqrt(12) * math.sqrt(1 / 7 + 0.25)
    assert found.high - 0.1 == pytest.approx(student.ppf(0.975, 6) * error)
    assert found.p == pytest.approx(2 * student.sf(0.1 / error, 6))
    interval = corrected_interval(values, 0.25, step=0.02)
    assert (interval.low, interval.high) == (found.low, found.high)


@pytest.mark.parametrize("noise", [0.0, 1e-16])
def test_equal_differences_without_a_step_tell_no_chance(noise: float) -> None:
    values = 0.1 + noise * np.arange(7)
    found, interval = corrected_paired(values, 0.25), corrected_interval(values, 0.25)
    assert found.difference == interval.mean == 0.1
    assert all(map(math.isnan, (found.low, found.high, found.p, interval.low, interval.high)))


def test_unequal_differences_know_nothing_of_the_step() -> None:
    values = np.array([0.02, 0.04, 0.02])
    assert corrected_paired(values, 0.5, step=0.02) == corrected_paired(values, 0.5)


def test_one_fold_says_nothing_of_the_spread() -> None:
    interval, paired = corrected_interval(np.array([0.9]), 0.25), corrected_paired(np.array([0.1]), 0.25)
    assert interval.mean == 0.9
    assert all(map(math.isnan, (interval.low, interval.high, paired.low, paired.high, paired.p)))


@pytest.mark.parametrize("values", [np.array([]), np.array([0.5, np.nan, 0.7])])
def test_a_missing_value_is_not_zero(values: np.ndarray) -> None:
    interval, paired = corrected_interval(values, 0.25), corrected_paired(values, 0.25)
    assert all(map(math.isnan, (interval.mean, interval.low, paired.difference, paired.low, paired.p)))


def test_seeds_are_never_pooled_with_folds() -> None:
    with pytest.raises(ValueError, match="average the seeds first"):
        corrected_interval(np.ones((2, 2)), 0.25)


@pytest.mark.parametrize(("share", "level"), [(-0.1, 0.95), (math.nan, 0.95), (0.25, 95.0), (0.25, 0.0)])
def test_arguments_that_cannot_be_meant_are_refused(share: float, level: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        corrected_paired(np.array([0.1, 0.2]), share, level)


def test_the_correction_covers_where_the_plain_t_does_not() -> None:
    """Ten folds whose values correlate by n_test/(n_test + n_train), which is what the correction assumes."""
    rng = np.random.default_rng(7)
    share = 1 / 9
    rho = share / (1 + share)
    shared, own = rng.normal(size=(1500, 1)), rng.normal(size=(1500, 10))
    values = math.sqrt(rho) * shared + math.sqrt(1 - rho) * own
    corrected = np.mean(
        [corrected_interval(row, share).low <= 0 <= corrected_interval(row, share).high for row in values]
    )
    plain = np.mean([corrected_interval(row, 0.0).low <= 0 <= corrected_interval(row, 0.0).high for row in values])
    assert 0.935 < corrected < 0.965
    assert plain < 0.88


def test_the_detectable_difference_is_the_one_that_is_just_significant() -> None:
    spread, share = 0.01, 0.25
    least = detectable_corrected(spread, 5, share)
    shape = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    shape *= spread / shape.std(ddof=1)
    assert corrected_paired(shape + least, share).p == pytest.approx(0.05)
    assert round(least, 2) == 0.02
    assert round(detectable_corrected(spread, 5, share, comparisons=19), 3) == 0.045


@given(st.integers(2, 50), st.integers(1, 20))
def test_more_comparisons_or_power_need_a_larger_difference(count: int, comparisons: int) -> None:
    one = detectable_corrected(1.0, count, 0.0, comparisons=comparisons)
    assert one <= detectable_corrected(1.0, count, 0.0, comparisons=comparisons + 1)
    assert one < detectable_corrected(1.0, count, 0.0, comparisons=comparisons, power=0.8)
    assert one < detectable_corrected(1.0, count, 0.25, comparisons=comparisons)
    assert one == pytest.approx(detectable_corrected(10.0, count, 0.0, comparisons=comparisons) / 10)


@given(st.integers(2, 40), st.integers(1, 30))
def test_half_an_interval_tells_the_same_as_the_spread_behind_it(count: int, comparisons: int) -> None:
    values = np.random.default_rng(count).normal(0, 0.01, count)
    interval = corrected_interval(values, 0.25)
    told = detectable_from_interval((interval.high - interval.low) / 2, count - 1, comparisons=comparisons)
    expected = detectable_corrected(float(values.std(ddof=1)), count, 0.25, comparisons=comparisons)
    assert told == pytest.approx(expected)


def test_the_detectable_difference_of_one_fold_is_unknown() -> None:
    assert math.isnan(detectable_corrected(0.01, 1, 0.25))
    with pytest.raises(ValueError, match="power"):
        detectable_corrected(0.01, 5, 0.25, power=1.0)
