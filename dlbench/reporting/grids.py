"""Tables of text drawn on a terminal by rich; all text is made harmless here."""

from __future__ import annotations

import io
from dataclasses import replace

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from dlbench.reporting import tables
from dlbench.reporting.plain import lines, plain

KIND_STYLES = {"deep": "magenta", "classic": "cyan", "mixed": "blue", "floor": "bright_black"}
QUIET = "bright_black"
LONGEST_LABEL = 28
WIDEST = 120


def console_for(stream: io.StringIO, width: int | None, color: bool | None) -> Console:
    """Return a console that writes to `stream`, as wide and as colourful as standard output would be.

    Args:
        width: columns; None for those of the terminal, at most 120.
        color: None colours where standard output is a terminal and NO_COLOR is not set.
    """
    outside = Console()
    wide = width or min(outside.width, WIDEST)
    shown = (outside.is_terminal and not outside.no_color) if color is None else color
    return Console(
        file=stream,
        width=wide,
        force_terminal=shown,
        no_color=not shown,
        color_system="standard" if shown else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def text_of(stream: io.StringIO) -> str:
    """Return what was written, without blanks at the ends of lines or commands to a CI at their start."""
    return lines("\n".join(line.rstrip() for line in stream.getvalue().splitlines())) + "\n"


def heading(title: str, about: str = "") -> RenderableType:
    """Return a heading with a rule behind it."""
    shown = Text(plain(title), style="bold")
    if about:
        shown.append(f"  {plain(about)}", style=f"not bold {QUIET}")
    return Rule(shown, align="left", style=QUIET)


def drawn(table: tables.Table, width: int | None = None) -> RenderableType:
    """Return a table with its notes; one too wide for `width` is broken into several, each with the first column."""
    if width is not None and width_of(table) > width and len(table.columns) > 2:
        return Group(*(drawn(part) for part in _broken(table, width)), *notes(table))
    grid = columns(table)
    for number, line in enumerate(table.lines):
        grid.add_row(*cells(table, line, table.kinds[number] if table.kinds else ""))
    return Group(grid, *notes(table))


def _broken(table: tables.Table, width: int) -> list[tables.Table]:
    """Return tables of the first column and as many of the others, in order, as fit into `width`."""
    runs: list[list[int]] = [[0]]
    for number in range(1, len(table.columns)):
        if len(runs[-1]) > 1 and width_of(_only(table, [*runs[-1], number])) > width:
            runs.append([0])
        runs[-1].append(number)
    return [_only(table, run) for run in runs]


def _only(table: tables.Table, numbers: list[int]) -> tables.Table:
    """Return a table of some columns, without its notes."""
    return replace(
        table,
        columns=tuple(table.columns[number] for number in numbers),
        lines=tuple(tuple(line[number] for number in numbers) for line in table.lines),
        numeric=frozenset(new for new, number in enumerate(numbers) if number in table.numeric),
        notes=(),
    )


def columns(table: tables.Table) -> Grid:
    """Return an empty grid with the columns of a table."""
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True, padding=(0, 1), header_style=QUIET)
    for number, name in enumerate(table.columns):
        right = number in table.numeric
        named = name == "contestant"
        grid.add_column(
            Text(plain(name)),
            justify="right" if right else "left",
            no_wrap=right or named or name == "metric",
            overflow="ellipsis" if named or name == "task" else "fold",
            max_width=LONGEST_LABEL if named else None,
            min_width=8 if named else None,
        )
    return grid


def cells(table: tables.Table, line: tuple[str, ...], kind: str, first: bool = False) -> list[Text]:
    """Return the cells of one line, the contestant with the mark and colour of its kind, the first one bold."""
    found = []
    for name, text in zip(table.columns, line, strict=True):
        style = "bold" if first else ""
        if name == "contestant" and kind:
            mark = tables.MARKS.get(kind, "·")
            found.append(Text(f"{mark} {plain(text)}", style=f"{style} {KIND_STYLES.get(kind, '')}".strip()))
        else:
            found.append(Text(plain(text), style=style))
    return found


def notes(table: tables.Table) -> list[Text]:
    """Return the notes of a table, quiet."""
    return [Text(f"  {plain(note)}", style=QUIET) for note in table.notes]


def width_of(table: tables.Table) -> int:
    """Return the columns that a table takes, marks and padding included."""
    total = 2 + len(table.columns) - 1
    for number, name in enumerate(table.columns):
        texts = [name, *(line[number] for line in table.lines)]
        widest = max(cell_len(plain(text)) for text in texts)
        total += 2 + (min(LONGEST_LABEL, widest + 2) if name == "contestant" else widest)
    return total
