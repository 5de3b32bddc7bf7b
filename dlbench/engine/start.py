"""Starts or resumes a run of a suite."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from dlbench import own
from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord, UsageError
from dlbench.core.recorded import told_of
from dlbench.engine import environment
from dlbench.engine.conduct import Conductor
from dlbench.engine.events import Listener, RunOpened, silent
from dlbench.engine.judge import version
from dlbench.engine.pool import HardLimits, Pool
from dlbench.planning import Plan, Reuse, backend, device_kind, plan_suite
from dlbench.runs import RunFolder, all_runs, locked, open_run
from dlbench.store import Store

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.suite import Suite


@dataclass(frozen=True)
class Options:
    """How to run, without any effect on what is measured.

    Attributes:
        output: the results folder.
        jobs: jobs side by side; None for cores ÷ threads.
        force: run every job again.
        retry_failed: run jobs again that failed before.
        device: auto, cpu or gpu.
        listener: is told what happens.
    """

    output: Path = Path("results")
    jobs: int | None = None
    force: bool = False
    retry_failed: bool = False
    device: str = "auto"
    listener: Listener = silent


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its folder, whether it finished, and how many jobs ended in each status."""

    folder: RunFolder
    finished: bool
    statuses: dict[str, int]

    @property
    def exit_code(self) -> int:
        """0 fine, 3 finished with jobs that failed or were unavailable, 130 interrupted."""
        if not self.finished:
            return 130
        return 0 if set(self.statuses) <= {"ok"} else 3


def start(suite: Suite, options: Options) -> Outcome:
    """Run a suite: resume its last run while that is unfinished, else open a new one that reuses records."""
    store = Store(options.output)
    last = last_unfinished(suite, options)
    fresh = options.force or bool(last and last.header().get("force"))
    plan = plan_suite(suite, Reuse(store, fresh, options.retry_failed), device=options.device)
    if last and fresh:
        plan = _with_done(plan, store, last)
    if not plan.jobs:
        reasons = "; ".join(f"{skip.contestant} on {skip.task}: {skip.reason}" for skip in plan.skipped)
        raise UsageError(f"nothing to run, every pair is skipped: {reasons or 'no model runs on any task'}")
    run = last or open_run(options.output, _header(suite, plan, options))
    slots = options.jobs or max(1, (os.cpu_count() or 1) // suite.protocol.threads)
    with locked(run):
        store = Store(options.output, run.path / "staging")
        store.clear_staging()
        opened = RunOpened(str(run.path), len(plan.jobs), len(plan.pending), len(plan.skipped), slots, last is not None)
        options.listener(opened)
        finished = _conduct(plan, store, run, slots, options, fresh)
        store.clear_staging()
    statuses: dict[str, int] = {}
    for entry in run.attempts().values():
        statuses[entry["status"]] = statuses.get(entry["status"], 0) + 1
    return Outcome(run, finished, statuses)


def last_unfinished(suite: Suite, options: Options) -> RunFolder | None:
    """Return the last run of the same resolved suite, where it is unfinished and no new one is forced."""
    if options.force:
        return None
    runs = [run for run in all_runs(options.output) if run.path.parent.name == suite.name]
    same = [run for run in runs if _digest(run) == suite.digest]
    return same[-1] if same and same[-1].finished is None else None


def _digest(run: RunFolder) -> str | None:
    """Return the digest of a run's suite; None where its header cannot be believed."""
    try:
        return str(run.header()["digest"])
    except CorruptRecord:
        return None


def _conduct(plan: Plan, store: Store, run: RunFolder, slots: int, options: Options, fresh: bool) -> bool:
    deep = any(job.contestant.kind == "deep" for job in plan.pending)
    searching = any(job.search_key for job in plan.pending)
    preload = ["numpy", "pandas", "sklearn.ensemble", "sklearn.compose", "sklearn.svm", "dlbench.engine.job"]
    if deep or searching:
        preload += ["keras", backend(), "keras_tuner"]
    policy = plan.suite.policy
    memory = policy.memory or int(0.8 * psutil.virtual_memory().total / slots)
    limits = HardLimits(policy.timeout, memory, policy.output)
    if not plan.pending:
        preload = []
    pool = Pool(slots, tuple(preload), limits, run.path / "preload.log", spawn=device_kind(options.device) == "gpu")
    try:
        return Conductor(plan, store, run, pool, options.listener, fresh=fresh).conduct()
    finally:
        pool.stop()


def _with_done(plan: Plan, store: Store, run: RunFolder) -> Plan:
    """Count as done what a forced run had finished itself before it was stopped."""
    keys = {job.key for job in plan.jobs}
    entries = {key: entry for key, entry in run.attempts().items() if key in keys}
    done = {key: store.record("jobs", key, entry["attempt"]) for key, entry in entries.items()}
    return Plan(plan.suite, plan.jobs, plan.skipped, done)


def _header(suite: Suite, plan: Plan, options: Options) -> dict[str, Any]:
    jobs = [{"key": job.key, "name": job.name, **_place(job)} for job in plan.jobs]
    return {
        "suite_name": suite.name,
        "suite": suite.resolved(),
        "digest": suite.digest,
        "overrides": dict(suite.overrides),
        "metrics": _judges(suite),
        "inferred": {task.label: own.inferred(task.dataset_name, task.dataset_params) for task in suite.tasks},
        "force": options.force,
        "started": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "versions": environment.versions(),
        "hardware": environment.hardware(),
        "machine": environment.machine_print(),
        "environment": environment.variables(),
        "git": environment.git(Path.cwd()),
        "jobs": jobs,
        "skipped": [asdict(skip) for skip in plan.skipped],
    }


def _judges(suite: Suite) -> dict[str, Any]:
    """Return name → direction, range and version of every metric the suite asks for."""
    names = sorted({name for task in suite.tasks for name in task.metrics})
    return {name: told_of(catalog.metric(name), version(name)) for name in names}


def _place(job: JobSpec) -> dict[str, Any]:
    """Return where a job belongs in a report, before it has a record."""
    told = job.describe()
    contestant = {"label": job.contestant.label, "kind": job.contestant.kind}
    return {name: told[name] for name in ("task", "task_type", "point", "repeat", "fold", "seed")} | {
        "contestant": contestant
    }
