"""Successive halving across contestants: the rungs are run, the weaker are cut, what is left is the run.

A rung's jobs are ordinary jobs with keys and records of their own, in a run folder of their own (`<suite>.rung-1`),
so a killed rung resumes and a finished one is found again. The cut reads nothing of a record but its status and its
score on validation; what a rung's job predicted for the test part is looked at by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.errors import UsageError
from dlbench.engine.start import Options, Outcome, last_unfinished, run_plan
from dlbench.pairing import Skip
from dlbench.planning import Plan, Reuse, plan_suite
from dlbench.rungs import Rung, entrants, left_after, only_with, rung_plan, rung_suite, rungs_of
from dlbench.store import Store

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.suite import Suite

Work = Callable[["Suite"], bool]
"""Runs a rung and returns whether it came to its end."""


@dataclass(frozen=True)
class Standing:
    """How a contestant did in a rung.

    Attributes:
        label, kind: of the contestant.
        value: of the task's objective on validation; None where the job did not end well.
        status, reason: how it ended, where there is no value.
    """

    label: str
    kind: str
    value: float | None
    status: str = "ok"
    reason: str = ""


@dataclass(frozen=True)
class Halved:
    """What the rungs came to.

    Attributes:
        halving: one in so many goes on.
        cuts: who does not, and why, in the order in which they went.
        rungs: one mapping a rung: number, of, divisor, jobs, cut, seconds (kind → seconds of the kind that budgets
            charge, preparation to refit), wall (seconds of all jobs).
    """

    halving: int
    cuts: tuple[Skip, ...] = ()
    rungs: tuple[Mapping[str, Any], ...] = ()

    def plan(self, suite: Suite, reuse: Reuse | None = None, *, device: str = "auto") -> Plan:
        """Return the plan of the suite without those who are cut; they stand among the skipped."""
        gone = {(skip.task, skip.contestant) for skip in self.cuts}
        stay = {
            task.label: {one.label: "" for one in suite.contestants_of(task) if (task.label, one.label) not in gone}
            for task in suite.tasks
            if any(cut.task == task.label for cut in self.cuts)
        }
        plan = plan_suite(only_with(suite, stay), reuse, device=device)
        return replace(plan, suite=suite, skipped=(*plan.skipped, *self.cuts))

    def to_json(self) -> dict[str, Any]:
        """Return what run.json keeps."""
        return {"halving": self.halving, "rungs": list(self.rungs), "cuts": [asdict(skip) for skip in self.cuts]}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Halved:
        """Rebuild from run.json."""
        cuts = tuple(Skip(**skip) for skip in content["cuts"])
        return cls(content["halving"], cuts, tuple(content["rungs"]))


def run_halved(suite: Suite, options: Options) -> Outcome:
    """Run the rungs of a suite, then the run they leave; a run that resumes keeps the cut it was opened with.

    Args:
        suite: with `search.halving`.
        options: as for a run; `force` runs the rungs again too.

    Raises:
        UsageError: a slice is asked for, which has not all contestants to choose among.
    """
    if options.part:
        raise UsageError("search.halving cuts among all contestants, a slice has some of them; leave one of them out")
    last = last_unfinished(suite, options)
    kept = last.header().get("halving") if last else None
    halved = Halved.from_json(kept) if kept else None
    if halved is None:
        worker = _Worker(options)
        halved = halve(suite, Store(options.output), worker.work, device=options.device)
        if halved is None:
            assert worker.outcome is not None, "a rung that did not end has an outcome"
            return worker.outcome
        options = worker.options
    final = halved

    def planned(reuse: Reuse) -> Plan:
        return final.plan(suite, reuse, device=options.device)

    return run_plan(suite, replace(options, halving=final.to_json()), planned)


def plan_halved(suite: Suite, reuse: Reuse, *, device: str = "auto") -> Plan:
    """Return the plan of a suite that halves its field: without those who are cut, where the rungs are done already."""

    def done(rung: Suite) -> bool:
        return not rung_plan(rung, reuse, device=device).pending

    halved = halve(suite, reuse.store, done, device=device) if reuse.store else None
    return halved.plan(suite, reuse, device=device) if halved else plan_suite(suite, reuse, device=device)


def halve(suite: Suite, store: Store, work: Work, *, device: str = "auto") -> Halved | None:
    """Work through the rungs and cut after each; None where one did not come to its end.

    Args:
        suite: with `search.halving`.
        store: where the rungs' records are.
        work: runs a rung, given as a suite, where it is not done already.
        device: auto, cpu or gpu.
    """
    halving = suite.search.halving or 0
    alive = entrants(plan_suite(suite, device=device))
    depths = {task: len(left_after(len(labels), halving)) for task, labels in alive.items()}
    halved = Halved(halving)
    for rung in rungs_of(alive, halving):
        here = {task: labels for task, labels in alive.items() if rung.place_for(depths[task])[0] >= 1}
        asked = rung_suite(suite, rung, here)
        if not work(asked):
            return None
        ended = [(job, store.find("jobs", job.key)) for job in rung_plan(asked, device=device).jobs]
        cuts = [cut for task in here for cut in _cut(task, rung.place_for(depths[task]), halving, ended)]
        for cut in cuts:
            del alive[cut.task][cut.contestant]
        halved = replace(halved, cuts=(*halved.cuts, *cuts), rungs=(*halved.rungs, _spent(rung, len(cuts), ended)))
    return halved


def cut_of(standings: Sequence[Standing], keep: int, better: str) -> tuple[tuple[Standing, ...], bool]:
    """Return who is cut, the best first, and whether the last place was kept for a side that had none.

    Each side that took part keeps its best contestant. Equal scores go by the suite's order. Where nobody has a
    score there is nothing to choose on, and nobody is cut.

    Args:
        standings: of all contestants of a task in a rung, in the suite's order.
        keep: how many go on, at least two.
        better: higher or lower.
    """
    if all(one.value is None for one in standings):
        return (), False
    ranked = _ranked(standings, better)
    kept, reserved = ranked[:keep], False
    for kind in dict.fromkeys(one.kind for one in ranked):
        if all(one.kind != kind for one in kept):
            spare = [one for one in kept if sum(other.kind == one.kind for other in kept) > 1]
            kept = [one for one in kept if one is not spare[-1]]
            kept.append(next(one for one in ranked if one.kind == kind))
            reserved = True
    return tuple(one for one in ranked if one not in kept), reserved


def _ranked(standings: Sequence[Standing], better: str) -> list[Standing]:
    sign = -1.0 if better == "higher" else 1.0
    return sorted(standings, key=lambda one: (one.value is None, sign * (one.value or 0.0)))


def _cut(
    task: str, place: tuple[int, int], halving: int, ended: Iterable[tuple[JobSpec, Mapping[str, Any] | None]]
) -> list[Skip]:
    """Return who is cut of a task in a rung, and why."""
    mine = [(job, record) for job, record in ended if job.task.label == task]
    objective = mine[0][0].task.objective
    standings = [_standing(job, record) for job, record in mine]
    better = catalog.metric(objective).better
    out, reserved = cut_of(standings, -(-len(standings) // halving), better)
    ranks = {one.label: rank for rank, one in enumerate(_ranked(standings, better), 1)}
    start = f"cut by halving, rung {place[0]} of {place[1]}"
    skips = []
    for one in out:
        said = f"{start}: {_told(one, objective)}, {_ordinal(ranks[one.label])} of {len(standings)}"
        if reserved and ranks[one.label] <= len(standings) - len(out):
            said += "; its place went to the best of the other side, so that both are in the run"
        skips.append(Skip(task, one.label, None, said))
    return skips


def _standing(job: JobSpec, record: Mapping[str, Any] | None) -> Standing:
    """Return how a rung's job ended: of its record, status and validation alone."""
    label, kind = job.contestant.label, job.contestant.kind
    if record is None:
        return Standing(label, kind, None, "missing", "its record cannot be read")
    validation = record.get("validation") or {}
    value = validation.get("value") if record["status"] == "ok" else None
    return Standing(label, kind, value, str(record["status"]), str(record.get("reason") or ""))


