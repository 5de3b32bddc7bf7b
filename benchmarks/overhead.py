"""What a job of given parameters costs over its bare fit in a warm process: overhead.py [PAIRS].

A pair is the wall of one job in a worker of its own (start, data, fit, prediction, judging, files) and a bare fit
in this process, right after it. The first pairs of a contestant warm both sides. The bare fit of a net traces its
step, as every net that Keras builds does; that is what the limit is for. Beside it stands the overhead over a fit whose
step this process has traced before, which only the house's loop can reuse. Ends with 1 above the limit.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bare_fit import CONTESTANTS, EPOCHS, bound, fit_seconds, parts_of

import dlbench
from dlbench.engine.events import Event, JobFinished
from dlbench.training import workshop

MOST_SECONDS = 2.0


class Pairs:
    """Fits bare after every job, and keeps the differences: to a fit that traces, and to one that need not."""

    def __init__(self) -> None:
        self.differences: list[tuple[float, float]] = []

    def __call__(self, event: Event) -> None:
        """Take a run's event."""
        if isinstance(event, JobFinished):
            record: Any = event.record
            if record["status"] != "ok":
                raise RuntimeError(record["reason"])
            parts = parts_of(event.job)
            workshop.clear()
            traced, reused = (fit_seconds(event.job, parts, {}, parts.whole, None) for _ in range(2))
            wall = record["ledger"]["wall"]
            self.differences.append((wall - traced, wall - reused))


def measured(dataset: str, model: str, pairs: int, folder: Path) -> list[tuple[float, float]]:
    """Return the differences of so many pairs, after two that warm up."""
    content = {
        "name": "overhead",
        "tasks": [dataset],
        "models": [model],
        "search": {"oracle": "none", "epochs": EPOCHS},
        "protocol": {"folds": 1, "seeds": pairs + 2},
    }
    taken = Pairs()
    dlbench.run(dlbench.load_suite(content), output=folder, jobs=1, listener=taken)
    return taken.differences[2:]


def main(pairs: int = 10) -> int:
    """Measure, print, and return the exit code."""
    worst = 0.0
    for dataset, model in CONTESTANTS:
        with tempfile.TemporaryDirectory() as folder:
            traced, reused = zip(*measured(dataset, model, pairs, Path(folder)), strict=True)
        (middle, most), (_, above) = bound(traced), bound(reused)
        worst = max(worst, most)
        told = f"{middle:6.2f} s a job, 95 % bound {most:6.2f} s; over a step traced before {above:6.2f} s"
        print(f"{model:16} on {dataset:8} {told}", flush=True)
    print(f"limit {MOST_SECONDS:.1f} s: {'held' if worst <= MOST_SECONDS else 'passed'}")
    return int(worst > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
