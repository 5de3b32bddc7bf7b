"""The ranking of a task as a forest plot: every contestant's value with its interval."""

from __future__ import annotations

from typing import Any

from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.encoding import domain, hints, kind_color, kind_shape, layer, mark, named, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.rows import Row

MOST = 60


def intervals(findings: Findings, place: Round) -> Figure | None:
    """Return the forest plot of the primary metric, of the best sixty; None where nobody has a value.

    The axis holds all contestants but the floor; who lies outside stands at the edge with an arrow and the value.
    """
    held = [row for row in tables.rows_of(findings, place, place.primary) if row.value is not None][:MOST]
    if not held:
        return None
    shown = [row for row in held if row.kind != "floor" and not row.stood_in] or held
    ends = domain([end for row in shown for end in (row.value, row.low, row.high)])
    values = [_point(row, ends) for row in held]
    spec = drawing(values, _layers(place, ends, {row.kind for row in held}), height=24 * len(held))
    title = f"{tables.heading(place.primary)}, 95 % intervals"
    about = f"{place.primary} of {figures.plural(len(held), 'contestant')} with 95 % intervals, the best on top."
    name = slug("intervals", place.task, place.point)
    return Figure(name, title, about, spec, tables.primary(findings, place), place.task, place.point)


def _point(row: Row, ends: list[float] | None) -> dict[str, Any]:
    value = row.value or 0.0
    edge = None
    if ends and not ends[0] <= value <= ends[1]:
        edge = ends[0] if value < ends[0] else ends[1]
    return {
        "contestant": row.contestant,
        "kind": row.kind,
        "value": value,
        "low": row.low if edge is None else None,
        "high": row.high if edge is None else None,
        "edge": edge,
        "side": "left" if edge is not None and ends and edge == ends[0] else "right",
        "told": f"◂ {figures.score(value)}" if ends and edge == ends[0] else f"{figures.score(value)} ▸",
        "score": figures.score(row.value),
        "interval": figures.span(row.low, row.high),
        "rests": row.interval_from,
        "status": row.status,
    }


def _layers(place: Round, ends: list[float] | None, kinds: set[str]) -> list[dict[str, Any]]:
    y = named("contestant")
    color = kind_color(kinds)
    told = hints(contestant="contestant", score="value", interval="95 % interval", rests="rests on", status="is")
    inside = [{"filter": "!isValid(datum.edge)"}]
    at = number("value", tables.heading(place.primary), ends)
    span = {"y": y, "x": number("low", None, ends), "x2": {"field": "high"}, "color": color}
    return [
        layer(mark("rule", strokeWidth=2, opacity=0.55, clip=True), span, transform=[{"filter": "isValid(datum.low)"}]),
        layer(mark("point"), {"y": y, "x": at, "color": color, "shape": kind_shape(kinds), "tooltip": told},
              transform=inside),
        *(
            layer(mark("text", style="note", align=side, dx=4 if side == "left" else -4),
                  {"y": y, "x": number("edge", None, ends), "text": {"field": "told"}, "tooltip": told},
                  transform=[{"filter": f"isValid(datum.edge) && datum.side == '{side}'"}])
            for side in ("left", "right")
        ),
    ]  # fmt: skip
