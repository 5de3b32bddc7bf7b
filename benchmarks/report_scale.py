"""What a report of many jobs takes in every format: report_scale.py [--fixed] [--keep FOLDER] [JOBS ...].

    python benchmarks/report_scale.py 1000 10000 30000
    python benchmarks/report_scale.py --fixed 1000 10000 30000

Records are simulated, see simulated.py: five metrics a job, five folds of 10 tasks; with --fixed one test set a task
and five fit seeds, so that every interval draws items again, and tasks grow with the jobs. Every figure is that of a
whole command (`dlbench report … -o FILE`). --keep takes runs that lie in a folder, and leaves them there. Ends with 1
where 10,000 jobs take 10 s or 1 GiB or more, or a job of the largest run takes half as long again as one of the run
before it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import simulated

from dlbench import load_suite
from dlbench.planning import plan_suite
from dlbench.reporting import FORMATS

JUDGED, SECONDS, BYTES, GROWTH = 10_000, 10.0, 2**30, 1.5
SEEDS = 5


@dataclass(frozen=True)
class Cost:
    """What one command took: wall and processor seconds, bytes of memory at its peak, bytes written."""

    wall: float
    processor: float
    memory: int
    written: int

    def __str__(self) -> str:
        return (
            f"{self.wall:6.1f} s {self.processor:6.1f} s {self.memory / 2**20:6.0f} MiB {self.written / 2**20:6.1f} MiB"
        )


def made(jobs: int, fixed: bool, root: Path) -> Path:
    """Return the folder of a simulated run of so many jobs; one that is there already is taken as it is."""
    shape = {"tasks": max(1, jobs // (simulated.MODELS * SEEDS)), "folds": 1} if fixed else {}
    content = simulated.content(jobs, **shape)
    held = sorted((root / content["name"]).glob("*/run.json"))
    if held:
        return held[-1].parent
    plan = plan_suite(load_suite(content))
    with simulated.unsynced():
        run = simulated.opened(plan, root)
        simulated.conduct(plan, root, run)
    os.sync()
    return run.path


def cost(run: Path, form: str, folder: Path) -> Cost:
    """Return what a report of a run takes, in a process of its own."""
    file = folder / f"report.{form}"
    words = [sys.executable, "-m", "dlbench", "report", str(run), "--format", form, "-o", str(file)]
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)}: ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file.stat().st_size)


def kept(sizes: Sequence[int], costs: Sequence[Cost]) -> bool:
    """Whether the limits hold for a format."""
    small = all(
        one.wall < SECONDS and one.memory < BYTES for size, one in zip(sizes, costs, strict=True) if size <= JUDGED
    )
    if len(sizes) < 2:
        return small
    each = [one.processor / size for size, one in zip(sizes, costs, strict=True)]
    return small and each[-1] < GROWTH * each[-2]


def main(arguments: list[str]) -> int:
    """Measure and print; return the exit code."""
    fixed = "--fixed" in arguments
    words = [word for word in arguments if word != "--fixed"]
    folder = Path(words[words.index("--keep") + 1]) if "--keep" in words else None
    sizes = [int(word) for word in words if word.isdigit()] or [1000, 10_000, 30_000]
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        root = folder or Path(scratch)
        runs = [made(size, fixed, root) for size in sizes]
        print(f"{'format':10} {'jobs':>7}     wall processor   memory      file")
        for form in FORMATS:
            costs = [cost(run, form, Path(scratch)) for run in runs]
            for size, one in zip(sizes, costs, strict=True):
                print(f"{form:10} {size:7,} {one}", flush=True)
            good &= kept(sizes, costs)
    print("within the limits" if good else "BEYOND THE LIMITS")
    return 0 if good else 1


if __name__ == "__main__":
    simulated.warm()
    sys.exit(main(sys.argv[1:]))
