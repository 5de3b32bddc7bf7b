"""The crossed bootstrap of a fixed test set: the same items under every fit seed, so both vary apart.

Items get multinomial weights, the same for all seeds (and for both sides of a pair), and the scores of the seeds are
averaged. Seeds are too few to be drawn again: five of them would hold a 95 % interval's word in 86 of 100 cases where
they decide, and in 99 where they only err on other items (Owen, The pigeonhole bootstrap, 2007). So each resample moves
by t · s/√S, s the standard deviation of the S scores on the whole test set and t from Student's distribution with S − 1
degrees, all its quantiles used once in random order. Part of s is the noise of items that seeds take differently, which
the resamples have already: e², the variance of a seed's distance from the mean of all under the same draws. 5 seeds and
more can tell the two apart, and s² counts as s² · s²/(s² + e²); 2 to 4 seeds stay on the careful side. One seed speaks
of that one fit: items alone are resampled. Coverage: benchmarks/crossed_coverage.py.

Bounds are percentiles, which cover too little near 0 and 1: take `proportion.wilson` there. Resamples on which the
score is not defined are left out; where that is more than one in twenty, bounds and p are NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from dlbench.stats.additive import Additive, Many, chunks, crossed_sums
from dlbench.stats.drawing import Drawing, drawing_of
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
    blocks: Drawing | None = None,
) -> Interval:
    """Return the interval of the score, averaged over fit seeds.

    Args:
        score: (seed index, (items,) float weights) → score; weights say how often each item counts. An `Additive` is
            resampled all at once, with the same draws.
        items: of the test set.
        seeds: fits of the same contestant.
        rng: where resamples are drawn from.
        resamples: how many.
        level: of confidence.
        strata: (items,) codes within which items are resampled (the classes, for AUC); None for all together.
        blocks: how items are drawn instead where they hang together or must not be repeated; None for items that stand
            by themselves.

    The mean of 0 to 99 has standard error 28.9/√100, so about 49.5 ± 5.7:

    >>> found = crossed_interval(lambda seed, w: np.arange(100) @ w / 100, 100, 1, np.random.default_rng(0))
    >>> found.mean, bool(43 < found.low < 45), bool(54 < found.high < 56)
    (49.5, True, True)
    """
    mean, draws, _ = _replicates([score], (items, seeds), rng, resamples, drawing_of(items, strata, blocks))
    low, high = _percentiles(draws, level)
    return Interval(mean, low, high)


def crossed_intervals(
    scores: Sequence[Score],
    items: int,
    seeds: int,
    rng: np.random.Generator,
    resamples: int = 1000,
    level: float = 0.95,
    *,
    strata: np.ndarray | None = None,
    blocks: Drawing | None = None,
) -> list[Interval]:
    """Return the interval of each of several scores, all on the same resamples, which are drawn once.

    Args: as `crossed_interval`, of which each result is one; every score is of the same items and as many seeds.

    >>> half = lambda seed, w: float(w[:5].sum() / w.sum())
    >>> one, other = crossed_intervals([half, half], 10, 1, np.random.default_rng(0), 50)
    >>> one == other == crossed_interval(half, 10, 1, np.random.default_rng(0), 50)
    True
    """
    drawing, whole = drawing_of(items, strata, blocks), np.ones((1, items))
    drawn = [
        [_scored(score, seeds, weights) for score in scores] for _, weights in chunks(drawing, items, rng, resamples)
    ]
    quantiles = rng.permutation(_every_quantile(resamples, seeds - 1)) if seeds > 1 else None
    found = []
    for number, score in enumerate(scores):
        parts = np.concatenate([part[number] for part in drawn])
        mean, draws, _ = _settled(_scored(score, seeds, whole)[0], parts, drawing, quantiles)
        found.append(Interval(mean, *_percentiles(draws, level)))
    return found


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
    blocks: Drawing | None = None,
) -> Paired:
    """Return interval and test of the difference a − b; weights are the same for both sides, seeds are paired.

    Args: as `crossed_interval`. p is twice the smaller share of resamples on either side of zero, each with one
    added, so it is never below 2/(resamples + 1); without any difference it is 1. Degrees of freedom are
    Satterthwaite's, of the seeds' S − 1 and the items' many; None where seeds add nothing.

    >>> better = lambda seed, w: 0.9 * w.mean()
    >>> crossed_paired(better, better, 50, 3, np.random.default_rng(0), resamples=50)
    Paired(difference=0.0, low=0.0, high=0.0, p=1.0, df=None)
    """
    sizes = items, seeds
    mean, draws, df = _replicates([score_a, score_b], sizes, rng, resamples, drawing_of(items, strata, blocks))
    low, high = _percentiles(draws, level)
    return Paired(mean, low, high, _two_sided(draws), df)


def crossed_draws(
    scores: Sequence[Score],
    items: int,
    seeds: int,
    rng: np.random.Generator,
    resamples: int = 1000,
    *,
    strata: np.ndarray | None = None,
    blocks: Drawing | None = None,
) -> tuple[float, np.ndarray]:
    """Return the score on the whole test set and (resamples,) ones on resampled ones, of one score or of a − b.

    Args: as `crossed_interval`; `scores` is one, or two that see the same draws. Generators that start alike give equal
    sizes equal draws, so that several calls can be put side by side.

    >>> mean, draws = crossed_draws([lambda seed, w: float(w.mean())], 3, 1, np.random.default_rng(0), 2)
    >>> mean, draws.tolist()
    (1.0, [1.0, 1.0])
    """
    return _replicates(scores, (items, seeds), rng, resamples, drawing_of(items, strata, blocks))[:2]


def _replicates(
    scores: Sequence[Score],
    size: tuple[int, int],
    rng: np.random.Generator,
    resamples: int,
    drawing: Drawing,
) -> tuple[float, np.ndarray, float | None]:
    """Return the score on the whole test set of (items, seeds), (resamples,) scores on resampled ones, and their
    degrees of freedom.

    Args: `scores` is one, or two that see the same draws; then theirs is the difference of the two.
    """
    items, seeds = size
    if min(items, seeds, resamples) < 1:
        raise ValueError(f"expected at least one each, got {items} items, {seeds} seeds, {resamples} resamples")
    found = [score for score in scores if isinstance(score, Additive)]
    if len(found) == len(scores):
        whole, drawn = _at_once(found, rng, resamples, drawing)
    else:
        whole, drawn = _one_by_one(scores, size, rng, resamples, drawing)
    quantiles = rng.permutation(_every_quantile(resamples, seeds - 1)) if seeds > 1 else None
    return _settled(whole, drawn, drawing, quantiles)


def _settled(
    whole: np.ndarray, drawn: np.ndarray, drawing: Drawing, quantiles: np.ndarray | None
) -> tuple[float, np.ndarray, float | None]:
    """Return the mean of (seeds,) scores, (resamples,) of (resamples, seeds) ones moved for the seeds, and degrees of
    freedom.

    Args: `quantiles` of t, (resamples,) in random order; None for a single seed.
    """
    draws, df = drawn.mean(axis=1), None
    centre = np.nanmean(draws) if drawing.centred and not np.isnan(draws).all() else whole.mean()
    draws = whole.mean() + drawing.stretch * (draws - centre)
    if quantiles is not None:
        error = _t_error(whole, drawing.stretch * (drawn - drawn.mean(axis=1, keepdims=True)))
        df = _satterthwaite(draws, error, len(whole) - 1)
        draws += quantiles * error
    return float(whole.mean()), draws, df


def _satterthwaite(draws: np.ndarray, error: float, df: int) -> float | None:
    """Return the degrees of freedom of what (resamples,) draws and an error of so many degrees vary together.

    Source: Satterthwaite, An approximate distribution of estimates of variance components, 1946.

    Seeds as wide as the items, two degrees: 4 times theirs, since the items' half is as good as known:

    >>> _satterthwaite(np.array([-1.0, 1.0]), 1.0, 2)
    8.0
    """
    items = float(np.nanvar(draws)) if not np.isnan(draws).all() else 0.0
    return df * (items + error**2) ** 2 / error**4 if error > 0 else None


def _scored(score: Score, seeds: int, weights: np.ndarray) -> np.ndarray:
    """Return (m, seeds) scores for (m, items) weights, all at once where the score can."""
    if isinstance(score, Additive):
        _, items, width = score.statistics.shape
        table = score.statistics.transpose(1, 0, 2).reshape(items, seeds * width)
        return score.from_sums((weights @ table).reshape(len(weights), seeds, width))
    if isinstance(score, Many):
        return np.stack([score.scores(seed, weights) for seed in range(seeds)], axis=1)
    return np.array([[score(seed, each) for seed in range(seeds)] for each in weights])


def _at_once(
    scores: Sequence[Additive], rng: np.random.Generator, resamples: int, drawing: Drawing
) -> tuple[np.ndarray, np.ndarray]:
    """Return (seeds,) scores of the whole and (resamples, seeds) scores, by weighted sums."""
    if len(scores) > 1 and np.array_equal(scores[0].statistics, scores[1].statistics):
        seeds = len(scores[0].statistics)  # sums of equal columns may differ by rounding; these do not differ at all
        return np.zeros(seeds), np.zeros((resamples, seeds))
    sums = crossed_sums(np.concatenate([score.statistics for score in scores], axis=2), rng, resamples, blocks=drawing)
    ends = np.cumsum([score.statistics.shape[2] for score in scores])[:-1]
    each = [
        [score.from_sums(part) for score, part in zip(scores, np.split(found, ends, axis=-1), strict=True)]
        for found in sums
    ]
    whole, drawn = (one[0] - one[1] if len(one) > 1 else one[0] for one in each)
    return whole, drawn


def _one_by_one(
    scores: Sequence[Score], size: tuple[int, int], rng: np.random.Generator, resamples: int, drawing: Drawing
) -> tuple[np.ndarray, np.ndarray]:
    """Return the same by calling scores with weights."""
    items, seeds = size

    def values(weights: np.ndarray) -> np.ndarray:
        first, *second = (_scored(score, seeds, weights) for score in scores)
        return np.asarray(first - second[0] if second else first)

    drawn = [values(weights) for _, weights in chunks(drawing, items, rng, resamples)]
    return values(np.ones((1, items)))[0], np.concatenate(drawn)


def _t_error(whole: np.ndarray, apart: np.ndarray) -> float:
    """Return the standard error that the seeds add, by which each quantile of t moves a resample.

    Args:
        whole: (seeds,) scores of the whole test set.
        apart: (resamples, seeds) distances of the seeds' scores from their mean, on the same draws.
    """
    seeds = len(whole)
    spread = float(whole.var(ddof=1)) if np.ptp(whole) > 0 else 0.0
    if seeds >= FEW_SEEDS and spread > 0:
        kept = apart[~np.isnan(apart).any(axis=1)]
        noise = kept.var(axis=0).mean() * seeds / (seeds - 1) if len(kept) else 0.0
        spread *= spread / (spread + noise)
    return math.sqrt(spread / seeds)


@lru_cache(maxsize=64)
def _every_quantile(count: int, df: int) -> np.ndarray:
    """Return (count,) quantiles of Student's t, evenly over the probabilities."""
    from scipy.special import stdtrit

    found = np.asarray(stdtrit(df, (np.arange(count) + 0.5) / count))
    found.setflags(write=False)
    return found


def _defined(draws: np.ndarray) -> np.ndarray | None:
    kept = draws[~np.isnan(draws)]
    return kept if len(kept) >= (1 - MOST_UNDEFINED) * len(draws) else None


def _percentiles(draws: np.ndarray, level: float) -> tuple[float, float]:
    check_level(level)
    kept = _defined(draws)
    if kept is None:
        return math.nan, math.nan
    ranked = np.sort(kept)
    low, high = np.interp(np.array([1 - level, 1 + level]) / 2 * (len(ranked) - 1), np.arange(len(ranked)), ranked)
    return float(low), float(high)


def _two_sided(draws: np.ndarray) -> float:
    kept = _defined(draws)
    if kept is None:
        return math.nan
    least = min(int((kept <= 0).sum()), int((kept >= 0).sum()))
    return min(1.0, 2 * (least + 1) / (len(kept) + 1))
