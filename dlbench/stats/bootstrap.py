"""The crossed bootstrap of a fixed test set: the same items under every fit seed, so both are resampled apart.

Source: Owen, The pigeonhole bootstrap, 2007. Items get multinomial weights, the same for all seeds (and for both
sides of a pair). From 5 seeds on, seeds are drawn again with replacement, independently of the items. 2 to 4 seeds
drawn again would spread too little; there their scores are averaged and each resample moves by t · s/√S, s the
standard deviation of the S scores on the whole test set and t from Student's distribution with S − 1 degrees, all
its quantiles used once in random order. One seed speaks of that one fit: items alone are resampled.

Bounds are percentiles, which cover too little near 0 and 1: take `proportion.wilson` there. Resamples on which the
score is not defined are left out; where that is more than one in twenty, bounds and p are NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlbench.stats.blocks import Blocks
from dlbench.stats.interval import Interval, Paired, check_level

Score = Callable[[int, np.ndarray], float]

FEW_SEEDS = 5
MOST_UNDEFINED = 0.05


def crossed_interval(
    score: Score,
    items: int,
    seeds: int,
    rng: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
    *,
    strata: np.ndarray | None = None,
    blocks: Blocks | None = None,
) -> Interval:
    """Return the interval of the score, averaged over fit seeds.

    Args:
        score: (seed index, (items,) float weights) → score; weights say how often each item counts.
        items: of the test set.
        seeds: fits of the same contestant.
        rng: where resamples are drawn from.
        resamples: how many.
        level: of confidence.
        strata: (items,) codes within which items are resampled (the classes, for AUC); None for all together.
        blocks: how items that hang together are drawn instead; None for items that stand by themselves.

    The mean of 0 to 99 has standard error 28.9/√100, so about 49.5 ± 5.7:

    >>> found = crossed_interval(lambda seed, w: np.arange(100) @ w / 100, 100, 1, np.random.default_rng(0))
    >>> found.mean, bool(43 < found.low < 45), bool(54 < found.high < 56)
    (49.5, True, True)
    """
    mean, draws = _replicates(score, (items, seeds), rng, resamples, strata, blocks)
    low, high = _percentiles(draws, level)
    return Interval(mean, low, high)


def crossed_paired(
    score_a: Score,
    score_b: Score,
    items: int,
    seeds: int,
    rng: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
    *,
    strata: np.ndarray | None = None,
    blocks: Blocks | None = None,
) -> Paired:
    """Return interval and test of the difference a − b; weights and drawn seeds are the same for both sides.

    Args: as `crossed_interval`. p is twice the smaller share of resamples on either side of zero, each with one
    added, so it is never below 2/(resamples + 1); without any difference it is 1.

    >>> better = lambda seed, w: 0.9 * w.mean()
    >>> crossed_paired(better, better, 50, 3, np.random.default_rng(0), resamples=50)
    Paired(difference=0.0, low=0.0, high=0.0, p=1.0, df=2)
    """

    def difference(seed: int, weights: np.ndarray) -> float:
        return score_a(seed, weights) - score_b(seed, weights)

    mean, draws = _replicates(difference, (items, seeds), rng, resamples, strata, blocks)
    low, high = _percentiles(draws, level)
    return Paired(mean, low, high, _two_sided(draws), seeds - 1 if 1 < seeds < FEW_SEEDS else None)


def _replicates(
    score: Score,
    size: tuple[int, int],
    rng: np.random.Generator,
    resamples: int,
    strata: np.ndarray | None,
    blocks: Blocks | None,
) -> tuple[float, np.ndarray]:
    """Return the score on the whole test set of (items, seeds), and (resamples,) scores on resampled ones."""
    items, seeds = size
    if min(items, seeds, resamples) < 1:
        raise ValueError(f"expected at least one each, got {items} items, {seeds} seeds, {resamples} resamples")
    groups = _groups(items, strata)
    whole = np.array([score(seed, np.ones(items)) for seed in range(seeds)], dtype=np.float64)
    again = seeds >= FEW_SEEDS
    draws = np.empty(resamples)
    for index in range(resamples):
        weights = blocks.draw(rng) if blocks else _weights(items, groups, rng)
        drawn = rng.integers(seeds, size=seeds) if again else np.arange(seeds)
        chosen, times = np.unique(drawn, return_counts=True)
        draws[index] = sum(n * score(int(seed), weights) for seed, n in zip(chosen, times, strict=True)) / seeds
    if blocks:
        draws = whole.mean() + blocks.stretch * (draws - whole.mean())
    if 1 < seeds < FEW_SEEDS:
        draws += _t_term(whole, resamples, rng)
    return float(whole.mean()), draws


def _t_term(whole: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    from scipy.special import stdtrit

    seeds = len(whole)
    error = float(whole.std(ddof=1)) / math.sqrt(seeds) if np.ptp(whole) > 0 else 0.0
    if error == 0:
        return np.zeros(resamples)
    levels = (np.arange(resamples) + 0.5) / resamples
    return np.asarray(error * rng.permutation(stdtrit(seeds - 1, levels)))


def _groups(items: int, strata: np.ndarray | None) -> list[np.ndarray]:
    if strata is None:
        return [np.arange(items)]
    if np.shape(strata) != (items,):
        raise ValueError(f"expected a stratum for each of {items} items, got shape {np.shape(strata)}")
    return [np.flatnonzero(strata == code) for code in np.unique(strata)]


def _weights(items: int, groups: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return how often each item is drawn when every group is drawn again to its own size."""
    drawn = np.concatenate([group[rng.integers(len(group), size=len(group))] for group in groups])
    return np.bincount(drawn, minlength=items).astype(np.float64)


def _defined(draws: np.ndarray) -> np.ndarray | None:
    kept = draws[~np.isnan(draws)]
    return kept if len(kept) >= (1 - MOST_UNDEFINED) * len(draws) else None


def _percentiles(draws: np.ndarray, level: float) -> tuple[float, float]:
    check_level(level)
    kept = _defined(draws)
    if kept is None:
        return math.nan, math.nan
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _two_sided(draws: np.ndarray) -> float:
    kept = _defined(draws)
    if kept is None:
        return math.nan
    least = min(int((kept <= 0).sum()), int((kept >= 0).sum()))
    return min(1.0, 2 * (least + 1) / (len(kept) + 1))
