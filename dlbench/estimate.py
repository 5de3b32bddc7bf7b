"""How long a plan will take and how much it will keep: from earlier records where there are any, else a guess."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from dlbench.core.errors import CorruptRecord
from dlbench.core.job import JobSpec
from dlbench.places import nets_side_by_side, side_by_side
from dlbench.planning import Plan
from dlbench.runs import all_runs
from dlbench.store import Store

_GUESSED_TRIAL = {"floor": 0.1, "classic": 0.5, "deep": 6.0}
_GUESSED_BYTES = 60_000


@dataclass(frozen=True)
class Estimate:
    """Wall seconds and bytes of the jobs still to run.

    Attributes:
        seconds: with as many jobs side by side as the run would have, and nets on GPUs where it would train them there.
        bytes: that will be added to the results folder.
        measured: jobs whose estimate rests on records of the same contestant and task; the others are guesses.
        pending: jobs still to run.
    """

    seconds: float
    bytes: int
    measured: int
    pending: int


def estimate(plan: Plan, store: Store, slots: int | None = None) -> Estimate:
    """Return the estimate of a plan.

    Args:
        plan: what would run.
        store: whose runs of the same suite are asked.
        slots: jobs side by side; None for cores ÷ threads.

    Raises:
        UsageError: several are asked for that are to run alone.
    """
    seen = _walls(plan, store)
    walls = [seen.get(_pair(job)) for job in plan.pending]
    seconds = [_guess(job) if wall is None else wall for job, wall in zip(plan.pending, walls, strict=True)]
    known = sum(wall is not None for wall in walls)
    return Estimate(_spread(plan, seconds, slots), len(walls) * _GUESSED_BYTES, known, len(walls))


def _spread(plan: Plan, seconds: list[float], slots: int | None) -> float:
    """Return the wall seconds of pending jobs side by side: of all slots, of those for nets, or of one long job alone.

    Args:
        plan: whose jobs are to run.
        seconds: of each.
        slots: as asked for.
    """
    count = side_by_side(plan.suite, slots)
    kind = "gpu" if any(job.device == "gpu" for job in plan.pending) else "cpu"
    deep = sum(took for job, took in zip(plan.pending, seconds, strict=True) if job.deep)
    return max(sum(seconds) / count, deep / nets_side_by_side(plan.suite, count, kind), *seconds)


def _pair(job: JobSpec) -> tuple[str, str]:
    return job.task.label, job.contestant.label


def _guess(job: JobSpec) -> float:
    if job.search.seconds is not None:
        return job.search.seconds + 2
    return 1.0 + (job.search.trials + 1) * _GUESSED_TRIAL.get(job.contestant.kind, 2.0)


def _walls(plan: Plan, store: Store) -> dict[tuple[str, str], float]:
    """Return (task, contestant) → mean wall seconds in the last run of a suite of this name."""
    runs = [run for run in all_runs(store.root) if run.path.parent.name == plan.suite.name]
    if not runs or not plan.pending:
        return {}
    walls: dict[tuple[str, str], list[float]] = {}
    try:
        pairs = {job["key"]: (job["task"], job["contestant"]["label"]) for job in runs[-1].header()["jobs"]}
    except CorruptRecord:
        return {}
    for key, entry in runs[-1].attempts().items():
        brief = store.brief("jobs", key, entry["attempt"])
        if brief and brief["wall"] and key in pairs:
            walls.setdefault(pairs[key], []).append(brief["wall"])
    return {pair: fmean(seconds) for pair, seconds in walls.items()}
