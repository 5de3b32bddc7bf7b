"""How long an interval takes: predictions of a fixed test set under several fit seeds, weighed and drawn again.

A line a metric: what there is to resample, the seconds for the per-item statistics and for the resamples, the seconds
when every resample is scored by itself, and the bound that the whole must keep. Run it alone on the machine, with
`python benchmarks/interval_speed.py [METRIC …]`; it leaves with 1 where a bound is broken.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.form import Form
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values
from dlbench.reporting.weighing import Weighed
from dlbench.stats.bootstrap import Score, crossed_interval

REPEATS = 3
SEED = 11


@dataclass(frozen=True)
class Case:
    """What is measured of one metric: how its predictions are made, how many, and the seconds it may take at most."""

    made: Callable[[int, int, np.random.Generator], tuple[Truth, tuple[Form, ...]]]
    items: int
    seeds: int
    resamples: int
    most_seconds: float | None = None


def labels(items: int, seeds: int, rng: np.random.Generator, classes: int = 10) -> tuple[Truth, tuple[Form, ...]]:
    """Return labels of ten classes, three in four right, the fits agreeing on what is hard."""
    truth, right = _classes(items, rng, classes)
    fits = [np.where(rng.random(items) < right, truth.target, rng.integers(classes, size=items)) for _ in range(seeds)]
    return truth, tuple(Labels(codes) for codes in fits)


def probabilities(items: int, seeds: int, rng: np.random.Generator) -> tuple[Truth, tuple[Form, ...]]:
    """Return probabilities of two classes, without ties."""
    truth, right = _classes(items, rng, 2)
    fits = [np.clip(0.5 + (truth.target - 0.5) * right + rng.normal(0, 0.3, items), 0.001, 0.999) for _ in range(seeds)]
    return truth, tuple(Probabilities(np.column_stack([1 - ones, ones])) for ones in fits)


def values(items: int, seeds: int, rng: np.random.Generator) -> tuple[Truth, tuple[Form, ...]]:
    """Return values that miss by about half the truth's spread."""
    target = rng.normal(size=items)
    return Truth(np.arange(items).astype(str), target), tuple(
        Values(target + rng.normal(0, 0.5, items)) for _ in range(seeds)
    )


CASES: Mapping[str, Case] = {
    "accuracy": Case(labels, 10_000, 5, 2000, most_seconds=1.0),
    "f1_macro": Case(labels, 10_000, 5, 2000, most_seconds=1.0),
    "log_loss": Case(probabilities, 10_000, 5, 2000),
    "roc_auc": Case(probabilities, 10_000, 5, 2000),
    "rmse": Case(values, 10_000, 5, 2000),
    # metrics of other forms stand here with a function that makes their predictions
}


def measured(name: str, case: Case) -> tuple[float, float, float]:
    """Return the least seconds of several repeats: statistics, resamples at once, resamples one by one (timed once)."""
    truth, forms = case.made(case.items, case.seeds, np.random.default_rng(SEED))
    best = [float("inf")] * 2
    for _ in range(REPEATS):
        start = time.perf_counter()
        weighed = Weighed(catalog.metric(name), truth, forms)
        score = weighed.resampled
        ready = time.perf_counter()
        interval(weighed, score, case)
        best = [min(best[0], ready - start), min(best[1], time.perf_counter() - ready)]
    start = time.perf_counter()
    interval(weighed, weighed.score, case)
    return best[0], best[1], time.perf_counter() - start


def interval(weighed: Weighed, score: Score, case: Case) -> None:
    """Compute the interval as a report does."""
    rng = np.random.default_rng(SEED)
    crossed_interval(score, case.items, case.seeds, rng, case.resamples, strata=weighed.strata)


def _classes(items: int, rng: np.random.Generator, classes: int) -> tuple[Truth, np.ndarray]:
    """Return a truth, and how likely each item is to be right."""
    target = rng.integers(classes, size=items)
    names = tuple(f"class {code}" for code in range(classes))
    return Truth(np.arange(items).astype(str), target, names), np.clip(2 * rng.random(items), 0, 1)


def main(names: list[str]) -> int:
    """Print a line a metric; return 1 where a bound is broken."""
    broken = 0
    print("metric         items × seeds × resamples  statistics  at once  one by one  at most")
    for name in names or CASES:
        case = CASES[name]
        statistics, at_once, one_by_one = measured(name, case)
        size = f"{case.items:,} × {case.seeds} × {case.resamples:,}"
        bound = f"{case.most_seconds:7.1f}" if case.most_seconds else "      –"
        print(f"{name:14} {size:>25} {statistics:9.2f} s {at_once:6.2f} s {one_by_one:9.2f} s {bound} s", flush=True)
        broken += case.most_seconds is not None and statistics + at_once > case.most_seconds
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
