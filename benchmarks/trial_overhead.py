"""What a trial costs over the bare build-and-fit of its setting: trial_overhead.py [PAIRS] [TRIALS].

A pair is a whole search, its oracle, files and commits included, and the bare fits of the settings it tried. All
parameters but one are given, so that all trials are of one architecture. Ends with 1 above the limit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bare_fit import CONTESTANTS, EPOCHS, bound, fit_seconds, parts_of

import dlbench
from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec
from dlbench.engine.trial_store import TrialStore
from dlbench.engine.tuning import Shelf, tune
from dlbench.planning import plan_suite

MOST_SECONDS = 0.050


def job_of(dataset: str, model: str, trials: int) -> JobSpec:
    """Return a job whose search varies one parameter: the first float, else the first of all."""
    content = {"name": "overhead", "tasks": [dataset], "models": [model], "protocol": {"folds": 1}}
    schema = parts_of(plan_suite(dlbench.load_suite(content)).jobs[0]).schema
    searched = {n: d for n, d in Contestant.named(model).dimensions(schema).items() if d.searched}
    free = next((name for name, dimension in searched.items() if dimension.type == "float"), next(iter(searched)))
    given = {name: dimension.default for name, dimension in searched.items() if name != free}
    search = {"trials": trials, "epochs": EPOCHS, "patience": EPOCHS}
    content |= {"models": [{"name": model, **given}], "search": search}
    return plan_suite(dlbench.load_suite(content)).jobs[0]


def pair(job: JobSpec, folder: Path) -> float:
    """Return the seconds of a trial in a search less those of its bare fit."""
    parts, store = parts_of(job), TrialStore(folder / "trials")
    train, held = parts.search, parts.valid
    outside = folder / "outside"
    outside.mkdir(exist_ok=True)
    start = time.perf_counter()
    tuned = tune(job, parts, lambda event: store.commit(job.search_key, outside, event["files"]), Shelf(outside))
    searching = time.perf_counter() - start
    store.remove(job.search_key)
    bare = sum(fit_seconds(job, parts, trial["values"], train, held) for trial in tuned.trials)
    return (searching - bare) / len(tuned.trials)


def main(pairs: int = 10, trials: int = 8) -> int:
    """Measure, print, and return the exit code."""
    worst = 0.0
    for dataset, model in CONTESTANTS:
        job = job_of(dataset, model, trials)
        with tempfile.TemporaryDirectory() as folder:
            pair(job, Path(folder))  # warm: imports, first traces
            middle, most = bound([pair(job, Path(folder)) for _ in range(pairs)])
        worst = max(worst, most)
        print(
            f"{model:16} on {dataset:8} {1000 * middle:8.1f} ms a trial, 95 % bound {1000 * most:8.1f} ms", flush=True
        )
    print(f"limit {1000 * MOST_SECONDS:.0f} ms: {'held' if worst <= MOST_SECONDS else 'passed'}")
    return int(worst > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
