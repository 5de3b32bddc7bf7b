"""The fairness contract, and what the ledgers say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.source import Record

CONTRACT = (
    "Same outer splits for all; fingerprints in every record. Three seed streams: split, search, fit.",
    "Search is nested: run again inside each outer fold, on train and validation only, with the task's primary metric "
    "as objective (a label-free one where the labels are hidden).",
    "Everything that learns from data is fitted on the training part.",
    "Budget seconds charge preparation, search, compilation, refit; not library import, data loading or test "
    "prediction. Learning other data first is granted what it takes, and told.",
    "After the search everybody refits on train + validation with the chosen parameters, iterative learners for the "
    "best number of epochs or rounds.",
    "The default setting is everyone's first trial. search.rows is the same for all; the refit sees all rows.",
    "Threads per job are protocol and part of the key, so -j never changes a score.",
    "Granted and used stand side by side, per contestant and per kind. Champions of a kind are chosen on validation, "
    "never on test.",
    "A failed, diverged or timed-out job is a record with its reason; how it counts is the suite's policy. "
    '"No data" is never 0.',
    "Equal digits on the same machine are promised for budgets in trials and epochs.",
)
KINDS = ("classic", "deep")


def fairness(rounds: Sequence[Round]) -> str:
    """Return one sentence on whether the search was fair: grants alike or not, and what each kind used of them."""
    jobs = {kind: _ended(rounds, kind) for kind in KINDS}
    searched = [job for found in jobs.values() for job in found if _number(job, "granted_trials")]
    if not any("granted_trials" in job["ledger"] for found in jobs.values() for job in found):
        return "No job has ended well yet, so there is nothing to say of budgets."
    if not searched:
        return "Nothing was searched: every contestant ran once at its given setting."
    used = "; ".join(_used(kind, found) for kind, found in jobs.items() if found)
    used += _ratio(jobs)
    grants = sorted({_grant(job) for job in searched})
    if len(grants) == 1:
        return f"Every search was granted the same, {grants[0]}; used: {used}."
    return f"Grants differ ({' | '.join(grants)}), so compare with care; used: {used}."


def halving(run: Mapping[str, Any]) -> list[str]:
    """Return sentences on what the rungs before a run cost and cut; none where there were none."""
    rungs: Sequence[Mapping[str, Any]] = (run.get("halving") or {}).get("rungs") or ()
    if not rungs:
        return []
    jobs, cuts = (sum(rung[name] for rung in rungs) for name in ("jobs", "cut"))
    spent = {kind: sum(rung["seconds"].get(kind, 0.0) for rung in rungs) for kind in KINDS}
    shares = " and ".join(f"{figures.seconds(took)} on {kind}" for kind, took in spent.items() if took) or "no time"
    told = f"Halving came first: {figures.plural(len(rungs), 'rung')} of {figures.plural(jobs, 'job')} in all spent "
    told += f"{shares}, charged to no contestant and in no figure above, and made {figures.plural(cuts, 'cut')} on "
    told += "the first fold's validation alone."
    if cuts and run["suite"]["protocol"]["folds"] > 1:
        told += " Where a task has several folds, those rows are test rows of its other folds, so who was kept may "
        told += "look a little better there than on data that no cut has seen."
    return [told]


def ledgers(rounds: Sequence[Round]) -> dict[str, dict[str, float | None]]:
    """Return kind → jobs, trials and seconds granted and used, summed over all jobs that ended."""
    names = ("granted_trials", "trials", "granted_seconds", "used_seconds")
    totals: dict[str, dict[str, float | None]] = {}
    for kind in KINDS:
        found = _ended(rounds, kind)
        totals[kind] = {"jobs": len(found), **{name: _sum(found, name) for name in names}}
    return totals


def _ended(rounds: Sequence[Round], kind: str) -> list[Record]:
    jobs = [job for place in rounds for name in place.jobs if place.kind(name) == kind for job in place.jobs[name]]
    return [job for job in jobs if job.get("ledger")]


def _used(kind: str, jobs: Sequence[Record]) -> str:
    trials, granted, used = (_sum(jobs, name) for name in ("trials", "granted_trials", "used_seconds"))
    told = f"{kind} {figures.count(trials)} of {figures.count(granted)} trials in {figures.seconds(used)}"
    seconds = _sum(jobs, "granted_seconds")
    return told if seconds is None else f"{told} of {figures.seconds(seconds)}"


def _ratio(jobs: Mapping[str, Sequence[Record]]) -> str:
    classic, deep = (_sum(jobs[kind], "used_seconds") for kind in KINDS)
    return f", {figures.times(deep / classic)} the time of classic" if classic and deep else ""


def pretraining(rounds: Sequence[Round]) -> list[str]:
    """Return a sentence on what was learned before any search, and by whom; none where nobody started from there."""
    jobs = [(label, job) for place in rounds for label, found in place.jobs.items() for job in found]
    learned = [(label, job["ledger"]) for label, job in jobs if (job.get("ledger") or {}).get("pretraining")]
    if not learned:
        return []
    who = ", ".join(dict.fromkeys(label for label, _ in learned))
    own = sum(ledger["pretraining"] for _, ledger in learned if not ledger.get("pretraining_shared"))
    told = f"{who} learned other data first, before any search and granted what it took: {figures.seconds(own)} in all"
    return [f"{told}, each set once for all jobs that start from it."]


def _grant(job: Record) -> str:
    """Say what the search and refit of a job were granted; pretraining is told apart."""
    trials, seconds = _number(job, "granted_trials"), _number(job, "granted_seconds")
    if seconds is not None and not job["ledger"].get("pretraining_shared"):
        seconds -= job["ledger"].get("pretraining") or 0.0
    told = figures.plural(int(trials or 0), "trial")
    return f"{told} a job" if seconds is None else f"{told} and {figures.seconds(seconds)} a job"


def _sum(jobs: Sequence[Record], name: str) -> float | None:
    found = [number for job in jobs if (number := _number(job, name)) is not None]
    return sum(found) if found else None


def _number(job: Record, name: str) -> float | None:
    """Return a number of a job's ledger; a search, or a pretraining, that another job did counts there alone."""
    ledger: Mapping[str, Any] = job.get("ledger") or {}
    value = ledger.get(name)
    if value is not None and ledger.get("pretraining_shared") and name in ("used_seconds", "granted_seconds"):
        value = value - ledger["pretraining"]
    if value is not None and ledger.get("search_shared"):
        value = value - ledger["search"] if name == "used_seconds" else 0 if name != "granted_seconds" else value
    return None if value is None else float(value)
