"""Records to decided rows to terminal, Markdown, JSON, CSV, HTML, LaTeX and JUnit."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import UnknownName

if TYPE_CHECKING:
    from dlbench.reporting.source import Source

WRITERS = {
    "terminal": "terminal",
    "markdown": "markdown",
    "json": "as_json",
    "csv": "as_csv",
    "html": "html.page",
    "latex": "latex",
    "junit": "junit",
}
"""Format → the module that writes it, by a function of that name."""

FORMATS = tuple(WRITERS)


def render(
    source: Source,
    format: str = "terminal",  # noqa: A002
    *,
    width: int | None = None,
    color: bool | None = None,
    short: bool = False,
    items: bool = True,
) -> str:
    """Return the report of a run as text.

    Args:
        source: the run, or several of them (`runs_together.together`).
        format: terminal, markdown, json, csv, html, latex or junit.
        width: columns of a terminal; None for its own.
        color: None colours where standard output is a terminal and NO_COLOR is not set.
        short: only the verdicts and the rankings, on a terminal.
        items: whether a page shows single items; without, no raw data stand in it.

    Raises:
        UnknownName: another format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    from dlbench.reporting.findings import find

    name = WRITERS[format]
    write = getattr(import_module(f"dlbench.reporting.{name}"), name.split(".")[-1])
    settings: dict[str, dict[str, Any]] = {
        "terminal": {"width": width, "color": color, "short": short},
        "json": {"source": source},
        "html": {"source": source, "items": items},
    }
    return str(write(find(source), **settings.get(format, {})))
