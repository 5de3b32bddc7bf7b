"""The report on a terminal: the answer first, then a forest plot and the figures of each task."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from dlbench.reporting import grids, tables
from dlbench.reporting.board import Round
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.figures import score
from dlbench.reporting.findings import Findings
from dlbench.reporting.forest import axis
from dlbench.reporting.grids import KIND_STYLES, QUIET
from dlbench.reporting.plain import plain
from dlbench.reporting.sections import beside, doubts, evidence, lines_of, over_tasks, swept
from dlbench.reporting.verdict import Verdict

ANSWER_STYLES = {**KIND_STYLES, "equivalent": "green", "undecided": "yellow", "none": QUIET}
ANSWERS = {"none": "no answer"}
WIDEST_PLOT = 48
NARROWEST_PLOT = 12
LOUD = 2
"""Sentences of the first screen that are set in bold: the answer, and what to take."""


def terminal(findings: Findings, *, width: int | None = None, color: bool | None = None, short: bool = False) -> str:
    """Return the report as text for a terminal; see `grids.console_for` for width and colour.

    A short one ends with the rankings: no further metrics, no costs, no contract.
    """
    stream = io.StringIO()
    console = grids.console_for(stream, width, color)
    for part in _short(findings, console.width) if short else _parts(findings, console.width):
        console.print(part)
    return grids.text_of(stream)


def _parts(findings: Findings, width: int) -> Iterator[RenderableType]:
    yield _head(findings)
    yield _summary(findings)
    yield from ("", grids.heading("Deep or classic, task by task"), _verdicts(findings, width))
    for title, text in swept(findings):
        yield Padding(Text.assemble((plain(title), "bold"), f"  {plain(text)}"), (0, 0, 1, 2))
    yield Padding(Text(plain(evidence(findings)), style=QUIET), (0, 0, 1, 2))
    yield Padding(Text(plain(findings.fairness), style=f"italic {QUIET}"), (0, 0, 0, 2))
    for place in findings.rounds:
        yield ""
        yield from _task(findings, place, width)
    for table in (over_tasks(findings), doubts(findings), tables.skipped(findings), tables.failed(findings)):
        if table:
            yield from ("", grids.heading(table.title), grids.drawn(table, width))
    yield from ("", grids.heading("Fairness contract"), _contract())
    yield from ("", grids.heading("To get this again"), _reproduction(findings))


def _short(findings: Findings, width: int) -> Iterator[RenderableType]:
    yield _head(findings)
    yield _summary(findings)
    for place in findings.rounds:
        about = f"{place.task_type.replace('_', ' ')} · {tables.protocol(place)}"
        yield from ("", grids.heading(tables.title_of(place.task, place.point), about))
        yield _ranking(findings, place, width)
    if failures := tables.failed(findings):
        yield from ("", grids.heading(failures.title), grids.drawn(failures))


def _head(findings: Findings) -> RenderableType:
    run = findings.run
    state = "" if run.get("finished") else "still running · "
    line = Grid.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(
        Text.assemble((" dlbench ", "bold reverse"), "  ", (plain(run.get("suite_name", "")), "bold")),
        Text(f"{state}run {plain(run.get('id', ''))} ", style=QUIET),
    )
    line.add_row(Text(f" {plain(tables.progress(findings))}", style=QUIET), Text(f"{tables.LEGEND} ", style=QUIET))
    return line


def _summary(findings: Findings) -> RenderableType:
    """Return the first screen: a sentence a paragraph, the answer and the model to take in bold."""
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(style=QUIET)
    grid.add_column(ratio=1)
    for number, claim in enumerate(findings.summary, 1):
        grid.add_row(f"{number}.", Text(plain(claim.text), style="bold" if number <= LOUD else ""))
    return Panel(
        grid,
        title=Text("In short", style="bold"),
        title_align="left",
        subtitle=_tally(findings),
        subtitle_align="right",
        box=box.ROUNDED,
        padding=(0, 1),
        border_style=QUIET,
    )


def _verdicts(findings: Findings, width: int) -> RenderableType:
    grid = Grid.grid(padding=(0, 2), expand=True)
    grid.add_column(max_width=max(14, width // 5), overflow="fold")
    grid.add_column(width=12)
    grid.add_column(ratio=1)
    for verdict in findings.verdicts:
        title = plain(tables.title_of(verdict.task, verdict.point))
        grid.add_row(Text(title, style="bold"), _chip(verdict), _told(verdict))
        grid.add_row("", "", "")
    return Padding(grid, (0, 0, 0, 2))


def _chip(verdict: Verdict) -> Text:
    word = ANSWERS.get(verdict.answer, verdict.answer).upper()
    return Text(f"{word:^12}", style=f"bold reverse {ANSWER_STYLES[verdict.answer]}")


def _told(verdict: Verdict) -> Text:
    told = Text(plain(verdict.headline), style="bold")
    for number, sentence in enumerate(verdict.sentences):
        told.append("\n" + plain(sentence), style=f"not bold {QUIET}" if number else "not bold")
    return told


def _tally(findings: Findings) -> Text | None:
    answers = [ANSWERS.get(verdict.answer, verdict.answer) for verdict in findings.verdicts]
    told = " · ".join(f"{answers.count(answer)} {answer}" for answer in dict.fromkeys(answers))
    return Text(told, style=QUIET) if len(answers) > 1 else None


def _task(findings: Findings, place: Round, width: int) -> Iterator[RenderableType]:
    about = f"{place.task_type.replace('_', ' ')} · {tables.protocol(place)}"
    yield grids.heading(tables.title_of(place.task, place.point), about)
    for number, line in enumerate(lines_of(findings, place)):
        yield Padding(Text(plain(line), style=QUIET if number else ""), (0, 0, 0, 2))
    yield _ranking(findings, place, width)
    for table in beside(findings, place):
        yield Text(f"\n  {plain(table.title)}", style="bold")
        yield grids.drawn(table, width)


def _ranking(findings: Findings, place: Round, width: int) -> RenderableType:
    table = tables.primary(findings, place)
    rows = tables.rows_of(findings, place, place.primary)
    room = min(WIDEST_PLOT, width - grids.width_of(table) - 4)
    scale = axis(rows, room) if room >= NARROWEST_PLOT else None
    grid = grids.columns(table)
    if scale:
        ends = f"{score(scale.low)}{score(scale.high):>{room - len(score(scale.low))}}"
        grid.add_column(Text(ends, style=QUIET), width=room, no_wrap=True)
    for row, line, kind in zip(rows, table.lines, table.kinds, strict=True):
        cells = grids.cells(table, line, kind, first=row.rank == 1)
        if scale:
            cells.append(Text(scale.line(row.value, row.low, row.high), style=KIND_STYLES.get(kind, "")))
        grid.add_row(*cells)
    return Group(grid, *grids.notes(table))


def _contract() -> RenderableType:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(justify="right", width=4, style=QUIET)
    grid.add_column(ratio=1, style=QUIET)
    for number, clause in enumerate(CONTRACT, 1):
        grid.add_row(f"{number}.", Text(clause))
    return grid


def _reproduction(findings: Findings) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style=QUIET)
    grid.add_column(ratio=1, overflow="fold")
    for name, text in tables.reproduction(findings):
        grid.add_row(Text(name), Text(plain(text)))
    return Padding(grid, (0, 0, 0, 2))
