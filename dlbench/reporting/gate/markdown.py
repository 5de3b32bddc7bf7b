"""A check as GitHub-flavoured Markdown: a page, the summary of a CI job, the body of a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dlbench.reporting.gate.tables import ANSWERS, notes, shown, title
from dlbench.reporting.markdown import table as drawn
from dlbench.reporting.plain import markdown as escaped
from dlbench.reporting.tables import Table

if TYPE_CHECKING:
    from dlbench.gate.check import Check

LONGEST = 60_000
"""Characters; GitHub and GitLab refuse comments of more than 65,536 and 1,000,000."""
MARK = "<!-- dlbench check -->"
"""By it a workflow finds the comment that it wrote before."""


def markdown(checked: Check) -> str:
    """Return the check as Markdown, tables cut where it would be too long for a comment."""
    lines = max((len(table.lines) for _, table in shown(checked)), default=1)
    text = _page(checked, lines)
    while len(text) > LONGEST and lines > 0:
        lines //= 2
        text = _page(checked, lines)
    return text


def _page(checked: Check, most: int) -> str:
    return "\n".join(_lines(checked, most)).rstrip() + "\n"


def _lines(checked: Check, most: int) -> Iterator[str]:
    yield from (MARK, f"## dlbench check: {ANSWERS[checked.exit_code]}", "", escaped(title(checked)), "")
    for outcome, table in shown(checked):
        body = drawn(_cut(table, most))
        if outcome == "pass":
            yield from ("<details>", f"<summary>{escaped(table.title)}</summary>", "", *body, "</details>", "")
        else:
            yield from (f"### {escaped(table.title)}", "", *body)
    for note in notes(checked):
        yield from (escaped(note), "")


def _cut(table: Table, most: int) -> Table:
    left_out = len(table.lines) - most
    if left_out <= 0:
        return table
    return replace(table, lines=table.lines[:most], notes=(f"{left_out:,} more lines are left out.", *table.notes[:3]))
