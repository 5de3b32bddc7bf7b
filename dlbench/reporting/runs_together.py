"""Several runs as one: side by side in one report, or told apart to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlbench.reporting.source import Record, Source, label_of, place_of

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth

Entrant = tuple[tuple[str, str], str]
"""Task and point, and the contestant's label."""


@dataclass(frozen=True)
class _Member:
    """A run among others.

    Attributes:
        name: tells it apart.
        entrants: its jobs by place and contestant, in its order.
    """

    name: str
    source: Source
    entrants: Mapping[Entrant, tuple[Record, ...]]


def together(sources: Sequence[Source], *, apart: bool = False) -> Source:
    """Return several runs as one source.

    A contestant that stands in more than one run is called `label (run)`, and a record key `run:key`. One whose
    records are the very same in an earlier run, which lent them, stands there alone. Policy, protocol and the order
    of tasks are those of the first run.

    Args:
        sources: at least one, each of another run.
        apart: whether every contestant carries its run's name and stays, even where its records were lent.
    """
    if len(sources) == 1 and not apart:
        return sources[0]
    members = [_member(name, source) for name, source in zip(names_of(sources), sources, strict=True)]
    repeated = _repeated(members) if not apart else None
    jobs = list(_jobs(members, repeated))
    origins = {job["key"]: (member.source, record) for job, member, record in jobs}

    def prediction(record: Record) -> Form:
        source, original = origins[record["key"]]
        return source.predictions(original)

    def truth(record: Record) -> Truth:
        source, original = origins[record["key"]]
        return source.truth(original)

    def left(record: Record, name: str) -> list[dict[str, Any]]:
        source, original = origins[record["key"]]
        return source.left(original, name) if source.left else []

    def arrays(record: Record, name: str) -> dict[str, np.ndarray]:
        source, original = origins[record["key"]]
        return source.arrays(original, name) if source.arrays else {}

    records = tuple(job for job, _, _ in jobs if job["status"] != "pending")
    run = _header(members, [_listed(job, member, record) for job, member, record in jobs])
    return Source(run, records, prediction, truth, sources[0].metric_version, left, arrays=arrays)


def names_of(sources: Sequence[Source]) -> list[str]:
    """Return a name for each run: its id, the suite before it where ids repeat, a number where even that does."""
    ids = [str(source.run.get("id", "")) for source in sources]
    full = [f"{source.run.get('suite_name', '')}/{name}" for source, name in zip(sources, ids, strict=True)]
    names = ids if len(set(ids)) == len(ids) else full
    return names if len(set(names)) == len(names) else [f"{name} #{number}" for number, name in enumerate(names, 1)]


def marked(label: str, run: str) -> str:
    """Return a contestant's label with its run."""
    return f"{label} ({run})"


def _member(name: str, source: Source) -> _Member:
    held: dict[Entrant, list[Record]] = {}
    for job in source.jobs:
        held.setdefault((place_of(job), label_of(job)), []).append(job)
    return _Member(name, source, {entrant: tuple(jobs) for entrant, jobs in held.items()})


def _repeated(members: Sequence[_Member]) -> set[str]:
    """Return the labels that stand in several runs with records of their own."""
    seen: dict[Entrant, set[frozenset[Any]]] = {}
    for member in members:
        for entrant, jobs in member.entrants.items():
            seen.setdefault(entrant, set()).add(_prints(jobs))
    return {label for (_, label), found in seen.items() if len(found) > 1}


def _prints(jobs: Iterable[Record]) -> frozenset[Any]:
    return frozenset((job["key"], job.get("attempt"), job.get("digest")) for job in jobs)


def _jobs(members: Sequence[_Member], repeated: set[str] | None) -> Iterable[tuple[dict[str, Any], _Member, Record]]:
    """Yield each job as it is called beside the other runs, its run, and the job itself."""
    seen: set[tuple[Entrant, frozenset[Any]]] = set()
    for member in members:
        for entrant, jobs in member.entrants.items():
            print_ = (entrant, _prints(jobs))
            if repeated is not None and print_ in seen:
                continue
            seen.add(print_)
            alone = repeated is not None and entrant[1] not in repeated
            label = entrant[1] if alone else marked(entrant[1], member.name)
            for record in jobs:
                named = {**record["job"], "contestant": {**record["job"]["contestant"], "label": label}}
                yield {**record, "key": f"{member.name}:{record['key']}", "job": named}, member, record


def _listed(job: Mapping[str, Any], member: _Member, record: Record) -> dict[str, Any]:
    reused = record["key"] in member.source.reused
    return {**job["job"], "key": job["key"], "attempt": record.get("attempt"), "reused": reused}


def _header(members: Sequence[_Member], jobs: list[dict[str, Any]]) -> dict[str, Any]:
    runs = [member.source.run for member in members]
    finished = [run.get("finished") for run in runs]
    return {
        **runs[0],
        "id": ", ".join(member.name for member in members),
        "suite_name": ", ".join(dict.fromkeys(str(run.get("suite_name", "")) for run in runs)),
        "digest": ", ".join(dict.fromkeys(str(run.get("digest", "")) for run in runs)),
        "started": min(str(run.get("started", "")) for run in runs),
        "finished": max(map(str, finished)) if all(finished) else None,
        "versions": _said(run.get("versions") or {} for run in runs),
        "hardware": _said(run.get("hardware") or {} for run in runs),
        "git": runs[0].get("git") if len({str(run.get("git")) for run in runs}) == 1 else None,
        "suite": {**(runs[0].get("suite") or {}), "tasks": _tasks(runs)},
        "jobs": jobs,
        "skipped": [dict(pair) for run in runs for pair in run.get("skipped", ())],
        "runs": [{name: run.get(name) for name in ("id", "suite_name", "digest", "overrides")} for run in runs],
    }


def _said(facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return each fact, and all that the runs say where they differ."""
    told: dict[str, list[Any]] = {}
    for held in facts:
        for name, value in held.items():
            told.setdefault(name, []).append(value)
    return {
        name: values[0] if len(set(map(str, values))) == 1 else " | ".join(map(str, values))
        for name, values in told.items()
    }


def _tasks(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every task of the runs once, asked for the metrics of all of them, the first run's before the others'."""
    found: dict[str, dict[str, Any]] = {}
    for run in runs:
        for entry in (run.get("suite") or {}).get("tasks", ()):
            name = str(next((entry[key] for key in ("as", "label", "name", "dataset") if entry.get(key)), ""))
            held = found.setdefault(name, dict(entry))
            metrics = [*(held.get("metrics") or ()), *(entry.get("metrics") or ())]
            held["metrics"] = list(dict.fromkeys(metrics))
    return list(found.values())