def _told(one: Standing, objective: str) -> str:
    if one.value is not None:
        return f"{objective} {one.value:.3g} on validation"
    return f"{one.status} ({one.reason})" if one.reason else f"{one.status}, no score on validation"


def _ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th.

    >>> [_ordinal(number) for number in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _spent(rung: Rung, cut: int, ended: Iterable[tuple[JobSpec, Mapping[str, Any] | None]]) -> dict[str, Any]:
    """Return what run.json says of a rung; a job's wall stands in where its ledger says nothing."""
    ledgers = {job.key: (job.contestant.kind, (record or {}).get("ledger") or {}) for job, record in ended}
    seconds: dict[str, float] = {}
    wall = 0.0
    for kind, ledger in ledgers.values():
        took = float(ledger.get("wall") or 0.0)
        used = ledger.get("used_seconds")
        seconds[kind] = seconds.get(kind, 0.0) + (took if used is None else float(used))
        wall += took
    return {**asdict(rung), "jobs": len(ledgers), "cut": cut, "seconds": seconds, "wall": wall}


@dataclass
class _Worker:
    """Runs rungs that are not done. A rung that was killed while everything was run again is resumed as that.

    Attributes:
        options: for the next run.
        outcome: of the last rung that had to be run.
    """

    options: Options
    outcome: Outcome | None = field(default=None)

    def work(self, rung: Suite) -> bool:
        """Return whether a rung is done, after running what is left of it."""
        options = self.options

        def planned(reuse: Reuse) -> Plan:
            return rung_plan(rung, reuse, device=options.device)

        reuse = Reuse(Store(options.output), options.force, options.retry_failed)
        if not last_unfinished(rung, options) and not planned(reuse).pending:
            return True
        self.outcome = run_plan(rung, replace(options, halving=None), planned)
        self.options = replace(options, force=bool(self.outcome.folder.header()["force"]))
        return self.outcome.finished
