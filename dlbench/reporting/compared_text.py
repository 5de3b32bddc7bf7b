"""A comparison of two runs in words: terminal, Markdown, JSON, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from dlbench.core.errors import UnknownName
from dlbench.reporting import figures, grids, tables
from dlbench.reporting.as_csv import cell
from dlbench.reporting.as_json import written
from dlbench.reporting.markdown import table as markdown_table
from dlbench.reporting.plain import markdown as escaped
from dlbench.reporting.plain import plain

if TYPE_CHECKING:
    from dlbench.reporting.compare import Compared, Pair

FORMATS = ("terminal", "markdown", "json", "csv")
_TITLES = {
    "worse": "Worse in the second run",
    "better": "Better in the second run",
    "undecided": "No difference shown",
    "same": "The same to the last digit",
    "not_comparable": "Not comparable",
    "only_first": "Only in the first run",
    "only_second": "Only in the second run",
}
_STYLES = {"worse": "red", "better": "green", "not_comparable": "yellow"}
_NOTE = "Difference: second − first, with its paired 95 % interval; p after Holm over all cells of a metric."


def render(compared: Compared, format: str, *, width: int | None = None, color: bool | None = None) -> str:  # noqa: A002
    """Return a comparison as text.

    Args:
        compared: two runs.
        format: terminal, markdown, json or csv.
        width, color: of a terminal, see `grids.console_for`.

    Raises:
        UnknownName: another format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    if format == "json":
        return written(compared.as_dict())
    if format == "csv":
        return _csv(compared)
    return _markdown(compared) if format == "markdown" else _terminal(compared, width, color)


def _csv(compared: Compared) -> str:
    from dlbench.reporting.compare import Pair

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [field.name for field in fields(Pair)]
    writer.writerow(names)
    writer.writerows([cell(getattr(pair, name)) for name in names] for pair in compared.pairs)
    return stream.getvalue()


def _markdown(compared: Compared) -> str:
    lines = [f"# {escaped(_title(compared))}", "", escaped(_counted(compared)), ""]
    for _, shown in _tables(compared):
        lines += [f"## {shown.title}", "", *markdown_table(shown)]
    return "\n".join([*lines, escaped(_NOTE)]) + "\n"


def _terminal(compared: Compared, width: int | None, color: bool | None) -> str:
    from rich.text import Text

    stream = io.StringIO()
    console = grids.console_for(stream, width, color)
    console.print(Text(plain(_title(compared)), style="bold"))
    console.print(Text(f"  {plain(_counted(compared))}"))
    for outcome, shown in _tables(compared):
        console.print("")
        console.print(Text(f"  {shown.title}", style=f"bold {_STYLES.get(outcome, '')}".strip()))
        console.print(grids.drawn(shown, console.width))
    console.print(Text(f"\n  {_NOTE}", style=grids.QUIET))
    return grids.text_of(stream)


def _title(compared: Compared) -> str:
    return f"First run {compared.first}, second run {compared.second}"


def _counted(compared: Compared) -> str:
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in compared.counts.items())
    return f"{figures.plural(len(compared.pairs), 'cell')}: {told}" if told else "no cells"


def _tables(compared: Compared) -> Iterator[tuple[str, tables.Table]]:
    """Yield outcome and table for each outcome that occurs."""
    for outcome, count in compared.counts.items():
        held = [pair for pair in compared.pairs if pair.outcome == outcome]
        title = f"{_TITLES[outcome]}: {figures.plural(count, 'cell')}"
        yield outcome, _differences(title, held) if held[0].difference is not None else _values(title, held)


def _differences(title: str, held: list[Pair]) -> tables.Table:
    columns = ("task", "contestant", "metric", "first", "second", "difference", "95 % interval", "p")
    reasons = dict.fromkeys(f"No interval: {pair.reason}." for pair in held if pair.reason)
    return tables.Table(title, columns, tuple(map(_line, held)), (), frozenset(range(3, 8)), tuple(reasons))


def _line(pair: Pair) -> tuple[str, ...]:
    return (
        tables.title_of(pair.task, pair.point),
        pair.contestant,
        tables.heading(pair.metric),
        figures.score(pair.first),
        figures.score(pair.second),
        figures.NONE if pair.difference is None else figures.signed(pair.difference),
        figures.NONE
        if pair.low is None or pair.high is None
        else f"{figures.signed(pair.low)} … {figures.signed(pair.high)}",
        figures.NONE if pair.p_adjusted is None else figures.probability(pair.p_adjusted).removeprefix("p = "),
    )


def _values(title: str, held: list[Pair]) -> tables.Table:
    columns = ("task", "contestant", "metric", "first", "second", "because")
    lines = tuple((*_line(pair)[:5], pair.reason or figures.NONE) for pair in held)
    return tables.Table(title, columns, lines, (), frozenset({3, 4}))
