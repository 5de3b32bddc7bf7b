"""The tables of a report as text, before a format draws them. Nothing here is escaped yet."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlbench.reporting import figures
from dlbench.reporting.board import Round, better
from dlbench.reporting.board import title_of as title_of
from dlbench.reporting.rows import Row

if TYPE_CHECKING:
    from dlbench.reporting.findings import Findings

MARKS = {"deep": "◆", "classic": "●", "mixed": "◈", "floor": "○"}
LEGEND = "● classic  ◆ deep  ◈ both  ○ floor"
ARROWS = {"higher": "↑", "lower": "↓"}


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes:
        title: what it shows.
        columns: headings.
        lines: one tuple of texts a line.
        kinds: of the contestant of each line; empty where lines are no contestants.
        numeric: columns that are set flush right.
        notes: lines below.
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...] = ()
    numeric: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


def rows_of(findings: Findings, place: Round, metric: str) -> tuple[Row, ...]:
    """Return the rows of one task, point and metric, best first."""
    return findings.ranking.get((place.task, place.point, metric), ())


def primary(findings: Findings, place: Round) -> Table:
    """Return the ranking by the primary metric; a dagger marks contestants that a note speaks of."""
    held = rows_of(findings, place, place.primary)
    lines = tuple((rank(row), _marked(row), figures.score(row.value), figures.span(row.low, row.high)) for row in held)
    columns = ("#", "contestant", heading(place.primary), "95 % interval")
    kinds = tuple(row.kind for row in held)
    notes = (*_reference(findings, place), *_notes(findings, held), *_best(findings, place))
    return Table("", columns, lines, kinds, frozenset({0, 2, 3}), notes)


def _best(findings: Findings, place: Round) -> tuple[str, ...]:
    """Name the contestant that validation, without a look at the test part, would take."""
    here = (one for one in findings.recommendations if (one.task, one.point) == (place.task, place.point))
    return tuple(
        f"Best on validation, of {one.over}: {one.contestant}, {one.metric} {figures.score(one.validation)} there."
        for one in here
    )


def others(findings: Findings, place: Round) -> Table | None:
    """Return contestants × the other metrics, in the order of the ranking; None without any value."""
    if len(place.metrics) < 2:
        return None
    ranking = rows_of(findings, place, place.primary)
    shown_rows = (row for metric in place.metrics for row in rows_of(findings, place, metric))
    values = {(row.contestant, row.metric): row.value for row in shown_rows}
    lines = tuple(
        (row.contestant, *(figures.score(values.get((row.contestant, metric))) for metric in place.metrics[1:]))
        for row in ranking
    )
    columns = ("contestant", *(heading(metric) for metric in place.metrics[1:]))
    kinds = tuple(row.kind for row in ranking)
    shown = Table("Other metrics", columns, lines, kinds, frozenset(range(1, len(columns))))
    return shown if _filled(shown) else None


def costs(findings: Findings, place: Round) -> Table | None:
    """Return what each contestant cost, mean a job, in the order of the ranking; None where nothing was measured."""
    ranking = rows_of(findings, place, place.primary)
    granted = any(row.granted_seconds is not None for row in ranking)
    columns = ("contestant", "fit", "first call", "1000 predictions", "memory", "parameters", "trials", "used")
    lines = tuple(_cost(row, granted) for row in ranking)
    notes = ("* times of an earlier run of the same job",) if any(row.reused for row in ranking) else ()
    if any(row.first_predict_seconds is not None for row in ranking):
        notes = ("First call: cold, of at most 8 items. 1000 predictions: warm, after it.", *notes)
    kinds = tuple(row.kind for row in ranking)
    shown = Table("Cost, mean a job", columns, lines, kinds, frozenset(range(1, 8)), notes)
    return shown if _filled(shown) else None


def skipped(findings: Findings) -> Table | None:
    """Return pairs that were not run or not judged, with the reason; None where there are none."""
    lines = tuple(
        (pair["task"], pair["contestant"], pair.get("metric") or "all", pair["reason"]) for pair in findings.skipped
    )
    return Table("Skipped", ("task", "contestant", "metric", "reason"), lines) if lines else None


def failed(findings: Findings) -> Table | None:
    """Return jobs that did not end well, equal ones counted; None where all did."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for job in findings.failed:
        line = (title_of(job["task"], job["point"]), job["contestant"], job["status"], job["reason"])
        counts[line] = counts.get(line, 0) + 1
    lines = tuple((task, name, str(n), status, reason) for (task, name, status, reason), n in counts.items())
    columns = ("task", "contestant", "jobs", "status", "reason")
    return Table("Failed", columns, lines, (), frozenset({2}), (POLICIES[findings.policy],)) if lines else None


