"""A check on a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.text import Text

from dlbench.reporting import grids
from dlbench.reporting.gate.tables import ANSWERS, notes, shown, title
from dlbench.reporting.plain import plain

if TYPE_CHECKING:
    from dlbench.gate.check import Check

STYLES = {"pass": "green", "regressed": "red", "broke": "red", "inconclusive": "yellow", "not_comparable": "yellow"}


def terminal(checked: Check, width: int | None, color: bool | None) -> str:
    """Return the check for a terminal, the worst first; all text is made harmless."""
    stream = io.StringIO()
    console = grids.console_for(stream, width, color)
    style = "green" if checked.exit_code == 0 else "red" if checked.exit_code in (1, 3) else "yellow"
    word = f" {ANSWERS[checked.exit_code].upper()} "
    console.print(Text.assemble((word, f"bold reverse {style}"), f"  {plain(title(checked))}"))
    for outcome, table in shown(checked):
        console.print("")
        console.print(Text(f"  {table.title}", style=f"bold {STYLES[outcome]}"))
        console.print(grids.drawn(table, console.width))
    console.print("")
    for note in notes(checked):
        console.print(Text(f"  {plain(note)}", style=grids.QUIET))
    return grids.text_of(stream)
