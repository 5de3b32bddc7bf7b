"""Which interval and which paired test a protocol asks for, over the statistics that give them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.core.seeds import derive
from dlbench.reporting.board import Round, sign
from dlbench.reporting.cell import Cell
from dlbench.reporting.source import Source, share_of_test
from dlbench.stats import bootstrap, folds
from dlbench.stats.interval import Paired

Weighted = Callable[[int, np.ndarray], float]
RESAMPLES = 1000
RESAMPLES_OF_OTHER_METRICS = 200


@dataclass(frozen=True)
class Gap:
    """A paired difference, positive where the first contestant is better.

    Attributes:
        difference, low, high: 95 % interval, in the metric's unit.
        p: two-sided.
        folds, seeds: what it rests on; `folds` is 1 for a fixed test set.
    """

    difference: float
    low: float
    high: float
    p: float
    folds: int
    seeds: int

    @property
    def detectable(self) -> float:
        """The smallest difference that this comparison could have called one, at p = .05: half the interval."""
        return (self.high - self.low) / 2


def interval(source: Source, place: Round, contestant: str, metric: str) -> tuple[float, float] | None:
    """Return the 95 % interval of a cell, clipped to the metric's range; None where nothing varies.

    Folds: Nadeau–Bengio over the values of the folds. Fixed test set: crossed bootstrap over items and seeds, or a
    t interval over seeds where the metric cannot weigh items or the floor stands in for a failed job.
    """
    held = place.cells[contestant, metric]
    if place.folds > 1:
        found = _over_folds(held, place, contestant)
    elif (weighted := _weighted(source, held, metric)) is not None:
        rng = np.random.default_rng(derive("interval", place.task, place.point, contestant, metric))
        resamples = RESAMPLES if metric == place.primary else RESAMPLES_OF_OTHER_METRICS
        crossed = bootstrap.crossed_interval(*weighted, rng, resamples=resamples)
        found = (crossed.low, crossed.high)
    else:
        found = _over_seeds([score.value for score in held.scores if score.value is not None])
    return _clipped(found, catalog.metrics().get(metric)) if found and math.isfinite(sum(found)) else None


def gap(source: Source, place: Round, first: str, second: str, metric: str) -> Gap | None:
    """Return by how much the first contestant is better than the second, paired; None where nothing varies."""
    a, b = place.cells[first, metric], place.cells[second, metric]
    if place.folds > 1:
        return _gap_over_folds(place, first, a, b, metric)
    weighted_a, weighted_b = _weighted(source, a, metric), _weighted(source, b, metric)
    if weighted_a is not None and weighted_b is not None and weighted_a[1:] == weighted_b[1:]:
        rng = np.random.default_rng(derive("gap", place.task, place.point, first, second, metric))
        paired = bootstrap.crossed_paired(weighted_a[0], weighted_b[0], *weighted_a[1:], rng, resamples=RESAMPLES)
        return _oriented(paired, sign(metric), 1, weighted_a[2])
    return _gap_over_seeds(a, b, metric)


def _over_folds(held: Cell, place: Round, contestant: str) -> tuple[float, float] | None:
    values = np.array(list(held.values.values()))
    if len(values) < 2:
        return None
    found = folds.corrected_interval(values, share_of_test(place.jobs[contestant]))
    return found.low, found.high


def _over_seeds(values: Sequence[float]) -> tuple[float, float] | None:
    if len(values) < 2:
        return None
    found = folds.corrected_interval(np.array(values), 0.0)  # nothing overlaps: the ordinary t interval
    return found.low, found.high


def _gap_over_folds(place: Round, first: str, a: Cell, b: Cell, metric: str) -> Gap | None:
    shared = [fold for fold in a.values if fold in b.values]
    if len(shared) < 2:
        return None
    differences = sign(metric) * np.array([a.values[fold] - b.values[fold] for fold in shared])
    paired = folds.corrected_paired(differences, share_of_test(place.jobs[first]))
    return _oriented(paired, 1, len(shared), place.seeds)


def _gap_over_seeds(a: Cell, b: Cell, metric: str) -> Gap | None:
    by_seed = [
        {score.record["job"].get("seed", 0): score.value for score in held.scores if score.value is not None}
        for held in (a, b)
    ]
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
    return Gap(direction * paired.difference, low, high, paired.p, k, seeds)


def _weighted(source: Source, held: Cell, metric: str) -> tuple[Weighted, int, int] | None:
    """Return (score of a seed under item weights, items, seeds); None where items cannot be weighed."""
    judge = catalog.metrics().get(metric)
    if judge is None or judge.unit != "items" or held.status != "ok":
        return None
    records = sorted((score.record for score in held.scores), key=lambda record: record["job"].get("seed", 0))
    try:
        truth = source.truth(records[0])
        forms = [source.predictions(record).to(judge.scores) for record in records]
    except (OSError, ValueError, KeyError):
        return None
    return (lambda seed, weights: judge.score(truth, forms[seed], weights)), len(truth), len(forms)


def _clipped(found: tuple[float, float], judge: Metric | None) -> tuple[float, float]:
    low, high = found
    if judge is not None and judge.low is not None:
        low, high = max(low, judge.low), max(high, judge.low)
    if judge is not None and judge.high is not None:
        low, high = min(low, judge.high), min(high, judge.high)
    return low, high
