"""Ranks over tasks against Demšar's published example, scipy, and what must hold of every answer."""

from __future__ import annotations

import math
from itertools import pairwise, permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dlbench.stats.critical_difference import critical_difference
from dlbench.stats.ranks import friedman, mean_ranks, rank_intervals, ranks
from dlbench.stats.wilcoxon import least_p, signed_rank
from dlbench.stats.win_rate import win_rates, wins

# Demšar 2006, table 6: AUC of C4.5, C4.5+m, C4.5+cf and C4.5+m+cf on 14 data sets. On "voting" the last two are printed
# alike but ranked 2 and 3, so the third carries a little more.
C45 = np.array(
    [
        [0.763, 0.768, 0.771, 0.798], [0.599, 0.591, 0.590, 0.569], [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657], [0.882, 0.888, 0.886, 0.898], [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685], [0.583, 0.583, 0.563, 0.625], [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000], [0.940, 0.962, 0.965, 0.962], [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9750001, 0.975], [0.957, 0.978, 0.946, 0.970],
    ]
)  # fmt: skip
tables = st.integers(2, 5).flatmap(
    lambda c: st.lists(st.lists(st.integers(0, 4), min_size=c, max_size=c), min_size=2, max_size=9)
)


def test_demsar_prints_these_ranks_and_this_statistic() -> None:
    means = mean_ranks(C45)
    assert means.round(3).tolist() == [3.143, 2.0, 2.893, 1.964]
    tasks, c = C45.shape
    uncorrected = 12 * tasks / (c * (c + 1)) * ((means**2).sum() - c * (c + 1) ** 2 / 4)
    assert round(uncorrected, 2) == 9.28
    assert round((tasks - 1) * uncorrected / (tasks * (c - 1) - uncorrected), 2) == 3.69
    assert friedman(C45).chi2 > uncorrected  # which leaves ties uncorrected


def test_demsar_prints_these_critical_differences_and_groups() -> None:
    """CD 1.25 at .05, where no two differ; 1.12 at .10, where C4.5 is worse than the two with m, C4.5+cf undecided."""
    at_5, at_10 = critical_difference(C45, "nemenyi"), critical_difference(C45, "nemenyi", level=0.1)
    assert (round(at_5.distance or 0, 2), round(at_10.distance or 0, 2)) == (1.25, 1.12)
    assert at_5.groups == ((3, 1, 2, 0),)
    assert at_10.groups == ((3, 1, 2), (2, 0))
    assert {(a, b) for a, b in product(range(4), range(4)) if at_10.p[a, b] <= 0.1} == {(0, 1), (1, 0), (0, 3), (3, 0)}
    assert not at_5.descriptive


def test_demsar_prints_these_wilcoxon_sums_for_two_of_them() -> None:
    """Table 2: of C4.5 and C4.5+m R⁺ = 93 and R⁻ = 12, zeros shared; 12 is below the critical 21, so p < .05."""
    differences = C45[:, 1] - C45[:, 0]
    places = stats.rankdata(abs(differences).round(6))
    zeros = places[differences == 0].sum() / 2
    assert places[differences > 0].sum() + zeros == 93
    assert places[differences < 0].sum() + zeros == 12
    assert signed_rank(differences.round(6)) < 0.05


@given(tables)
def test_ranks_and_friedman_equal_scipy(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=np.float64)
    np.testing.assert_allclose(ranks(scores, "lower"), np.apply_along_axis(stats.rankdata, 1, scores))
    np.testing.assert_allclose(ranks(scores), scores.shape[1] + 1 - ranks(scores, "lower"))
    found = friedman(scores)
    if scores.shape[1] > 2 and not (scores == scores[:, :1]).all():
        outside = stats.friedmanchisquare(*scores.T)
        assert (found.chi2, found.p) == pytest.approx((outside.statistic, outside.pvalue))
    assert 0 <= found.p <= 1


def test_imans_and_davenports_statistic_is_f_distributed() -> None:
    rng = np.random.default_rng(0)
    p = np.array([friedman(rng.normal(size=(12, 4))).f_p for _ in range(2000)])
    assert 0.035 < (p <= 0.05).mean() < 0.065


@given(st.lists(st.integers(0, 3), min_size=2, max_size=5).filter(lambda row: len(set(row)) > 1), st.integers(1, 4))
def test_tasks_that_all_agree_do_so_by_chance_once_in_so_many_orders(row: list[int], tasks: int) -> None:
    found = friedman(np.array([row] * tasks, dtype=np.float64))
    assert found.f == math.inf
    assert found.f_p == pytest.approx(len(set(permutations(row))) ** (1.0 - tasks))


def test_a_few_tasks_that_agree_are_not_certain() -> None:
    assert friedman(np.array([[3.0, 2.0, 1.0]] * 4)).f_p == pytest.approx(6.0**-3)
    assert friedman(np.array([[3.0, 2.0, 1.0]])).f_p == 1.0
    assert friedman(np.arange(300.0) + np.zeros((2, 1))).f_p < 1e-300


@given(st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=12))
def test_signed_ranks_with_ties_count_every_sign(values: list[int]) -> None:
    differences = np.array(values, dtype=np.float64)
    places = stats.rankdata(abs(differences))
    middle, found = places.sum() / 2, places[differences > 0].sum()
    sums = np.zeros(1)
    for place in places:
        sums = np.concatenate([sums, sums + place])
    expected = np.mean(abs(sums - middle) >= abs(found - middle) - 1e-9)
    assert signed_rank(differences) == pytest.approx(expected)


