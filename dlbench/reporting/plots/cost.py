"""Quality against cost: what each contestant reaches, and what it takes, with those that nobody beats on both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round, sign
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.chosen import chosen
from dlbench.reporting.plots.encoding import domain, hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.rows import Row

SMALL, LARGE = 0.75, 1.35
"""How far the axis of seconds reaches beyond the cheapest and the dearest, as factors."""


def cost(findings: Findings, place: Round) -> Figure | None:
    """Return the primary metric against seconds of a fit, on a log axis; None with fewer than two such contestants.

    The floor costs next to nothing and stands in the table alone.
    """
    rows = tables.rows_of(findings, place, place.primary)
    held = [row for row in rows if row.value is not None and row.fit_seconds and row.kind != "floor"]
    if len(held) < 2:
        return None
    front = pareto(held, sign(place.primary))
    values = [_point(row, place, row in front) for row in held]
    title = f"{tables.title_of(place.task, place.point)}: {tables.heading(place.primary)} against the time of a fit"
    about = f"{len(held)} contestants by {place.primary} and seconds of a fit (log axis). "
    about += f"Nobody is both cheaper and better than {', '.join(row.contestant for row in front)}."
    spec = drawing(values, _layers(place, held))
    table = tables.costs(findings, place) or tables.primary(findings, place)
    return Figure(slug("cost", place.task, place.point), title, about, spec, table, place.task, place.point)


def pareto(rows: Sequence[Row], direction: int) -> list[Row]:
    """Return the rows that no other beats on both value and seconds of a fit, the cheapest first."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.fit_seconds or 0.0, -direction * (row.value or 0.0))):
        if not front or direction * (row.value or 0.0) > direction * (front[-1].value or 0.0):
            front.append(row)
    return front


def _point(row: Row, place: Round, in_front: bool) -> dict[str, Any]:
    return {
        "contestant": row.contestant,
        "kind": row.kind,
        "seconds": row.fit_seconds,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "front": in_front,
        "label": row.contestant if in_front else "",
        "score": figures.score(row.value),
        "interval": figures.span(row.low, row.high),
        "fit": figures.seconds(row.fit_seconds),
        "used": figures.seconds(row.used_seconds),
        "predict": figures.seconds(row.predict_seconds_per_1000),
        "memory": figures.size(row.peak_memory_bytes),
        "chosen": chosen(place.jobs[row.contestant]),
    }


def _layers(place: Round, held: Sequence[Row]) -> list[dict[str, Any]]:
    seconds = [row.fit_seconds for row in held if row.fit_seconds]
    reach = [min(seconds) * SMALL, max(seconds) * LARGE]
    x = {**number("seconds", "seconds of one fit", reach, type="log"), "axis": {"format": "~g", "tickCount": 5, "grid": False}}
    ends = domain([end for row in held for end in (row.value, row.low, row.high)])
    y = number("value", tables.heading(place.primary), ends)
    color = kind_color(row.kind for row in held)
    told = hints(contestant="contestant", score="value", interval="95 % interval", fit="one fit", used="in all",
                 predict="1000 predictions", memory="memory", chosen="chosen")
    in_front = [{"filter": "datum.front"}]
    span = {"x": x, "y": number("low", None, ends), "y2": {"field": "high"}, "color": color}
    return [
        layer(mark("line", style="guide", interpolate="step-after", strokeWidth=1), {"x": x, "y": y},
              transform=in_front),
        layer(mark("rule", opacity=0.35), span, transform=[{"filter": "isValid(datum.low)"}]),
        layer(mark("point"), {"x": x, "y": y, "color": color, "shape": kind_shape(), "tooltip": told}),
        layer(mark("text", style="label", align="left", dx=8, dy=-8, limit=120), {
            "x": x, "y": y, "text": {"field": "label"}}, transform=in_front),
    ]  # fmt: skip
