"""A sweep: how each contestant does along an axis, and from where on the deep side leads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dlbench.core.canonical import canonical
from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round
from dlbench.reporting.crossover import Crossover
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.rows import Row
from dlbench.reporting.tables import Table

WIDE = 20
"""An axis whose last value is so many times its first is read on a log scale."""


def sweeps(findings: Findings) -> tuple[Figure, ...]:
    """Return a figure for each task and numeric axis that was swept, with the other axes held."""
    grouped: dict[tuple[str, str, str], dict[float, Round]] = {}
    for place in findings.rounds:
        point: Mapping[str, Any] = json.loads(place.point) if place.point else {}
        for axis, value in point.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                others = {name: held for name, held in point.items() if name != axis}
                grouped.setdefault((place.task, axis, canonical(others) if others else ""), {})[float(value)] = place
    found = (_sweep(findings, name, places) for name, places in grouped.items() if len(places) > 1)
    return tuple(figure for figure in found if figure is not None)


def _sweep(findings: Findings, name: tuple[str, str, str], places: Mapping[float, Round]) -> Figure | None:
    task, axis, beside = name
    order = sorted(places)
    values = [_point(row, at) for at in order for row in _rows(findings, places[at]) if row.value is not None]
    if not values:
        return None
    metric = places[order[0]].primary
    crossing = next((one for one in findings.crossovers if (one.task, one.axis, one.beside) == name), None)
    log = crossing.log if crossing else order[0] > 0 and order[-1] / order[0] >= WIDE
    spec = drawing(values, _layers((axis, metric), log, crossing, {value["kind"] for value in values}))
    about = f"{metric} of each contestant at {len(order)} values of {axis}, with 95 % bands."
    about += f" {crossing.text}" if crossing else ""
    title = f"{tables.title_of(task, beside)}: {tables.heading(metric)} along {axis}"
    table = _table(values, axis, order)
    return Figure(slug("sweep", task, axis, beside), title, about, spec, table, task)


def _rows(findings: Findings, place: Round) -> tuple[Row, ...]:
    return tables.rows_of(findings, place, place.primary)


def _point(row: Row, at: float) -> dict[str, Any]:
    told = {"score": figures.score(row.value), "interval": figures.span(row.low, row.high)}
    named = {"contestant": row.contestant, "kind": row.kind}
    return {**named, "at": at, "value": row.value, "low": row.low, "high": row.high, **told}


def _layers(called: tuple[str, str], log: bool, crossing: Crossover | None, kinds: set[str]) -> list[dict[str, Any]]:
    axis, metric = called
    scale = {"type": "log", "nice": False} if log else {"nice": False}
    x = {**number("at", axis, None, **scale), "axis": {"grid": False, "format": "~s", "tickCount": 6}}
    y = number("value", tables.heading(metric))
    color = kind_color(kinds)
    one = {"field": "contestant"}
    told = hints(contestant="contestant", at="at", score="value", interval="95 % interval")
    band = {"x": x, "y": number("low", None), "y2": {"field": "high"}, "color": color, "detail": one}
    line = {"x": x, "y": y, "color": color, "detail": one}
    return [
        layer(mark("line"), line),
        layer(mark("area", style="band"), band, transform=[{"filter": "isValid(datum.low)"}]),
        layer(mark("point", size=50), {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "tooltip": told}),
        *_crossing(crossing, x),
    ]


def _crossing(crossing: Crossover | None, x: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a rule where the deep side begins to lead, and the interval of that place."""
    if crossing is None or crossing.at is None:
        return []
    held = {"values": [{"at": crossing.at, "low": crossing.low, "high": crossing.high, "told": "deep leads from here"}]}
    text = {"x": {**x}, "text": {"field": "told"}, "y": {"value": 8}}
    left = _late(crossing, crossing.at)
    shade = []
    if crossing.low is not None and crossing.high is not None:
        shade = [layer(mark("rect", style="band"), {"x": {**x, "field": "low"}, "x2": {"field": "high"}}, data=held)]
    return [
        *shade,
        layer(mark("rule", style="guide"), {"x": {**x}}, data=held),
        layer(mark("text", style="note", align="right" if left else "left", dx=-5 if left else 5), text, data=held),
    ]


def _late(crossing: Crossover, at: float) -> bool:
    """Whether a place lies in the second half of the axis, where there is no room to its right."""
    first, last = crossing.points[0][0], crossing.points[-1][0]
    return at * at > first * last if crossing.log else 2 * at > first + last


def _table(values: Sequence[Mapping[str, Any]], axis: str, order: Sequence[float]) -> Table:
    found: dict[str, dict[float, str]] = {}
    kinds: dict[str, str] = {}
    for value in values:
        found.setdefault(value["contestant"], {})[value["at"]] = value["score"]
        kinds[value["contestant"]] = value["kind"]
    lines = tuple((name, *(held.get(at, figures.NONE) for at in order)) for name, held in found.items())
    columns = ("contestant", *(f"{axis} {at:g}" for at in order))
    return Table(f"Along {axis}", columns, lines, tuple(kinds.values()), frozenset(range(1, len(columns))))
