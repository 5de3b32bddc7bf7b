"""Starts or resumes a run of a suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench import own
from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord, UsageError
from dlbench.core.recorded import told_of
from dlbench.engine import environment
from dlbench.engine.conduct import Conductor
from dlbench.engine.events import Listener, RunOpened, silent
from dlbench.engine.executor import Executor
from dlbench.engine.judge import version
from dlbench.engine.live import living
from dlbench.engine.local import end_leftovers, pool_for
from dlbench.engine.recording import now
from dlbench.engine.several import can_spread, enough_devices
from dlbench.engine.writing import writing
from dlbench.places import side_by_side
from dlbench.planning import Plan, Reuse, plan_suite
from dlbench.runs import RunFolder, all_runs, locked, open_run
from dlbench.store import Store

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.slices import Slice
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
        budget: how a wall target was shared out, for run.json.
        executor: local, or ray for a cluster.
        address: of the Ray cluster's head; None starts one here.
        part: the slice of the plan that is run; None for all of it.
        halving: what rungs before this run have cut, for run.json.
    """

    output: Path = Path("results")
    jobs: int | None = None
    force: bool = False
    retry_failed: bool = False
    device: str = "auto"
    listener: Listener = silent
    budget: Mapping[str, Any] | None = None
    executor: str = "local"
    address: str | None = None
    part: Slice | None = None
    halving: Mapping[str, Any] | None = None

    def digest(self, suite: Suite) -> str:
        """Return what tells the runs of a suite, and of its slices, apart from others'."""
        return suite.digest if self.part is None else f"{suite.digest} {self.part}"


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its folder, whether it finished, how many jobs ended in each status, how many were to run."""

    folder: RunFolder
    finished: bool
    statuses: dict[str, int]
    pending: int = 0

    @property
    def exit_code(self) -> int:
        """0 fine, 3 finished with jobs that failed or were unavailable, 130 interrupted."""
        if not self.finished:
            return 130
        return 0 if set(self.statuses) <= {"ok"} else 3


def start(suite: Suite, options: Options) -> Outcome:
    """Run a suite: resume its last run while that is unfinished, else open a new one that reuses records.

    Raises:
        UsageError: there is nothing to run, or the results folder cannot be written.
        CannotWrite: the disk is full; the same command resumes.
    """
    if suite.search.halving:
        from dlbench.engine.halving import run_halved

        return run_halved(suite, options)
    return run_plan(suite, options, partial(plan_suite, suite, device=options.device))


def run_plan(suite: Suite, options: Options, planned: Callable[[Reuse], Plan]) -> Outcome:
    """Run what a plan of a suite asks for, as `start` does; `planned` makes it, told which records count as done."""
    slots, store = side_by_side(suite, options.jobs), Store(options.output)
    last = last_unfinished(suite, options)
    fresh = options.force or bool(last and last.header().get("force"))
    plan = planned(Reuse(store, fresh, options.retry_failed))
    if last and fresh:
        plan = _with_done(plan, store, last)
    if not plan.jobs:
        reasons = "; ".join(f"{skip.contestant} on {skip.task}: {skip.reason}" for skip in plan.skipped)
        raise UsageError(f"nothing to run, every pair is skipped: {reasons or 'no model runs on any task'}")
    if options.part:
        plan = replace(plan, jobs=options.part.jobs(plan.jobs))
    _check_devices(plan, options)
    if options.executor == "ray":
        from dlbench.engine.cluster import secure

        secure(options.address)
        from dlbench.engine.ray_executor import side_by_side as on_cluster

        slots = on_cluster(plan, options.jobs, options.address)
    with writing(options.output):
        run = last or open_run(options.output, _header(suite, plan, options))
        with locked(run):
            finished = _work(plan, run, slots, options, fresh=fresh, resumed=last is not None)
            _remember(plan, store)
    statuses = Counter(entry["status"] for entry in run.attempts().values())
    return Outcome(run, finished, dict(statuses), len(plan.pending))


def _check_devices(plan: Plan, options: Options) -> None:
    if options.executor == "ray":  # the cluster tells what it has
        can_spread(plan)
    else:
        enough_devices(plan, options.device)


def _work(plan: Plan, run: RunFolder, slots: int, options: Options, *, fresh: bool, resumed: bool) -> bool:
    """Run what is pending, in a folder that this process holds; return whether it came to its end."""
    store = Store(options.output, run.path / "staging")
    store.clear_staging()
    end_leftovers(run.path)
    opened = RunOpened(str(run.path), len(plan.jobs), len(plan.pending), len(plan.skipped), slots, resumed)
    with living(run.path, options.listener) as listener:
        listener(opened)
        finished = _conduct(plan, store, run, slots, replace(options, listener=listener), fresh)
    store.clear_staging()
    return finished


def last_unfinished(suite: Suite, options: Options) -> RunFolder | None:
    """Return the last run of the same resolved suite, where it is unfinished; with `force`, where it was forced too."""
    runs = [run for run in all_runs(options.output) if run.path.parent.name == suite.name]
    last = next((run for run in reversed(runs) if _digest(run) == options.digest(suite)), None)
    if last is None or last.finished is not None:
        return None
    return last if not options.force or last.header().get("force") else None


def _digest(run: RunFolder) -> str | None:
    """Return the digest of a run's suite; None where its header cannot be believed."""
    try:
        return str(run.header()["digest"])
    except CorruptRecord:
        return None


def _conduct(plan: Plan, store: Store, run: RunFolder, slots: int, options: Options, fresh: bool) -> bool:
    pool = _executor(plan, slots, options, run)
    try:
        return Conductor(plan, store, run, pool, options.listener, fresh=fresh).conduct()
    finally:
        pool.stop()


def _executor(plan: Plan, slots: int, options: Options, run: RunFolder) -> Executor:
    if options.executor == "local":
        return pool_for(plan, slots, options.device, run.path / "preload.log")
    from dlbench.engine.ray_executor import RayExecutor

    return RayExecutor(plan, 1 if plan.suite.policy.timing == "exclusive" else options.jobs)


def _with_done(plan: Plan, store: Store, run: RunFolder) -> Plan:
    """Count as done what a forced run had finished itself before it was stopped."""
    keys = {job.key for job in plan.jobs}
    entries = {key: entry for key, entry in run.attempts().items() if key in keys}
    done = {key: store.record("jobs", key, entry["attempt"]) for key, entry in entries.items()}
    return Plan(plan.suite, plan.jobs, plan.skipped, done)


def _remember(plan: Plan, store: Store) -> None:
    """Read what this run has left once more, so that the next run need not."""
    for job in plan.pending:
        store.brief("jobs", job.key)
    store.keep_briefs()


def _header(suite: Suite, plan: Plan, options: Options) -> dict[str, Any]:
    jobs = [{"key": job.key, "name": job.name, **_place(job)} for job in plan.jobs]
    return {
        "suite_name": suite.name,
        "suite": suite.resolved(),
        "digest": options.digest(suite),
        "overrides": dict(suite.overrides),
        "metrics": _judges(suite),
        "inferred": {task.label: own.inferred(task.dataset_name, task.dataset_params) for task in suite.tasks},
        "force": options.force,
        "budget": options.budget,
        **({"halving": options.halving} if options.halving else {}),
        "started": now(),
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
    return {
        "task": job.task.label,
        "task_type": job.task.type,
        "point": dict(job.point),
        "repeat": job.split.repeat,
        "fold": job.split.fold,
        "seed": job.fit_index,
        "contestant": {"label": job.contestant.label, "kind": job.contestant.kind},
    }
