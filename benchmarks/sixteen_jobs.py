"""Sixteen equal jobs of one thread, timed from the first one's start to the last one's record; for two_*.py."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import dlbench
from dlbench.engine.events import Event, JobFinished, JobStarted

CONTENT: dict[str, Any] = {
    "name": "sixteen",
    "tasks": ["digits"],
    "models": [{"name": "random_forest", "n_estimators": 500}],
    "search": {"oracle": "none"},
    "protocol": {"folds": 16, "threads": 1},
}


class Watch:
    """Keeps when the first job started and the last one was recorded."""

    def __init__(self) -> None:
        self.began = self.over = 0.0

    def __call__(self, event: Event) -> None:
        """Take a run's event."""
        if isinstance(event, JobStarted):
            self.began = self.began or time.perf_counter()
        elif isinstance(event, JobFinished):
            self.over = time.perf_counter()


def seconds(jobs: int, executor: str) -> float:
    """Return the wall of sixteen jobs, `jobs` side by side, all of them run again."""
    suite, watch = dlbench.load_suite(CONTENT), Watch()
    with tempfile.TemporaryDirectory() as folder:
        outcome = dlbench.run(suite, output=Path(folder), jobs=jobs, executor=executor, listener=watch)
    if outcome.statuses != {"ok": 16}:
        raise SystemExit(f"the jobs ended so: {outcome.statuses}")
    return watch.over - watch.began


def compare(executor: str, pairs: int, least: float, says: Callable[[float], str]) -> int:
    """Print the ratio of one at a time to two side by side over interleaved pairs; return the exit code.

    Args:
        executor: local or ray.
        pairs: how many; one more goes before, to warm both sides.
        least: the ratio that is asked for.
        says: the ratio in words.
    """
    seconds(2, executor)
    ratios = []
    for number in range(pairs):
        first, second = (1, 2) if number % 2 else (2, 1)
        taken = {jobs: seconds(jobs, executor) for jobs in (first, second)}
        ratios.append(taken[1] / taken[2])
        print(f"pair {number + 1}: {taken[1]:.1f} s one at a time, {taken[2]:.1f} s two side by side", flush=True)
    low, high = bound(ratios)
    middle = statistics.median(ratios)
    print(f"{says(middle)} (median of {pairs} pairs, 95 % {low:.2f} … {high:.2f}; at least {least} asked for)")
    return int(low < least)


def bound(ratios: list[float]) -> tuple[float, float]:
    """Return a 95 % interval of the median, by the bootstrap."""
    drawn = np.random.default_rng(0).choice(ratios, (10_000, len(ratios)))
    low, high = np.percentile(np.median(drawn, axis=1), (2.5, 97.5))
    return float(low), float(high)
