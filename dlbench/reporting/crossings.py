"""Draws the difference deep − classic along a swept axis, and finds where it crosses."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core.canonical import canonical
from dlbench.core.seeds import derive
from dlbench.reporting import wording
from dlbench.reporting.board import sign
from dlbench.reporting.claim import keys_of
from dlbench.reporting.comparisons import Compared, Comparison
from dlbench.reporting.crossover import Crossover
from dlbench.reporting.source import Source, share_of_test
from dlbench.reporting.weighing import Weighed, weigh
from dlbench.stats.bootstrap import crossed_draws
from dlbench.stats.crossover import Crossing, crossover
from dlbench.stats.fold_draws import corrected_draws

LOG = ("rows", "seconds")
RESAMPLES = 1000
Swept = dict[float, Compared]


@dataclass(frozen=True)
class Sweep:
    """What is compared at the points of one axis.

    Attributes:
        beside: canonical JSON of the other axes' values; empty without any.
        points: x → what is compared there, ascending.
    """

    task: str
    axis: str
    beside: str
    points: Mapping[float, Compared]

    @property
    def both(self) -> dict[float, Comparison]:
        """The points where both sides have a champion."""
        return {x: held.kinds for x, held in self.points.items() if held.kinds and held.kinds.found}


def crossovers(source: Source, compared: Sequence[Compared]) -> tuple[Crossover, ...]:
    """Return one crossover for each task and swept axis, at each value of the other axes."""
    return tuple(_crossover(source, sweep) for sweep in sweeps(compared))


def sweeps(compared: Sequence[Compared]) -> Iterator[Sweep]:
    """Yield the sweeps of a run: at least two points of an axis with the other axes held."""
    found: dict[tuple[str, str, str], Swept] = {}
    for held in compared:
        point = json.loads(held.place.point) if held.place.point else {}
        for axis, x in point.items():
            rest = {name: value for name, value in point.items() if name != axis}
            if isinstance(x, int | float) and not isinstance(x, bool):
                name = (held.place.task, axis, canonical(rest) if rest else "")
                found.setdefault(name, {})[float(x)] = held
    for name, points in found.items():
        if len(points) > 1:
            yield Sweep(*name, {x: points[x] for x in sorted(points)})


def _crossover(source: Source, sweep: Sweep) -> Crossover:
    both = sweep.both
    log = sweep.axis in LOG and min(sweep.points) > 0
    place = next(iter(sweep.points.values())).place
    found = _crossing(source, sweep, log) if len(both) > 1 else None
    points = tuple((x, *_bounds(one)) for x, one in both.items())
    answer = "unknown" if found is None else "none" if found.at is None else "crosses"
    jobs = [job for one in both.values() for side in (one.first, one.second) for job in side.jobs(one.place)]
    return Crossover(
        task=sweep.task,
        axis=sweep.axis,
        beside=sweep.beside,
        metric=place.primary,
        log=log,
        points=points,
        answer=answer,
        at=found.at if found else None,
        low=found.low if found and math.isfinite(found.low) else None,
        high=found.high if found and math.isfinite(found.high) else None,
        share=found.share_in_range if found else None,
        text=wording.crossing(sweep.axis, points, found),
        keys=keys_of(jobs),
    )


def _bounds(one: Comparison) -> tuple[float, float | None, float | None]:
    found = one.found
    return (found.difference, found.low, found.high) if found else (math.nan, None, None)


def _crossing(source: Source, sweep: Sweep, log: bool) -> Crossing:
    both = sweep.both
    whole = np.array([one.found.difference for one in both.values() if one.found])
    rng = (sweep.task, sweep.axis, sweep.beside)
    drawn = _over_folds(both, rng)
    if drawn is None:
        drawn = _over_items(source, both, rng)
    if drawn is None:
        drawn = _apart(both, rng)
    return crossover(np.array(list(both)), drawn, whole, log=log)


def _over_folds(both: Mapping[float, Comparison], name: tuple[str, ...]) -> np.ndarray | None:
    """Return (resamples, points): the same folds at every point, as wide as its own share of test items says.

    None for a fixed test set, or too few shared folds.
    """
    curves = []
    for one in both.values():
        first, second = (side.values(one.place, one.place.primary) for side in (one.first, one.second))
        curves.append({fold: first[fold] - second[fold] for fold in first if fold in second})
    shared = sorted(set.intersection(*(set(curve) for curve in curves)))
    if len(shared) < 2:
        return None
    metric = next(iter(both.values())).place.primary
    table = sign(metric) * np.array([[curve[fold] for curve in curves] for fold in shared])
    shares = np.array([share_of_test(one.first.jobs(one.place)) for one in both.values()])
    rng = np.random.default_rng(derive("crossover", *name))
    return corrected_draws(table, shares, rng, RESAMPLES)


def _over_items(source: Source, both: Mapping[float, Comparison], name: tuple[str, ...]) -> np.ndarray | None:
    """Return the same for a fixed test set, whose items and seeds are the same at every point; None where they differ.

    Every point starts its generator alike, so that equal sizes get equal draws.
    """
    sides = [_weighed(source, one) for one in both.values()]
    if any(side is None for side in sides) or len({(side[0].size, side[1].size) for side in sides if side}) > 1:
        return None
    curves = []
    for side in sides:
        if side is not None:
            first, second = side
            rng = np.random.default_rng(derive("crossover", *name))
            _, drawn = crossed_draws(
                (first.resampled, second.resampled), *first.size, rng, RESAMPLES,
                strata=first.strata, blocks=first.blocks,
            )  # fmt: skip
            curves.append(sign(first.judge.name) * drawn)
    return np.stack(curves, axis=1)


def _weighed(source: Source, one: Comparison) -> tuple[Weighed, Weighed] | None:
    place, metric = one.place, one.place.primary
    found = [weigh(source, place.cells[side.contestant, metric], metric) for side in (one.first, one.second)]
    first, second = found
    if isinstance(first, Weighed) and isinstance(second, Weighed) and first.size == second.size:
        return first, second
    return None


def _apart(both: Mapping[float, Comparison], name: tuple[str, ...]) -> np.ndarray:
    """Return the same where nothing is shared between points: each moves by itself, as far as its interval says."""
    rng = np.random.default_rng(derive("crossover", *name))
    found = [one.found for one in both.values() if one.found]
    errors = np.array([(gap.high - gap.low) / (2 * 1.959964) for gap in found])
    return np.array([gap.difference for gap in found]) + errors * rng.normal(size=(RESAMPLES, len(found)))
