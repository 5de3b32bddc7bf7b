"""Records to decided rows to terminal, Markdown, JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.errors import UnknownName

if TYPE_CHECKING:
    from dlbench.reporting.source import Source

FORMATS = ("terminal", "markdown", "json", "csv")


def render(
    source: Source,
    format: str = "terminal",  # noqa: A002
    *,
    width: int | None = None,
    color: bool | None = None,
    short: bool = False,
) -> str:
    """Return the report of a run as text.

    Args:
        source: the run.
        format: terminal, markdown, json or csv.
        width: columns of a terminal; None for its own.
        color: None colours where standard output is a terminal and NO_COLOR is not set.
        short: only the verdicts and the rankings, on a terminal.

    Raises:
        UnknownName: another format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    from dlbench.reporting.findings import find

    findings = find(source)
    if format == "terminal":
        from dlbench.reporting.terminal import terminal

        return terminal(findings, width=width, color=color, short=short)
    if format == "markdown":
        from dlbench.reporting.markdown import markdown

        return markdown(findings)
    if format == "json":
        from dlbench.reporting.as_json import as_json

        return as_json(findings)
    from dlbench.reporting.as_csv import as_csv

    return as_csv(findings)
