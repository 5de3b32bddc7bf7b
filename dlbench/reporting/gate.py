"""A check in words: terminal, Markdown, JSON."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from rich.text import Text

from dlbench.core.errors import UnknownName
from dlbench.reporting import figures, grids, tables
from dlbench.reporting.as_json import finite
from dlbench.reporting.markdown import table as markdown_table
from dlbench.reporting.plain import markdown as escaped
from dlbench.reporting.plain import plain

if TYPE_CHECKING:
    from dlbench.gate import Check, Outcome

STYLES = {"pass": "green", "regressed": "red", "broke": "red", "inconclusive": "yellow", "not_comparable": "yellow"}
_ANSWERS = {0: "passed", 1: "regressed", 3: "broke", 4: "not decided"}


def render(checked: Check, format: str, *, width: int | None = None, color: bool | None = None) -> str:  # noqa: A002
    """Return a check as text.

    Args:
        format: terminal, markdown or json.
        width, color: of a terminal, see `grids.console_for`.

    Raises:
        UnknownName: another format.
    """
    if format == "json":
        return json.dumps(finite(checked.as_dict()), indent=2, allow_nan=False) + "\n"
    if format == "markdown":
        return "\n".join([f"# {escaped(_title(checked))}", "", *_markdown(checked)]).rstrip() + "\n"
    if format != "terminal":
        raise UnknownName("format", format, ("terminal", "markdown", "json"))
    stream = io.StringIO()
    console = grids.console_for(stream, width, color)
    style = "green" if checked.exit_code == 0 else "red" if checked.exit_code in (1, 3) else "yellow"
    word = f" {_ANSWERS[checked.exit_code].upper()} "
    console.print(Text.assemble((word, f"bold reverse {style}"), f"  {plain(_title(checked))}"))
    for outcome, table in _tables(checked):
        console.print("")
        console.print(Text(f"  {table.title}", style=f"bold {STYLES[outcome]}"))
        console.print(grids.drawn(table))
    console.print("")
    for note in _notes(checked):
        console.print(Text(f"  {plain(note)}", style=grids.QUIET))
    return grids.text_of(stream)


def _title(checked: Check) -> str:
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in checked.counts.items())
    told = counts or "nothing to compare"
    return f"run {checked.run} against baseline {checked.baseline}: {told} (exit code {checked.exit_code})"


def _markdown(checked: Check) -> list[str]:
    lines: list[str] = []
    for _, table in _tables(checked):
        lines += [f"## {table.title}", "", *markdown_table(table)]
    return [*lines, *(line for note in _notes(checked) for line in (escaped(note), ""))]


def _tables(checked: Check) -> list[tuple[str, tables.Table]]:
    """Return outcome and table for each outcome that occurs, the worst first."""
    found = []
    order: dict[tuple[str, str, str], int] = {}
    for outcome in checked.outcomes:
        order.setdefault(_contestant(outcome), len(order))
    for name, count in checked.counts.items():
        held = sorted(
            (outcome for outcome in checked.outcomes if outcome.outcome == name),
            key=lambda held: order[_contestant(held)],
        )
        title = f"{name.replace('_', ' ').capitalize()}: {figures.plural(count, 'cell')}"
        found.append((name, _unjudged(title, held) if name in ("broke", "not_comparable") else _judged(title, held)))
    return found


def _contestant(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.task, outcome.point, outcome.contestant


def _judged(title: str, held: list[Outcome]) -> tables.Table:
    columns = ("task", "contestant", "metric", "baseline", "run", "loss ± 95 %", "margin")
    reasons = dict.fromkeys(outcome.reason for outcome in held)
    notes = tuple(f"{reason[:1].upper()}{reason[1:]}." for reason in reasons)
    return tables.Table(title, columns, tuple(map(_line, held)), (), frozenset({3, 4, 5, 6}), notes)


def _unjudged(title: str, held: list[Outcome]) -> tables.Table:
    metrics: dict[tuple[str, str, str], list[str]] = {}
    for outcome in held:
        name = (tables.title_of(outcome.task, outcome.point), outcome.contestant, outcome.reason)
        metrics.setdefault(name, []).append(outcome.metric)
    lines = tuple((task, label, ", ".join(names), reason) for (task, label, reason), names in metrics.items())
    return tables.Table(title, ("task", "contestant", "metrics", "because"), lines)


def _line(outcome: Outcome) -> tuple[str, ...]:
    lost = figures.NONE if outcome.loss is None else figures.signed(outcome.loss)
    if outcome.loss == 0 and outcome.detectable == 0:
        lost = "0"
    elif outcome.detectable is not None:
        lost = f"{lost} ± {figures.score(outcome.detectable)}"
    return (
        tables.title_of(outcome.task, outcome.point),
        outcome.contestant,
        outcome.metric,
        figures.score(outcome.before),
        figures.score(outcome.after),
        lost,
        figures.NONE if outcome.margin is None else f"{outcome.margin:.2g}",
    )


def _notes(checked: Check) -> list[str]:
    absolute = sorted({outcome.metric for outcome in checked.outcomes if outcome.margin_from == "absolute"})
    relative = sorted({outcome.metric for outcome in checked.outcomes if "×" in outcome.margin_from})
    parts = [f"absolute for {', '.join(absolute)}"] if absolute else []
    parts += [f"relative to the baseline for {', '.join(relative)}"] if relative else []
    told = (
        ["A loss is positive where the run is worse; it must exceed the margin by its ± to be called a regression."]
        if parts
        else []
    )
    if parts:
        told.append(f"Margins: {'; '.join(parts)}.")
    if checked.new:
        told.append(f"Not in the baseline, so not judged: {figures.plural(len(checked.new), 'cell')}.")
    return told
