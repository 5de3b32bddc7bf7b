"""The tasks of a run as chapters: a swept task is one, with a part for each point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dlbench.reporting import tables
from dlbench.reporting.board import Round
from dlbench.reporting.claim import Claim
from dlbench.reporting.evidence.attributions import attributions
from dlbench.reporting.evidence.by_class import by_class, class_table
from dlbench.reporting.evidence.reload import Shelf
from dlbench.reporting.evidence.spotlight import spotlight
from dlbench.reporting.findings import Findings
from dlbench.reporting.html.looks import LookedAt, looked_at
from dlbench.reporting.html.showing import Items, room, showing
from dlbench.reporting.plots import gallery
from dlbench.reporting.plots.figure import Figure
from dlbench.reporting.plots.sweep import sweeps
from dlbench.reporting.sections import beside
from dlbench.reporting.source import Source
from dlbench.reporting.verdict import Verdict

MOST_CLOSELY = 24
"""Tasks that are looked at closely; of the others the ranking and the tables are shown."""
_SEARCH = ("importance", "parallel")


@dataclass(frozen=True)
class Part:
    """One task at one point.

    Attributes:
        title: of the point, or of the task where nothing is swept.
        about: task type and protocol.
        verdict: None where there is none; `headline`: what it says in one line; `claims`: its sentences.
        overview, closely, search: figures.
        by_class: what is looked at closely, class by class; None where the metric is no mean over classes.
        primary, beside: tables.
        items: None where there are none to show.
        looks: what contestants looked at; None where nobody kept it.
        whole: whether it is looked at closely.
    """

    title: str
    point: str
    about: str
    verdict: Verdict | None
    headline: Claim | None
    claims: tuple[Claim, ...]
    overview: tuple[Figure, ...]
    closely: tuple[Figure, ...]
    search: tuple[Figure, ...]
    by_class: tables.Table | None
    primary: tables.Table
    beside: tuple[tables.Table, ...]
    items: Items | None
    looks: LookedAt | None
    whole: bool


@dataclass(frozen=True)
class Chapter:
    """A task: its sweeps, and a part a point, the last one open."""

    task: str
    number: int
    sweeps: tuple[Figure, ...]
    parts: tuple[Part, ...]


def chapters(source: Source, findings: Findings, *, items: bool) -> Iterator[Chapter]:
    """Yield the chapters in the run's order."""
    held: dict[str, list[Round]] = {}
    for place in findings.rounds:
        held.setdefault(place.task, []).append(place)
    swept = sweeps(findings)
    shelf, tasks = Shelf(), min(len(held), MOST_CLOSELY)
    for number, (task, places) in enumerate(held.items()):
        close = number < MOST_CLOSELY
        parts = [
            _part(source, findings, place, _Closely(shelf, tasks, items) if close and place is places[-1] else None)
            for place in places
        ]
        yield Chapter(task, number, tuple(figure for figure in swept if figure.task == task), tuple(parts))


@dataclass(frozen=True)
class _Closely:
    """Where data are read again, how many tasks are looked at so, and whether their items are shown."""

    shelf: Shelf
    tasks: int
    items: bool


def _part(source: Source, findings: Findings, place: Round, near: _Closely | None) -> Part:
    told = next((one for one in findings.verdicts if (one.task, one.point) == (place.task, place.point)), None)
    figures = tuple(gallery.closely(source, findings, place, items=near.items)) if near else ()
    names = spotlight(findings, place) if near and near.items else ()
    shown = showing(source, place, names, near.shelf, room(near.tasks)) if near and near.items else None
    return Part(
        title=place.point or place.task,
        point=place.point,
        about=f"{place.task_type.replace('_', ' ')}, {tables.protocol(place)}",
        verdict=told,
        headline=next(iter(_claims(told)), None),
        claims=_claims(told)[1:] + _leads(findings, place),
        overview=gallery.overview(findings, place),
        closely=tuple(figure for figure in figures if not figure.name.startswith(_SEARCH)),
        search=tuple(figure for figure in figures if figure.name.startswith(_SEARCH)),
        by_class=class_table(by_class(source, findings, place)) if near else None,
        primary=tables.primary(findings, place),
        beside=tuple(beside(findings, place)),
        items=shown,
        looks=_looks(source, place, names, near) if near and near.items else None,
        whole=near is not None,
    )


def _looks(source: Source, place: Round, first: tuple[str, ...], near: _Closely) -> LookedAt | None:
    """Return what contestants looked at, on the items of the dataset as it is read again."""
    found = attributions(source, place, first)
    return looked_at(found, near.shelf.of(place.done), near.tasks) if found and place.done else None


def _leads(findings: Findings, place: Round) -> tuple[Claim, ...]:
    """Return the sentences on who leads, unless the verdict says so."""
    here = (one for one in findings.leaders if (one.task, one.point) == (place.task, place.point))
    return tuple(claim for one in here if not one.in_verdict for claim in one.claims)


def _claims(told: Verdict | None) -> tuple[Claim, ...]:
    """Return the headline and the sentences of a verdict, each with what it rests on."""
    if told is None:
        return ()
    return told.claims or tuple(Claim(text, told.keys) for text in (told.headline, *told.sentences))
