"""The crossed bootstrap: coverage with seed effects, and what must hold of every answer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import t as student

from dlbench.stats.additive import Additive
from dlbench.stats.bootstrap import crossed_interval, crossed_paired

Score = Callable[[int, np.ndarray], float]


def linear(table: np.ndarray) -> Score:
    """A score that is the weighted mean of a row of (seeds, items)."""
    return lambda seed, weights: float(table[seed] @ weights / weights.sum())


def test_one_seed_gives_the_standard_error_of_the_mean() -> None:
    values = np.random.default_rng(0).normal(size=(1, 400))
    found = crossed_interval(linear(values), 400, 1, np.random.default_rng(1))
    error = values.std() / math.sqrt(400)
    assert found.mean == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_the_same_generator_gives_the_same_answer() -> None:
    table = np.random.default_rng(0).normal(size=(6, 30))
    first, second, other = (
        crossed_interval(linear(table), 30, 6, np.random.default_rng(seed), resamples=50) for seed in (3, 3, 4)
    )
    assert first == second
    assert first != other


@pytest.mark.parametrize("seeds", [1, 2, 3, 5, 8])
def test_the_interval_holds_the_mean(seeds: int) -> None:
    table = np.random.default_rng(seeds).normal(size=(seeds, 50))
    found = crossed_interval(linear(table), 50, seeds, np.random.default_rng(0), resamples=200)
    assert found.low < found.mean < found.high


@pytest.mark.parametrize("seeds", [2, 3, 5, 8])
def test_items_without_spread_leave_the_t_interval_over_seeds(seeds: int) -> None:
    scores = np.linspace(0.1, 0.8, seeds) ** 2
    found = crossed_interval(lambda seed, weights: float(scores[seed]), 20, seeds, np.random.default_rng(0), 4000)
    half = student(seeds - 1).ppf(0.975) * scores.std(ddof=1) / math.sqrt(seeds)
    assert found.mean == pytest.approx(scores.mean())
    assert (found.mean - found.low, found.high - found.mean) == pytest.approx((half, half), rel=0.05)


def test_noise_of_items_that_seeds_take_differently_is_not_counted_twice() -> None:
    """Fits that err each on items of its own: the mean of eight is as sure as one of eight times as many items."""
    rng = np.random.default_rng(1)
    widths = np.zeros((2, 12))
    for run in range(12):
        table = rng.normal(size=(8, 500))
        for row, seeds in enumerate((8, 4)):
            found = crossed_interval(linear(table[:seeds]), 500, seeds, rng, 300)
            widths[row, run] = (found.high - found.low) / (2 * 1.96 / math.sqrt(500 * seeds))
    assert 1 < np.median(widths[0]) < 1.45
    assert np.median(widths[1]) > 1.5  # four are too few to tell


def test_swapping_the_sides_turns_the_sign() -> None:
    rng = np.random.default_rng(2)
    for seeds, off in ((1, 1e-12), (5, 0.03)):  # which t goes with which resample is drawn
        a, b = linear(rng.normal(size=(seeds, 60))), linear(rng.normal(size=(seeds, 60)))
        one = crossed_paired(a, b, 60, seeds, np.random.default_rng(0), resamples=900)
        other = crossed_paired(b, a, 60, seeds, np.random.default_rng(0), resamples=900)
        found, turned = (one.difference, one.low, one.high), (-other.difference, -other.high, -other.low)
        assert found == pytest.approx(turned, abs=off)
        assert one.p == pytest.approx(other.p, abs=10 * off)


@pytest.mark.parametrize("seeds", [1, 3, 5])
def test_a_contestant_does_not_differ_from_itself(seeds: int) -> None:
    score = linear(np.random.default_rng(0).normal(size=(seeds, 40)))
    found = crossed_paired(score, score, 40, seeds, np.random.default_rng(0), resamples=100)
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_pair_shares_items_so_that_a_steady_lead_is_seen() -> None:
    values = np.random.default_rng(0).normal(size=(5, 50))
    found = crossed_paired(linear(values + 0.01), linear(values), 50, 5, np.random.default_rng(0), resamples=200)
    assert found.low == pytest.approx(0.01)
    assert found.p == pytest.approx(2 / 201)


def test_weights_count_every_item_once_on_average_and_keep_the_strata() -> None:
    strata = np.repeat([0, 1], [3, 17])
    seen: list[np.ndarray] = []

    def score(seed: int, weights: np.ndarray) -> float:
        seen.append(weights)
        return 0.0

    crossed_interval(score, 20, 1, np.random.default_rng(0), resamples=300, strata=strata)
    drawn = np.array(seen[1:])
    assert (drawn[:, strata == 0].sum(axis=1) == 3).all()
    assert (drawn.sum(axis=1) == 20).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(20), abs=0.3)


def test_all_seeds_of_a_resample_see_the_same_items() -> None:
    calls: list[tuple[int, bytes]] = []

    def score(seed: int, weights: np.ndarray) -> float:
        calls.append((seed, weights.tobytes()))
        return 0.0

    crossed_interval(score, 9, 3, np.random.default_rng(0), resamples=4)
    assert [seed for seed, _ in calls] == [0, 1, 2] * 5
    assert all(len({weights for _, weights in calls[i : i + 3]}) == 1 for i in range(0, 15, 3))


def test_undefined_resamples_are_left_out_until_they_are_too_many() -> None:
    def rarely(seed: int, weights: np.ndarray) -> float:
        return float("nan") if weights[:4].sum() == 0 else float(weights[0])

    def often(seed: int, weights: np.ndarray) -> float:
        return float("nan") if weights[0] == 0 else 1.0

    few = crossed_interval(rarely, 40, 1, np.random.default_rng(0), resamples=300)
    assert math.isfinite(few.low)
    many = crossed_paired(often, lambda seed, weights: 0.0, 40, 1, np.random.default_rng(0), resamples=300)
    assert many.difference == 1.0
    assert all(map(math.isnan, (many.low, many.high, many.p)))


@pytest.mark.parametrize(("items", "seeds", "level"), [(0, 1, 0.95), (5, 0, 0.95), (5, 1, 95.0)])
def test_arguments_that_cannot_be_meant_are_refused(items: int, seeds: int, level: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        crossed_interval(lambda seed, weights: 0.0, items, seeds, np.random.default_rng(0), 5, level)
    with pytest.raises(ValueError, match="a stratum for each of 5"):
        crossed_interval(lambda seed, weights: 0.0, 5, 1, np.random.default_rng(0), 5, strata=np.zeros(4))


@pytest.mark.parametrize("seeds", [1, 3, 5, 8])
@pytest.mark.parametrize(("shifts", "own"), [(0.1, 0.2), (0.5, 0.1), (0.0, 2.0)], ids=["both", "seeds", "items"])
def test_it_covers_whatever_varies(seeds: int, shifts: float, own: float) -> None:
    """100 items of sd 1, shifted by each seed, with errors of each seed's own: seeds as large as the items' error, far
    larger, or without any effect."""
    rng = np.random.default_rng(seeds)
    covered = 0
    for _ in range(150):
        shift = shifts * rng.normal(size=(seeds, 1)) if seeds > 1 else np.zeros((1, 1))
        table = rng.normal(size=100) + shift + own * rng.normal(size=(seeds, 100))
        score = Additive(np.stack([np.ones(table.shape), table], axis=2), lambda sums: sums[..., 1] / sums[..., 0])
        found = crossed_interval(score, 100, seeds, rng, resamples=200)
        covered += found.low <= 0 <= found.high
    assert covered / 150 > 0.89
