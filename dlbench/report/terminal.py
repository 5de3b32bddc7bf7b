"""The report on a terminal: the answer first, then a forest plot and the figures of each task."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from dlbench.report import tables
from dlbench.report.board import Round
from dlbench.report.fairness import CONTRACT
from dlbench.report.findings import Findings
from dlbench.report.forest import axis
from dlbench.report.figures import score
from dlbench.report.plain import plain
from dlbench.report.verdict import Verdict

KIND_STYLES = {"deep": "magenta", "classic": "cyan", "floor": "bright_black"}
ANSWER_STYLES = {
    "deep": "magenta",
    "classic": "cyan",
    "equivalent": "green",
    "undecided": "yellow",
    "none": "bright_black",
}
ANSWERS = {"none": "no answer"}
NARROW = 90
WIDEST = 120
PLOT = 28


def terminal(findings: Findings, *, width: int | None = None, color: bool | None = None) -> str:
    """Return the report as text for a terminal.

    Args:
        width: columns; None for those of the terminal, at most 120.
        color: None colours where standard output is a terminal and NO_COLOR is not set.
    """
    stream = io.StringIO()
    console = console_for(stream, width, color)
    for part in _parts(findings, console.width):
        console.print(part, highlight=False)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def console_for(stream: io.StringIO, width: int | None, color: bool | None) -> Console:
    """Return a console that writes to `stream`, as wide and as colourful as standard output would be."""
    outside = Console()
    wide = width or min(outside.width, WIDEST)
    shown = (outside.is_terminal and not outside.no_color) if color is None else color
    system = "standard" if shown else None
    return Console(
        file=stream, width=wide, force_terminal=shown, no_color=not shown, color_system=system, legacy_windows=False,
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip


def _parts(findings: Findings, width: int) -> Iterator[RenderableType]:
    yield from _head(findings)
    yield _verdicts(findings, width)
    for place in findings.rounds:
        yield ""
        yield from _task(findings, place, width)
    for table in (tables.skipped(findings), tables.failed(findings)):
        if table:
            yield ""
            yield from _listing(table)
    yield ""
    yield from _contract(findings)
    yield ""
    yield from _reproduction(findings)


def _head(findings: Findings) -> Iterator[RenderableType]:
    run = findings.run
    left = Text.assemble((" dlbench ", "bold reverse"), "  ", (plain(run.get("suite_name", "")), "bold"))
    line = Grid.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    state = "" if run.get("finished") else "still running · "
    line.add_row(left, Text(f"{state}run {plain(run.get('id', ''))} ", style="bright_black"))
    yield line
    yield Text(f"           {tables.progress(findings)}", style="bright_black")


def _verdicts(findings: Findings, width: int) -> RenderableType:
    grid = Grid.grid(padding=(0, 2), expand=True)
    grid.add_column(max_width=max(16, width // 5), overflow="fold", no_wrap=False)
    grid.add_column(width=12)
    grid.add_column(ratio=1)
    for number, verdict in enumerate(findings.verdicts):
        if number:
            grid.add_row("", "", "")
        grid.add_row(
            Text(plain(tables.title_of(verdict.task, verdict.point)), style="bold"), _chip(verdict), _told(verdict)
        )
    body: RenderableType = grid if findings.verdicts else Text("Nothing has been run yet.")
    fair = Text(plain(findings.fairness), style="italic bright_black")
    inside = Group(body, Text(""), fair)
    return Panel(inside, title="Deep or classic?", title_align="left", box=box.ROUNDED, padding=(1, 2), style="")


def _chip(verdict: Verdict) -> Text:
    word = ANSWERS.get(verdict.answer, verdict.answer).upper()
    return Text(f"{word:^12}", style=f"bold reverse {ANSWER_STYLES[verdict.answer]}")


def _told(verdict: Verdict) -> Text:
    told = Text(plain(verdict.headline), style="bold")
    for sentence in verdict.sentences:
        told.append("\n" + plain(sentence), style="not bold")
    return told


def _task(findings: Findings, place: Round, width: int) -> Iterator[RenderableType]:
    title = Text(plain(tables.title_of(place.task, place.point)), style="bold")
    about = f"{place.task_type.replace('_', ' ')} · {tables.protocol(place)}"
    title.append(f"  {plain(about)}", style="not bold bright_black")
    yield Rule(title, align="left", style="bright_black")
    yield _ranking(findings, place, width)
    for table in (tables.others(findings, place), tables.costs(findings, place)):
        if table and table.lines:
            yield Text(f"\n  {table.title}", style="bold")
            yield _grid(table)


def _ranking(findings: Findings, place: Round, width: int) -> RenderableType:
    table = tables.primary(findings, place)
    rows = tables.rows_of(findings, place, place.primary)
    scale = axis(rows, PLOT) if width >= NARROW else None
    grid = _columns(table)
    if scale:
        ends = f"{score(scale.low)}{score(scale.high):>{PLOT - len(score(scale.low))}}"
        grid.add_column(Text(ends, style="bright_black"), width=PLOT, no_wrap=True)
    for row, line, kind in zip(rows, table.lines, table.kinds, strict=True):
        cells = _cells(table, line, kind, first=row.rank == 1)
        if scale:
            cells.append(Text(scale.line(row.value, row.low, row.high), style=KIND_STYLES.get(kind, "")))
        grid.add_row(*cells)
    legend = Text("  ● classic   ◆ deep   ○ floor", style="bright_black")
    note = Text(f"  {plain(table.note)}", style="bright_black") if table.note else Text("")
    return Group(grid, Text.assemble(legend, note))


def _grid(table: tables.Table) -> RenderableType:
    grid = _columns(table)
    for number, line in enumerate(table.lines):
        grid.add_row(*_cells(table, line, table.kinds[number] if table.kinds else ""))
    if not table.note:
        return grid
    return Group(grid, Text(f"  {plain(table.note)}", style="bright_black"))


def _columns(table: tables.Table) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True, padding=(0, 1), header_style="bright_black")
    for number, name in enumerate(table.columns):
        right = number in table.numeric
        named = name == "contestant"
        grid.add_column(
            Text(plain(name)), justify="right" if right else "left", no_wrap=right or named,
            overflow="ellipsis" if named else "fold", max_width=26 if named else None, min_width=8 if named else None,
        )  # fmt: skip
    return grid


def _cells(table: tables.Table, line: tuple[str, ...], kind: str, first: bool = False) -> list[Text]:
    cells = []
    for name, text in zip(table.columns, line, strict=True):
        style = "bold" if first else "bright_black" if name == "note" else ""
        if name == "contestant" and kind:
            mark = tables.MARKS.get(kind, "·")
            cells.append(Text(f"{mark} {plain(text)}", style=f"{style} {KIND_STYLES.get(kind, '')}".strip()))
        else:
            cells.append(Text(plain(text), style=style))
    return cells


def _listing(table: tables.Table) -> Iterator[RenderableType]:
    yield Rule(Text(table.title, style="bold"), align="left", style="bright_black")
    yield _grid(table)


def _contract(findings: Findings) -> Iterator[RenderableType]:
    yield Rule(Text("Fairness contract", style="bold"), align="left", style="bright_black")
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(justify="right", width=4, style="bright_black")
    grid.add_column(ratio=1, style="bright_black")
    for number, clause in enumerate(CONTRACT, 1):
        grid.add_row(f"{number}.", Text(clause))
    yield grid


def _reproduction(findings: Findings) -> Iterator[RenderableType]:
    yield Rule(Text("To get this again", style="bold"), align="left", style="bright_black")
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="bright_black")
    grid.add_column(ratio=1, overflow="fold")
    for name, text in tables.reproduction(findings):
        grid.add_row(Text(name), Text(plain(text)))
    yield Padding(grid, (0, 0, 0, 2))
