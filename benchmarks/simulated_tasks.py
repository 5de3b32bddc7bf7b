"""The tasks that coverage and size are simulated on: a population a metric, and how many items a test part has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from populations import Population, Sample

from dlbench.core import catalog
from dlbench.reporting import ends, intervals
from dlbench.reporting.intervals import Gap
from dlbench.reporting.weighing import Weighed
from dlbench.stats.bootstrap import crossed_interval
from dlbench.stats.proportion import wilson

ITEMS = {"accuracy": 1000, "f1_macro": 1000, "roc_auc": 1000, "rmse": 1000, "bleu": 300, "map": 200}
"""Items of a test part: rows, segments, scenes."""


@cache
def population(metric: str) -> Population:
    """Return what a metric is simulated on."""
    return _held()[metric]()


@cache
def equal(metric: str, difference: float = 0.0) -> Population:
    """Return the same, tilted until the first procedure is expected to score so much higher than the second."""
    return population(metric).tilted(metric, difference)


@cache
def expected(metric: str) -> np.ndarray:
    """Return (2, sets, fits) scores on the whole population."""
    return population(metric).scores(metric)


def drawn(there: Population, metric: str, seeds: int, rng: np.random.Generator) -> tuple[int, np.ndarray, Sample]:
    """Return a training set, (2, seeds) fits of it, and a test part that they answered."""
    held, fits = int(rng.integers(there.sets)), rng.integers(there.fits, size=(2, seeds))
    return held, fits, there.sample(held, fits, ITEMS[metric], rng)


def twins(metric: str, seeds: int, rng: np.random.Generator) -> tuple[Sample, Sample]:
    """Return both procedures against themselves, each fitted by two sets of seeds, on one test part."""
    sample = drawn(population(metric), metric, 2 * seeds, rng)[2]
    first, second = (Sample(sample.truth, (side[:seeds], side[seeds:])) for side in sample.sides)
    return first, second


def weighed(metric: str, sample: Sample) -> tuple[Weighed, Weighed]:
    """Return both contestants as the report resamples them."""
    judge = catalog.metric(metric)
    first, second = (
        Weighed(judge, sample.truth, tuple(form.to(judge.scores) for form in side)) for side in sample.sides
    )
    return first, second


def bounds(held: Weighed, rng: np.random.Generator) -> tuple[float, float]:
    """Return a score's interval by the steps of `reporting.intervals`, drawn from `rng` in place of the task's name."""
    if held.proportion:
        hits = held.hits()
        found = wilson(int(hits.sum()), len(hits))
    else:
        drawn = crossed_interval(
            held.resampled, *held.size, rng, intervals.RESAMPLES, strata=held.strata, blocks=held.blocks
        )
        found = ends.reaching(held, drawn)
    return found.low, found.high


def gap(first: Weighed, second: Weighed, rng: np.random.Generator) -> Gap | None:
    """Return the report's paired difference, positive where the first is better; None where nothing varies."""
    return intervals._gap_over_items(first, second, rng, intervals.RESAMPLES)


def _populations() -> dict[str, Callable[[], Population]]:
    from detections import detected
    from tabular_population import tabular
    from translations import translated

    classes = cache(lambda: tabular(3))
    rows = {"accuracy": classes, "f1_macro": classes, "roc_auc": lambda: tabular(2), "rmse": lambda: tabular(0)}
    return {**rows, "bleu": translated, "map": detected}


_held = cache(_populations)
