"""A figure: a Vega-Lite specification without colours of its own, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlbench.core.canonical import digest
from dlbench.reporting.plain import plain
from dlbench.reporting.tables import Table

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
LONGEST = 72


@dataclass(frozen=True)
class Figure:
    """One figure of a report.

    Attributes:
        name: slug, unique within a report: what a file of it is called.
        title: of the figure, for people.
        about: what is drawn, in a sentence or two; the text for who cannot see it.
        spec: Vega-Lite; its width is "container", its colours are those of a theme.
        table: the same numbers.
        task, point: where it belongs; empty for the whole suite.
        contestant: whom alone it shows; empty for several.
    """

    name: str
    title: str
    about: str
    spec: Mapping[str, Any]
    table: Table
    task: str = ""
    point: str = ""
    contestant: str = ""


def drawing(values: Sequence[Mapping[str, Any]], layers: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a layered specification over rows of data; their texts are made plain."""
    shown = [{name: plain(value) if isinstance(value, str) else value for name, value in row.items()} for row in values]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": 300,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": shown},
        "layer": list(layers),
        **more,
    }


def slug(*parts: object) -> str:
    """Return a name for files and anchors: letters, digits, hyphens and underscores; other texts give other names.

    Where a sign has to go, the end tells what was there.

    >>> slug("cost", "digits"), slug("cost", "a b"), slug("cost", "a+b")
    ('cost-digits', 'cost-a-b-c336e3', 'cost-a-b-c3cdad')
    """
    told = [str(part) for part in parts if str(part)]
    kept = "".join(char if _plain(char) else "-" for char in "-".join(told))
    short = "-".join(word for word in kept.split("-") if word)[:LONGEST]
    if all(map(_plain, "".join(told))) and len(kept) <= LONGEST:
        return short
    return f"{short}-{digest(told, 6)}".lstrip("-")


def _plain(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign == "_")
