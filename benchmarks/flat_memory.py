"""Whether the process that conducts a run grows with the jobs that are done: flat_memory.py [JOBS].

    python benchmarks/flat_memory.py 5000

Jobs are simulated (simulated.py): all that is left is the conductor with its store, journal and status file. Memory is
what the process itself holds (USS), told after each tenth of the jobs. Ends with 1 where it has grown by more than
256 bytes for each job since the first tenth: records are not kept.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

import psutil
import simulated

from dlbench.engine.conduct import Conductor
from dlbench.engine.events import Event, JobFinished
from dlbench.engine.live import living
from dlbench.planning import plan_suite
from dlbench.store import Store

MOST = 256
"""Bytes for each job."""


class Scale:
    """A listener that weighs this process after so many jobs.

    Args:
        every: jobs between two looks.
    """

    def __init__(self, every: int) -> None:
        self.every, self.jobs = every, 0
        self.weights: list[int] = []

    def __call__(self, event: Event) -> None:
        """Count a job."""
        if not isinstance(event, JobFinished):
            return
        self.jobs += 1
        if self.jobs % self.every == 0:
            gc.collect()
            self.weights.append(psutil.Process().memory_full_info().uss)
            print(f"{self.jobs:6,d} jobs  {self.weights[-1] / 2**20:7.1f} MiB", flush=True)


def main(jobs: int) -> int:
    """Conduct a run and say what its process weighs on the way."""
    simulated.warm()
    scale = Scale(jobs // 10)
    with tempfile.TemporaryDirectory() as name, simulated.unsynced():
        root = Path(name)
        plan = plan_suite(simulated.suite(jobs))
        run = simulated.opened(plan, root)
        store = Store(root, run.path / "staging")
        with living(run.path, scale) as listener:
            Conductor(plan, store, run, cast(Any, simulated.Answers()), listener).conduct()
    grown = (scale.weights[-1] - scale.weights[0]) / (scale.jobs * 0.9)
    print(f"grown by {grown:.0f} bytes for each job, at most {MOST}")
    return int(grown > MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