@pytest.mark.parametrize("count", [5, 20, 48])
def test_signed_ranks_equal_scipys_exact_ones(count: int) -> None:
    differences = np.random.default_rng(count).normal(0.3, 1, count)
    outside = stats.wilcoxon(differences, method="exact").pvalue
    assert signed_rank(differences) == pytest.approx(outside)
    assert least_p(count) <= signed_rank(differences)


def test_many_differences_are_normal() -> None:
    differences = np.random.default_rng(1).normal(0.08, 1, 700).round(2)
    outside = stats.wilcoxon(differences, zero_method="pratt", correction=False, method="approx").pvalue
    assert signed_rank(differences) == pytest.approx(outside, rel=1e-6)


def test_zeros_take_their_ranks_and_no_side() -> None:
    assert signed_rank(np.zeros(4)) == 1.0
    assert signed_rank(np.array([0.0, 0.0, 0.3, 0.4, 0.5])) == 0.25
    with pytest.raises(ValueError, match="finite differences"):
        signed_rank(np.array([0.1, np.nan]))


def test_too_few_tasks_make_the_diagram_descriptive() -> None:
    """Five tasks: .0625, which never is significant; six: .031, of one pair alone; of three pairs eight: .023."""
    lead = np.arange(3) + np.zeros((9, 1))
    found = {(n, c): critical_difference(lead[:n, :c]) for n in (5, 6, 7, 8) for c in (2, 3)}
    assert [found[n, 2].descriptive for n in (5, 6)] == [True, False]
    assert [found[n, 3].descriptive for n in (6, 7, 8)] == [True, False, False]
    assert found[6, 2].least_p == 0.03125
    assert found[8, 3].least_p == pytest.approx(3 / 128)
    for held in found.values():
        assert (held.p[0, 1] <= 0.05) != held.descriptive
    assert critical_difference(lead[:2], "nemenyi").descriptive
    assert not critical_difference(lead[:9], "nemenyi").descriptive


@given(tables)
def test_bars_hold_neighbours_who_are_not_told_apart(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=np.float64)
    found = critical_difference(scores)
    order = np.argsort(found.ranks, kind="stable").tolist()
    np.testing.assert_array_equal(found.p, found.p.T)
    for bar in found.groups:
        assert len(bar) > 1
        assert order[order.index(bar[0]) :][: len(bar)] == list(bar)
        assert all(found.p[a, b] > 0.05 for a in bar for b in bar if a != b)
    sets = [set(bar) for bar in found.groups]
    assert not any(one < other for one in sets for other in sets)
    neighbours = {frozenset(pair) for pair in pairwise(order) if found.p[pair] > 0.05}
    assert all(any(pair <= bar for bar in sets) for pair in neighbours)


def test_lower_may_be_better() -> None:
    one, other = critical_difference(C45), critical_difference(-C45, better="lower")
    np.testing.assert_array_equal(one.ranks, other.ranks)
    np.testing.assert_array_equal(one.p, other.p)


@pytest.mark.parametrize("scores", [np.ones(3), np.ones((0, 3)), np.ones((3, 1)), np.array([[1.0, math.nan]])])
def test_scores_that_cannot_be_ranked_are_refused(scores: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected"):
        mean_ranks(scores)
    with pytest.raises(ValueError, match="higher or lower"):
        mean_ranks(np.ones((2, 2)), "more")
    with pytest.raises(ValueError, match="wilcoxon or nemenyi"):
        critical_difference(np.ones((2, 2)), "tukey")  # type: ignore[arg-type]


@given(tables)
def test_win_rates_of_a_pair_add_up_to_one(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=np.float64)
    found = win_rates(scores, np.random.default_rng(0), resamples=60)
    np.testing.assert_allclose(found.rates + found.rates.T, 1)
    np.testing.assert_allclose(wins(scores) + wins(scores).T, len(scores) * (1 - np.eye(scores.shape[1])))
    # the mean rank of c contestants is 1 + (c − 1)(1 − the win rate over the others)
    c = scores.shape[1]
    np.testing.assert_allclose(mean_ranks(scores), 1 + (c - 1) * (1 - found.overall))
    apart = ~np.eye(c, dtype=bool)
    assert (found.low[apart] <= found.rates[apart]).all()
    assert (found.rates[apart] <= found.high[apart]).all()
    assert (found.overall_low <= found.overall + 1e-12).all()


def test_winning_every_task_does_not_make_a_rate_certain() -> None:
    """Wilson of 8 of 8: the lower bound is 8/(8 + 1.96²)."""
    found = win_rates(np.array([[2.0, 1.0]] * 8), np.random.default_rng(0))
    assert found.low[0, 1] == pytest.approx(8 / (8 + stats.norm.ppf(0.975) ** 2))
    assert (found.rates[0, 1], found.high[0, 1]) == (1.0, 1.0)


def test_intervals_of_ranks_hold_the_true_ones() -> None:
    rng = np.random.default_rng(2)
    lead = np.array([0.5, 0.0, -0.5])
    true = mean_ranks(rng.normal(size=(200_000, 3)) + lead)
    held = np.zeros(3)
    for _ in range(200):
        low, high = rank_intervals(rng.normal(size=(20, 3)) + lead, rng, resamples=200)
        held += (low <= true) & (true <= high)
    assert (held / 200 > 0.87).all()
