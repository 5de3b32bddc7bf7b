"""Resampling by weighted sums: the same numbers as one by one, whatever is drawn and in whatever chunks."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.stats import additive
from dlbench.stats.additive import Additive, crossed_sums
from dlbench.stats.blocks import Blocks
from dlbench.stats.bootstrap import crossed_interval, crossed_paired
from dlbench.stats.drawing import Drawing, Subsample

ITEMS = 36


def mean(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums[..., 1] / sums[..., 0])


def root_share(sums: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(sums[..., 2] / (sums[..., 0] + sums[..., 1])))


def values(seeds: int, seed: int = 0) -> Additive:
    rng = np.random.default_rng(seed)
    return Additive(np.stack([np.ones((seeds, ITEMS)), rng.normal(size=(seeds, ITEMS))], axis=2), mean)


def hits(seeds: int, seed: int = 0) -> Additive:
    table = np.random.default_rng(seed).integers(2, size=(seeds, ITEMS, 3)).astype(np.float64)
    table[:, :, 0] = 1.0
    return Additive(table, root_share)


BLOCKS = Blocks(ITEMS // 3, 3, 2)
WAYS = pytest.mark.parametrize(
    ("strata", "blocks"),
    [(None, None), (np.arange(ITEMS) % 4, None), (None, BLOCKS), (None, Subsample(ITEMS, ITEMS // 2))],
    ids=["items", "strata", "blocks", "subsample"],
)
SEEDS = pytest.mark.parametrize("seeds", [1, 3, 6])


@WAYS
@SEEDS
@pytest.mark.parametrize("made", [values, hits])
def test_all_at_once_gives_the_numbers_of_one_by_one(made: object, seeds: int, strata: object, blocks: Drawing) -> None:
    score: Additive = made(seeds)  # type: ignore[operator]
    one = crossed_interval(
        lambda seed, weights: score(seed, weights),
        ITEMS, seeds, np.random.default_rng(5), 40, strata=strata, blocks=blocks,  # type: ignore[arg-type]
    )  # fmt: skip
    all_at_once = crossed_interval(
        score, ITEMS, seeds, np.random.default_rng(5), 40, strata=strata, blocks=blocks  # type: ignore[arg-type]
    )  # fmt: skip
    assert (all_at_once.mean, all_at_once.low, all_at_once.high) == pytest.approx((one.mean, one.low, one.high))


@WAYS
@SEEDS
def test_a_pair_whose_statistics_differ_in_width_too(seeds: int, strata: object, blocks: Drawing) -> None:
    a, b = values(seeds, 1), hits(seeds, 2)
    one, other = (
        crossed_paired(*pair, ITEMS, seeds, np.random.default_rng(5), 40, strata=strata, blocks=blocks)  # type: ignore[arg-type]
        for pair in ((a, b), (lambda s, w: a(s, w), lambda s, w: b(s, w)))
    )
    assert (one.difference, one.low, one.high) == pytest.approx((other.difference, other.low, other.high))
    assert one.p == pytest.approx(other.p)


@SEEDS
def test_the_same_predictions_do_not_differ_by_rounding(seeds: int) -> None:
    found = crossed_paired(values(seeds), values(seeds), ITEMS, seeds, np.random.default_rng(0), 50)
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    table = values(2).statistics
    whole, drawn = crossed_sums(table, np.random.default_rng(1), 25)
    monkeypatch.setattr(additive, "MOST", 4 * ITEMS)
    again = crossed_sums(table, np.random.default_rng(1), 25)
    np.testing.assert_allclose(again[0], whole)
    np.testing.assert_allclose(again[1], drawn)
    assert drawn.shape == (25, 2, 2)


def test_kinds_of_equal_items_leave_the_sums_as_they_are() -> None:
    table = hits(3).statistics
    _, firsts = additive._kinds(table.transpose(1, 0, 2).reshape(ITEMS, -1))
    assert len(firsts) < ITEMS
    whole, drawn = crossed_sums(table, np.random.default_rng(1), 10)
    rng = np.random.default_rng(1)
    weights = np.array([np.bincount(rng.integers(ITEMS, size=ITEMS), minlength=ITEMS) for _ in range(10)])
    np.testing.assert_array_equal(drawn, np.einsum("rn,snk->rsk", weights, table))
    np.testing.assert_array_equal(whole, table.sum(axis=1))


def test_a_score_that_is_not_defined_on_a_resample_is_left_out() -> None:
    table = np.zeros((1, 40, 2))
    table[0, :, 1], table[0, :4, 0] = np.arange(40), 1.0

    def only_with_the_first_four(sums: np.ndarray) -> np.ndarray:
        return np.where(sums[..., 0] > 0, sums[..., 1], np.nan)

    found = crossed_interval(Additive(table, only_with_the_first_four), 40, 1, np.random.default_rng(0), 300)
    assert np.isfinite(found.low)


@pytest.mark.parametrize(("shape", "resamples"), [((4, 2), 5), ((0, 4, 2), 5), ((1, 0, 2), 5), ((1, 4, 2), 0)])
def test_arguments_that_cannot_be_meant_are_refused(shape: tuple[int, ...], resamples: int) -> None:
    with pytest.raises(ValueError, match="expected statistics"):
        crossed_sums(np.ones(shape), np.random.default_rng(0), resamples)


@pytest.mark.parametrize("size", [10, 50, 90])
def test_subsamples_of_any_size_give_the_standard_error_of_the_mean(size: int) -> None:
    table = np.stack([np.ones((1, 100)), np.random.default_rng(3).normal(size=(1, 100))], axis=2)
    found = crossed_interval(Additive(table, mean), 100, 1, np.random.default_rng(1), 4000, blocks=Subsample(100, size))
    error = table[0, :, 1].std(ddof=1) / 10
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.08)
    assert found.mean == pytest.approx(table[0, :, 1].mean())
