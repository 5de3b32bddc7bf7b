"""The channels that figures share: how kinds look, how numbers read, what hovering tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlbench.reporting.plain import plain
from dlbench.reporting.plots.theme import KINDS, SHAPES


def kind_color(present: Iterable[str]) -> dict[str, Any]:
    """Return the colour channel of `kind`; its legend names the kinds that are there, no legend for one alone."""
    held = [kind for kind in KINDS if kind in set(present)]
    shown = {"values": held, "symbolSize": 80} if len(held) > 1 else None
    return {"field": "kind", "type": "nominal", "scale": {"domain": list(KINDS)}, "legend": shown}


def contestant_dash(contestants: Iterable[str]) -> dict[str, Any]:
    """Return the channel of dashes that tells contestants apart where a kind has several; no legend for one alone."""
    legend = {"symbolType": "stroke", "columns": 2, "labelLimit": 130} if len(set(contestants)) > 1 else None
    return {"field": "contestant", "type": "nominal", "legend": legend}


def kind_shape(present: Iterable[str]) -> dict[str, Any]:
    """Return the shape channel of `kind`, which shares the legend of its colour."""
    return {**kind_color(present), "scale": {"domain": list(KINDS), "range": list(SHAPES)}}


def number(field: str, title: str | None, domain: Sequence[float] | None = None, **scale: Any) -> dict[str, Any]:
    """Return a channel of numbers that need not start at zero."""
    start = {} if scale.get("type") == "log" else {"zero": False}
    held = {**start, "nice": domain is None, **scale, **({"domain": list(domain)} if domain else {})}
    return {"field": field, "type": "quantitative", "title": title and plain(title), "scale": held}


def named(field: str, title: str | None = None) -> dict[str, Any]:
    """Return a channel of names in the order of the data: an order that is listed would become an expression."""
    return {"field": field, "type": "nominal", "sort": None, "title": title}


def hints(**titles: str) -> list[dict[str, Any]]:
    """Return what hovering tells: field → what it is called. Fields hold text, or numbers as they are."""
    return [{"field": field, "title": title} for field, title in titles.items()]


def domain(values: Iterable[float | None], slack: float = 0.06) -> list[float] | None:
    """Return the range of numbers, a little wider; None without any, or where they are all one.

    >>> domain([1.0, 2.0], slack=0.1), domain([3.0]), domain([None])
    ([0.9, 2.1], None, None)
    """
    held = [value for value in values if value is not None]
    if not held or min(held) == max(held):
        return None
    more = slack * (max(held) - min(held))
    return [min(held) - more, max(held) + more]


def mark(kind: str, **more: Any) -> dict[str, Any]:
    """Return a mark."""
    return {"type": kind, **more}


def layer(drawn: Mapping[str, Any], encoding: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return one layer."""
    return {"mark": dict(drawn), "encoding": dict(encoding), **more}
