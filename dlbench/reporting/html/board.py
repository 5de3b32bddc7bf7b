"""The leaderboard: all cells of a run as lines that can be sorted and filtered."""

from __future__ import annotations

from dataclasses import dataclass

from dlbench.reporting import figures, tables
from dlbench.reporting.findings import Findings
from dlbench.reporting.rows import Row

MOST = 4_000


@dataclass(frozen=True)
class Line:
    """One cell.

    Attributes:
        task: title of task and point; `place`: number of the task for the filter.
        row: what was decided.
        rank: in words, with the one under the other policy where that differs.
        interval: in words.
    """

    task: str
    place: int
    row: Row
    rank: str
    interval: str


@dataclass(frozen=True)
class Leaderboard:
    """Lines and what they can be filtered by.

    Attributes:
        tasks: titles, in the order of their numbers.
        metrics, kinds: that occur.
        left_out: a sentence where not all cells have a line; else empty.
    """

    lines: tuple[Line, ...]
    tasks: tuple[str, ...]
    metrics: tuple[str, ...]
    kinds: tuple[str, ...]
    left_out: str


def leaderboard(findings: Findings) -> Leaderboard:
    """Return at most 4,000 lines: where there are more, those of the primary metrics, the best of each task first."""
    rows = list(findings.rows)
    left_out = ""
    if len(rows) > MOST:
        rows = [row for row in rows if row.primary]
        left_out = f"{len(findings.rows):,} cells are too many for a page: those of the primary metrics are shown"
        left_out += ", the rest stands in the JSON and CSV reports."
    if len(rows) > MOST:
        rows = sorted(rows, key=lambda row: row.rank or len(rows))[:MOST]
        left_out = f"{len(findings.rows):,} cells are too many for a page: the {MOST:,} best ranked on the primary "
        left_out += "metrics are shown, the rest stands in the JSON and CSV reports."
    places = {title: number for number, title in enumerate(dict.fromkeys(_title(row) for row in rows))}
    lines = tuple(_line(row, places[_title(row)]) for row in rows)
    metrics = tuple(dict.fromkeys(row.metric for row in rows))
    kinds = tuple(kind for kind in tables.MARKS if any(row.kind == kind for row in rows))
    return Leaderboard(lines, tuple(places), metrics, kinds, left_out)


def _title(row: Row) -> str:
    return tables.title_of(row.task, row.point)


def _line(row: Row, place: int) -> Line:
    return Line(_title(row), place, row, tables.rank(row), figures.span(row.low, row.high))
