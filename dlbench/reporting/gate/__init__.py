"""A check in words: terminal, Markdown, JSON, JUnit, annotations of a CI job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dlbench.core.errors import UnknownName

if TYPE_CHECKING:
    from dlbench.gate.check import Check

FORMATS = ("terminal", "markdown", "json", "junit", "github")


def render(checked: Check, format: str = "terminal", *, width: int | None = None, color: bool | None = None) -> str:  # noqa: A002
    """Return a check as text.

    Args:
        checked: from `dlbench.gate.check`.
        format: terminal, markdown (also the body of a comment), json, junit, or github for annotations.
        width, color: of a terminal, see `grids.console_for`.

    Raises:
        UnknownName: another format.
    """
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    if format == "terminal":
        from dlbench.reporting.gate.terminal import terminal

        return terminal(checked, width, color)
    if format == "markdown":
        from dlbench.reporting.gate.markdown import markdown

        return markdown(checked)
    if format == "junit":
        from dlbench.reporting.gate.junit import junit

        return junit(checked)
    if format == "github":
        from dlbench.reporting.gate.annotations import annotated

        return annotated(checked)
    from dlbench.reporting.as_json import finite, unobeyed

    return unobeyed(json.dumps(finite(checked.as_dict()), indent=2, allow_nan=False)) + "\n"
