"""Which interval and which paired test a protocol asks for, over the statistics that give them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.core.seeds import derive
from dlbench.reporting import ends, figures
from dlbench.reporting.board import Round, sign
from dlbench.reporting.cell import Cell
from dlbench.reporting.source import Fold, Record, Source, fold_of, share_of_test
from dlbench.reporting.weighing import Unweighed, Weighed, draws_items, weigh
from dlbench.stats import bayesian_t, bootstrap, folds
from dlbench.stats.detectable import detectable_from_interval
from dlbench.stats.interval import Paired
from dlbench.stats.mcnemar import exact_mcnemar
from dlbench.stats.posterior import Posterior
from dlbench.stats.proportion import wilson
from dlbench.stats.student import quantile

RESAMPLES = 1000
RESAMPLES_OF_OTHER_METRICS = 200
RESAMPLES_A_COMPARISON = 80
AT_ONCE = 8
"""Contestants whose items are held at once."""


@dataclass(frozen=True)
class Bounds:
    """A 95 % interval, None where there is none, and in words what it rests on or why it is missing."""

    low: float | None
    high: float | None
    rests_on: str


@dataclass(frozen=True)
class Gap:
    """A paired difference, positive where the first contestant is better.

    Attributes:
        difference, low, high: 95 % interval, in the metric's unit.
        p: two-sided.
        folds, seeds: what it rests on; `folds` is 1 for a fixed test set.
        df: degrees of freedom of the t distribution behind the interval; None where none is.
    """

    difference: float
    low: float
    high: float
    p: float
    folds: int
    seeds: int
    df: float | None = None

    @property
    def detectable(self) -> float:
        """The smallest difference that this comparison could have called one, at p = .05: half the interval."""
        return self.detectable_among(1)

    def detectable_among(self, comparisons: int) -> float:
        """Return the same where the level is shared by so many comparisons: the first step of Holm, .05/comparisons."""
        return detectable_from_interval((self.high - self.low) / 2, self.df or math.inf, comparisons=comparisons)

    def chances(self, margin: float) -> Posterior | None:
        """Return how likely the difference lies beyond the margin or within it, by the correlated Bayesian t of folds;
        None on a fixed test set."""
        if self.folds < 2 or not self.df:
            return None
        error = (self.high - self.low) / 2 / quantile(0.975, self.df)
        return bayesian_t.around(self.difference, error, self.df, margin)


def interval(source: Source, place: Round, contestant: str, metric: str) -> Bounds:
    """Return the 95 % interval of a cell that has a value, see `intervals`."""
    return intervals(source, place, metric, [contestant])[contestant]


def intervals(source: Source, place: Round, metric: str, contestants: Sequence[str]) -> dict[str, Bounds]:
    """Return the 95 % intervals of cells that have a value, clipped to the metric's range, and what they rest on.

    Folds: Nadeau–Bengio over the values of the folds. Fixed test set: crossed bootstrap over items (of forecasts,
    blocks of origins) and seeds, the same draws for all contestants, Wilson's interval for the accuracy of one seed;
    where a share has few errors, both, as percentiles cover too little there (`ends`); a t interval over seeds where
    items cannot be drawn. Where the floor stands for a failed job, its answers to the same items are drawn, and there
    is no interval where they should be and are not kept.
    """
    cells = {name: place.cells[name, metric] for name in contestants}
    if place.folds > 1:
        return {
            name: _bounds(_over_folds(held, place, name, metric), metric, f"{len(held.values)} folds")
            for name, held in cells.items()
        }
    weighed = {name: weigh(source, held, metric) for name, held in cells.items()}
    over_items = _over_items(place, metric, {name: one for name, one in weighed.items() if isinstance(one, Weighed)})
    found: dict[str, Bounds] = {}
    for name, one in weighed.items():
        if isinstance(one, Weighed):
            found[name] = _bounds(over_items[name], metric, one.told + _stood_in(cells[name]))
        else:
            found[name] = _without_items(cells[name], metric, one)
    return found


def _bounds(found: tuple[float, float] | None, metric: str, told: str) -> Bounds:
    if not found or not math.isfinite(sum(found)):
        return Bounds(None, None, told if told.startswith("none") else "none: nothing varies")
    return Bounds(*_clipped(found, catalog.metrics().get(metric)), told)


def _without_items(held: Cell, metric: str, why: Unweighed) -> Bounds:
    if not why.seeds:
        return _bounds(None, metric, f"none: {why.reason}")
    values = list(_by_seed(held, metric).values())
    found = _over_seeds(values)
    seeds = figures.plural(len(values), "fit seed") + _stood_in(held)
    return _bounds(found, metric, f"{seeds if found else 'none'}: {why.reason}")


def _stood_in(held: Cell) -> str:
    return f", the floor for {held.stood_in} that failed" if held.stood_in else ""


def _by_seed(held: Cell, metric: str) -> dict[int, float]:
    """Return fit seed → the value that counts; none where the floor stands in and its items should be drawn."""
    if held.stood_in and draws_items(metric):
        return {}
    return {seed: score.value for seed, score in held.counted if score.value is not None}


def gap(source: Source, place: Round, first: str, second: str, metric: str, *, comparisons: int = 1) -> Gap | None:
    """Return by how much the first contestant is better than the second, paired; None where nothing varies, or where
    both were not tested on the same items.

    On a fixed test set the fit seeds count that both have. p is that of the protocol's one test: corrected resampled t
    over folds; on a fixed test set the crossed paired bootstrap, for accuracy and one seed exact McNemar. With many
    `comparisons` there are more resamples, so that the least p there can be, 2/(resamples + 1), still passes when it is
    multiplied by their number.
    """
    a, b = place.cells[first, metric], place.cells[second, metric]
    if not same_items(*([score.record for _, score in held.counted] for held in (a, b))):
        return None
    if place.folds > 1:
        return gap_over_folds(a.values, b.values, metric, place.jobs[first], place.seeds)
    seeds = {seed for seed, _ in a.counted} & {seed for seed, _ in b.counted}
    one, other = weigh(source, a, metric, seeds), weigh(source, b, metric, seeds)
    if any(isinstance(side, Unweighed) and not side.seeds for side in (one, other)):
        return None
    if isinstance(one, Weighed) and isinstance(other, Weighed):
        if one.size != other.size:  # of records without fingerprints
            return None
        rng = np.random.default_rng(derive("gap", place.task, place.point, first, second, metric))
        least = RESAMPLES_OF_OTHER_METRICS if one.dear else RESAMPLES
        return _gap_over_items(one, other, rng, max(least, RESAMPLES_A_COMPARISON * comparisons))
    return _gap_over_seeds(a, b, metric)


def _over_items(place: Round, metric: str, weighed: Mapping[str, Weighed]) -> dict[str, tuple[float, float]]:
    """Return the bounds of contestants by their items; those of equal size and drawing see the same draws."""
    found: dict[str, tuple[float, float]] = {}
    alike: dict[tuple[Any, ...], list[str]] = {}
    for name, one in weighed.items():
        if one.proportion:
            hits = one.hits()
            share = wilson(int(hits.sum()), len(hits))
            found[name] = share.low, share.high
        else:
            alike.setdefault((*one.size, id(one.truth)), []).append(name)
    resamples = RESAMPLES if metric == place.primary else RESAMPLES_OF_OTHER_METRICS
    for names in (held[at : at + AT_ONCE] for held in alike.values() for at in range(0, len(held), AT_ONCE)):
        first = weighed[names[0]]
        rng = np.random.default_rng(derive("interval", place.task, place.point, metric))
        scores = [weighed[name].resampled for name in names]
        drawn = bootstrap.crossed_intervals(
            scores, *first.size, rng, resamples, strata=first.strata, blocks=first.blocks
        )
        sided = (one.basic() if first.judge.flattered else one for one in drawn)
        reaching = (ends.reaching(weighed[name], one) for name, one in zip(names, sided, strict=True))
        found |= {name: (one.low, one.high) for name, one in zip(names, reaching, strict=True)}
    return found


def _gap_over_items(one: Weighed, other: Weighed, rng: np.random.Generator, resamples: int) -> Gap | None:
    paired = bootstrap.crossed_paired(
        one.resampled, other.resampled, *one.size, rng, resamples, strata=one.strata, blocks=one.blocks
    )
    paired = ends.reaching_apart(one, other, paired)
    found = _oriented(paired, sign(one.judge.name), 1, one.size[1])
    if found is not None and one.proportion:
        return replace(found, p=exact_mcnemar(one.hits(), other.hits()).p)
    return found


def _over_folds(held: Cell, place: Round, contestant: str, metric: str) -> tuple[float, float] | None:
    values, jobs = np.array(list(held.values.values())), place.jobs[contestant]
    if len(values) < 2:
        return None
    found = folds.corrected_interval(values, share_of_test(jobs), step=step_of(metric, jobs))
    return found.low, found.high


def _over_seeds(values: Sequence[float]) -> tuple[float, float] | None:
    if len(values) < 2:
        return None
    found = folds.corrected_interval(np.array(values), 0.0)  # nothing overlaps: the ordinary t interval
    return found.low, found.high


def gap_over_folds(
    first: Mapping[Fold, float], second: Mapping[Fold, float], metric: str, jobs: Sequence[Record], seeds: int
) -> Gap | None:
    """Return by how much the first is better than the second over the folds that both have; None below two of them.

    Args:
        first, second: fold → value, fit seeds averaged.
        metric: whose direction counts.
        jobs: whose sizes tell how much of the items each fold tests, and by what step one of them moves the metric.
        seeds: that the values rest on.
    """
    shared = [fold for fold in first if fold in second]
    if len(shared) < 2:
        return None
    differences = sign(metric) * np.array([first[fold] - second[fold] for fold in shared])
    paired = folds.corrected_paired(differences, share_of_test(jobs), step=step_of(metric, jobs))
    return _oriented(paired, 1, len(shared), seeds)


def step_of(metric: str, jobs: Sequence[Record]) -> float:
    """Return by how much one item of the smallest test part can move a metric; 0 where it has no bounds, or no sizes
    are told."""
    judge = catalog.metrics().get(metric)
    counts = [size for job in jobs if (size := (job.get("sizes") or {}).get("test"))]
    if judge is None or judge.low is None or judge.high is None or not counts:
        return 0.0
    return (judge.high - judge.low) / float(min(counts))


def same_items(one: Iterable[Record], other: Iterable[Record]) -> bool:
    """Tell whether no fold of two contestants was tested on different items, by the fingerprints of their records."""
    first, second = (
        {fold_of(record): told for record in records if (told := (record.get("fingerprints") or {}).get("truth"))}
        for records in (one, other)
    )
    return all(first[fold] == second[fold] for fold in first.keys() & second.keys())


def _gap_over_seeds(a: Cell, b: Cell, metric: str) -> Gap | None:
    by_seed = [_by_seed(held, metric) for held in (a, b)]
    shared = sorted(by_seed[0].keys() & by_seed[1].keys())
    if len(shared) < 2:
        return None
    differences = sign(metric) * np.array([by_seed[0][seed] - by_seed[1][seed] for seed in shared])
    paired = folds.corrected_paired(differences, 0.0)
    return _oriented(paired, 1, 1, len(shared))


def _oriented(paired: Paired, direction: int, k: int, seeds: int) -> Gap | None:
    if not math.isfinite(paired.low + paired.high):
        return None
    low, high = sorted((direction * paired.low, direction * paired.high))
    return Gap(direction * paired.difference, low, high, paired.p, k, seeds, paired.df)


def _clipped(found: tuple[float, float], judge: Metric | None) -> tuple[float, float]:
    low, high = found
    if judge is not None and judge.low is not None:
        low, high = max(low, judge.low), max(high, judge.low)
    if judge is not None and judge.high is not None:
        low, high = min(low, judge.high), min(high, judge.high)
    return low, high
