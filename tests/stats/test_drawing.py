"""Items are drawn all at once as they are one by one, and several scores see the same draws."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.stats.additive import Additive, Many
from dlbench.stats.bootstrap import crossed_interval, crossed_intervals
from dlbench.stats.drawing import Items, Subsample, drawn_again

GROUPS = [(np.arange(7),), (np.array([0, 3, 6]), np.array([1, 2, 4, 5])), (np.array([4]), np.array([3, 2, 1, 0]))]


@pytest.mark.parametrize("groups", GROUPS)
def test_many_draws_are_those_of_one_after_the_other(groups: tuple[np.ndarray, ...]) -> None:
    items = Items(groups)
    one, other = np.random.default_rng(3), np.random.default_rng(3)
    drawn = items.draws(one, 20)
    assert np.array_equal(drawn, [items.draw(other) for _ in range(20)])
    for group in groups:
        assert (drawn[:, group].sum(axis=1) == len(group)).all()


def test_every_item_is_drawn_as_often_as_any_other_of_its_group() -> None:
    drawn = Items(GROUPS[1]).draws(np.random.default_rng(0), 20_000)
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=0.03)
    assert drawn[:, 0].var() == pytest.approx(2 / 3, abs=0.03)  # 3 draws of 3: binomial, 3 · 1/3 · 2/3


def test_other_drawings_are_drawn_one_by_one() -> None:
    drawn = drawn_again(Subsample(10, 4), np.random.default_rng(0), 30)
    assert drawn.shape == (30, 10)
    assert (drawn.sum(axis=1) == 4).all()


@pytest.mark.parametrize("seeds", [1, 3, 6])
@pytest.mark.parametrize("strata", [None, np.arange(40) % 2])
def test_several_scores_at_once_have_the_intervals_that_each_has_alone(seeds: int, strata: np.ndarray | None) -> None:
    hits = np.random.default_rng(1).random((seeds, 40)) < 0.7

    def by_one(seed: int, weights: np.ndarray) -> float:
        return float(weights @ hits[seed] / weights.sum())

    statistics = np.stack([np.ones((seeds, 40)), hits], axis=2)
    scores = [
        by_one,
        Additive(statistics, lambda sums: sums[..., 1] / sums[..., 0]),
        Many(lambda seed, weights: weights @ hits[seed] / weights.sum(axis=1)),
    ]
    found = crossed_intervals(scores, 40, seeds, np.random.default_rng(2), 200, strata=strata)
    for score, interval in zip(scores, found, strict=True):
        alone = crossed_interval(score, 40, seeds, np.random.default_rng(2), 200, strata=strata)
        assert (interval.mean, interval.low, interval.high) == pytest.approx((alone.mean, alone.low, alone.high))
    assert (found[0].low, found[0].high) == pytest.approx((found[1].low, found[1].high))