POLICIES = {
    "floor": "Policy on_failure: floor – the floor's value of the same fold stands for a failed job.",
    "drop": "Policy on_failure: drop – failed jobs are left out of the means.",
}


def progress(findings: Findings) -> str:
    """Return how many jobs ended how."""
    told = [f"{count:,} {status}" for status, count in findings.counts.items()]
    return f"{figures.plural(sum(findings.counts.values()), 'job')}: {', '.join(told)}" if told else "no jobs"


def protocol(place: Round) -> str:
    """Return the protocol of a task in a few words."""
    parts = f"{place.folds} folds" if place.folds > 1 else "fixed test set"
    return f"{parts} × {figures.plural(place.seeds, 'fit seed')}"


def reproduction(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Return what is needed to get the run again: name → text."""
    run = findings.run
    git = run.get("git") or {}
    commit = str(git.get("commit") or "")[:12]
    found = {
        "suite": f"{run.get('suite_name', '')}, digest {run.get('digest', '')}",
        "run": f"{run.get('id', '')}, started {run.get('started', '')}, finished {run.get('finished') or 'not yet'}",
        "versions": _listed(run.get("versions") or {}),
        "hardware": _listed(run.get("hardware") or {}),
        "git": f"{commit}{', with changes' if git.get('dirty') else ''}" if commit else "",
        "again": "; ".join(map(_again, run.get("runs") or (run,))),
    }
    return tuple((name, text) for name, text in found.items() if text)


def _again(run: Mapping[str, Any]) -> str:
    return " ".join(["dlbench run", str(run.get("suite_name", "")), *_assignments(run)])


def _assignments(run: Mapping[str, Any]) -> list[str]:
    """Return the flags that lay over the suite what was laid over it for this run."""
    return [f"--set {shlex.quote(f'{path}={value}')}" for path, value in (run.get("overrides") or {}).items()]


def rank(row: Row) -> str:
    """Return the rank, with the one under the other policy where that differs."""
    if row.rank is None:
        return figures.NONE
    if row.rank == row.rank_dropped:
        return str(row.rank)
    return f"{row.rank} ({figures.NONE if row.rank_dropped is None else row.rank_dropped})"


def heading(metric: str) -> str:
    """Return a metric with an arrow to its better end."""
    return f"{metric} {ARROWS[better(metric)]}"


def _filled(table: Table) -> bool:
    return any(text != figures.NONE for line in table.lines for text in line[1:])


def _marked(row: Row) -> str:
    return row.contestant if row.status == "ok" else f"{row.contestant} †"


def _notes(findings: Findings, held: Iterable[Row]) -> Iterator[str]:
    other = "drop" if findings.policy == "floor" else "floor"
    if any(row.rank != row.rank_dropped for row in held):
        yield f"In brackets: the rank under on_failure: {other}."
    yield from dict.fromkeys(f"95 % intervals: {row.interval_from}." for row in held if "origins" in row.interval_from)
    for row in held:
        if row.status != "ok":
            stood = "; the floor's value stands in" if row.stood_in else ""
            yield f"† {row.contestant}: {row.status}, {row.n} of {figures.plural(row.jobs, 'job')} ok{stood}."


def _cost(row: Row, granted: bool) -> tuple[str, ...]:
    used = figures.seconds(row.used_seconds)
    return (
        row.contestant,
        figures.seconds(row.fit_seconds) + (" *" if row.reused else ""),
        figures.seconds(row.first_predict_seconds),
        figures.seconds(row.predict_seconds_per_1000),
        figures.size(row.peak_memory_bytes),
        figures.count(row.parameters),
        _of(row.trials, row.granted_trials),
        f"{used} of {figures.seconds(row.granted_seconds)}" if granted else used,
    )


def _of(used: float | None, granted: float | None) -> str:
    if not used and not granted:
        return figures.NONE
    return figures.count(used) if granted is None else f"{figures.count(used)} of {figures.count(granted)}"


def _reference(findings: Findings, place: Round) -> Iterator[str]:
    """Yield the published figures beside ours, of whatever metric."""
    yield from (one.text for one in findings.references if (one.task, one.point) == (place.task, place.point))


def _listed(facts: Mapping[str, Any]) -> str:
    told = []
    for name, value in facts.items():
        sized = name.endswith("_bytes") and isinstance(value, int)
        told.append(f"{name.removesuffix('_bytes')} {figures.size(value)}" if sized else f"{name} {value}")
    return ", ".join(told)
