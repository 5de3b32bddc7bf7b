"""What each part of a run costs as jobs grow: scale.py [--write docs/scale.md] [JOBS ...].

    python benchmarks/scale.py --write docs/scale.md 100 1000 10000

Jobs are simulated (simulated.py): an executor has their files at hand, so that what is left is dlbench's own work in
the one process that conducts a run. Figures are processor seconds of that process, which hold on a machine that others
use too; waiting for the disk is measured apart, on 100 jobs, as wall seconds.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import simulated

from dlbench import api, load_suite
from dlbench.planning import Plan, Reuse, plan_suite
from dlbench.runs import RunFolder
from dlbench.store import Store

BEGIN, END = "<!-- measured by benchmarks/scale.py -->", "<!-- end of what was measured -->"
SYNCED = 100


def seconds(function: Callable[[], object]) -> float:
    """Return the processor seconds of a call."""
    with simulated.Stopwatch() as watch:
        function()
    return watch.processor


def column(jobs: int, root: Path) -> dict[str, str]:
    """Return part → cost at a number of jobs."""
    suite = load_suite(simulated.content(jobs))
    plan = plan_suite(suite)
    with simulated.unsynced():
        held: list[RunFolder] = []
        told = {
            "plan, nothing done": seconds(lambda: plan_suite(suite)),
            "open the run (run.json)": seconds(lambda: held.append(simulated.opened(plan, root))),
            "conduct all jobs, commit their records": seconds(lambda: simulated.conduct(plan, root, held[0])),
        }
    os.sync()
    store = Store(root)
    told["read and verify all records once"] = seconds(lambda: plan_suite(suite, Reuse(store)))
    store.keep_briefs()
    told["plan, all done, by their briefs"] = seconds(lambda: plan_suite(suite, Reuse(Store(root))))
    told["`dlbench status`"] = seconds(lambda: api.status(held[0]))
    told["report (ranking and verdicts)"] = seconds(lambda: api.report(held[0]).render("terminal", short=True))
    return {name: f"{value:.2f} s" for name, value in told.items()} | _space(plan, root, held[0])


def _space(plan: Plan, root: Path, run: RunFolder) -> dict[str, str]:
    """Return what lies on the disk: blocks, not bytes, since records are small files."""
    jobs = len(plan.jobs)
    files = [path.stat() for path in (root / "jobs").rglob("*")]
    blocks = sum(stat.st_blocks * 512 for stat in files)
    return {
        "run.json": f"{(run.path / 'run.json').stat().st_size / 2**20:.2f} MiB",
        "journal": f"{(run.path / 'journal.jsonl').stat().st_size / 2**20:.2f} MiB",
        "disk of the records": f"{blocks / 2**20:.0f} MiB",
        "files and folders a job": f"{len(files) / jobs:.1f}",
    }


def synced() -> str:
    """Return the wall seconds a job waits until its record is on the disk, and how many syncs that takes."""
    plan = plan_suite(load_suite(simulated.content(SYNCED)))
    calls, sync = [0], os.fsync

    def counted(handle: int) -> None:
        calls[0] += 1
        sync(handle)

    with tempfile.TemporaryDirectory() as folder:
        run = simulated.opened(plan, Path(folder))
        os.fsync = counted
        try:
            with simulated.Stopwatch() as watch:
                simulated.conduct(plan, Path(folder), run)
        finally:
            os.fsync = sync
    each = 1000 * watch.wall / SYNCED
    return f"With every sync, {SYNCED} jobs: {each:.0f} ms of wall a job, {calls[0] / SYNCED:.0f} syncs a job."


def table(sizes: list[int]) -> str:
    """Return the measured part of the document."""
    columns = {}
    for jobs in sizes:
        folder = Path(tempfile.mkdtemp(prefix="dlbench-scale-"))
        try:
            columns[jobs] = column(jobs, folder)
        finally:
            shutil.rmtree(folder)
    lines = [f"| part | {' | '.join(f'{jobs:,} jobs' for jobs in sizes)} |", "|---" * (len(sizes) + 1) + "|"]
    lines += [f"| {part} | {' | '.join(columns[jobs][part] for jobs in sizes)} |" for part in columns[sizes[0]]]
    return "\n".join([*lines, "", synced()])


def main(arguments: list[str]) -> None:
    """Measure, print, and put the table into a document where one is named."""
    document = Path(arguments[1]) if arguments[:1] == ["--write"] else None
    sizes = [int(word) for word in arguments[2 if document else 0 :]] or [100, 1000, 10_000]
    simulated.warm()
    measured = table(sizes)
    print(measured)
    if document:
        text = document.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        document.write_text(f"{before}{BEGIN}\n{measured}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
