"""Planning many jobs, and confirming a run of them that is finished: planning.py [JOBS] [ROUNDS] [FOLDER].

    python benchmarks/planning.py 10000 5

Records are simulated, see simulated.py. Every figure is the median of ROUNDS; commands are whole processes. Processor
seconds stand beside the wall's, since they hold on a machine that others use too. Ends with 1 where planning 10,000
jobs takes 2 s or confirming a finished run of them 3 s or more.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import simulated

from dlbench import load_suite
from dlbench.planning import Reuse, plan_suite
from dlbench.store import Store

MOST = {"plan": 2.0, "confirm": 3.0}
Seconds = tuple[float, float]


def here(function: Callable[[], object]) -> Seconds:
    """Return the wall and processor seconds of a call."""
    with simulated.Stopwatch() as watch:
        function()
    return watch.wall, watch.processor


def command(*words: str, cwd: Path) -> Seconds:
    """Return the wall and processor seconds of one dlbench command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "dlbench", *words], cwd=cwd, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{words}: ended with {done.returncode}\n{done.stderr}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def told(name: str, rounds: int, measure: Callable[[], Seconds]) -> float:
    """Print the medians of some rounds; return the wall's."""
    found = [measure() for _ in range(rounds)]
    wall, processor = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"{name:<42} {wall:8.2f} s wall {processor:8.2f} s processor", flush=True)
    return wall


def prepared(folder: Path, jobs: int) -> Path:
    """Leave a suite file and the results of its finished run in a folder; return the file."""
    file, results = folder / "suite.yaml", folder / "results"
    file.write_text(json.dumps(simulated.content(jobs)))  # JSON is YAML
    if not results.exists():
        plan = plan_suite(load_suite(file))
        with simulated.unsynced():
            simulated.conduct(plan, results, simulated.opened(plan, results))
    os.sync()
    return file


def main(jobs: int, rounds: int, folder: Path) -> int:
    """Measure everything; return the exit code."""
    simulated.warm()
    suite = load_suite(simulated.content(jobs))
    planning = told(f"plan_suite, {jobs} jobs, nothing done", rounds, lambda: here(lambda: plan_suite(suite)))
    (folder / "empty").mkdir(exist_ok=True)
    file = prepared(folder, jobs)
    told("dlbench plan, nothing done", rounds, lambda: command("plan", str(file), cwd=folder / "empty"))
    store = Store(folder / "results")
    told("plan_suite, all done, records read", 1, lambda: here(lambda: plan_suite(suite, Reuse(store))))
    first = told("dlbench run, nothing left, first time", 1, lambda: command("run", str(file), "-q", cwd=folder))
    again = told("dlbench run, nothing left", rounds, lambda: command("run", str(file), "-q", cwd=folder))
    told("dlbench plan, all done", rounds, lambda: command("plan", str(file), cwd=folder))
    told("dlbench report", 1, lambda: command("report", cwd=folder))
    kept = planning < MOST["plan"] and max(first, again) < MOST["confirm"]
    return 0 if kept else 1


if __name__ == "__main__":
    given = [*sys.argv[1:], *("10000", "5")[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(int(given[0]), int(given[1]), Path(given[2] if len(given) > 2 else temporary)))
