"""Quality against cost: what each contestant reaches, and what it takes, with those that nobody beats on both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round, sign
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.chosen import chosen
from dlbench.reporting.plots.encoding import domain, hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.plots.labels import Mark, sides
from dlbench.reporting.rows import Row

SMALL, LARGE = 0.75, 1.35
"""How far the axis of seconds reaches beyond the cheapest and the dearest, as factors."""
ROOM = (360.0, 270.0)
"""Pixels of the drawing on an ordinary screen, for placing names."""
_AXIS = {"format": "~g", "tickCount": 5, "grid": False}


def cost(findings: Findings, place: Round) -> Figure | None:
    """Return the primary metric against seconds of a fit, on a log axis; None with fewer than two such contestants.

    The floor costs next to nothing and stands in the table alone.
    """
    rows = tables.rows_of(findings, place, place.primary)
    held = [row for row in rows if row.value is not None and row.fit_seconds and row.kind != "floor"]
    if len(held) < 2:
        return None
    front = pareto(held, sign(place.primary))
    scale = _Scale.of(held)
    order = [*front, *(row for row in held if row not in front)]
    beside = sides([scale.mark(row) for row in order], ROOM[0])
    values = [_point(row, place, row in front, side) for row, side in zip(order, beside, strict=True)]
    title = f"{tables.title_of(place.task, place.point)}: {tables.heading(place.primary)} against the time of a fit"
    about = f"{len(held)} contestants by {place.primary} and seconds of a fit (log axis). "
    about += f"Nobody is both cheaper and better than {', '.join(row.contestant for row in front)}."
    spec = drawing(values, _layers(place, scale, {row.kind for row in held}))
    table = tables.costs(findings, place) or tables.primary(findings, place)
    return Figure(slug("cost", place.task, place.point), title, about, spec, table, place.task, place.point)


def pareto(rows: Sequence[Row], direction: int) -> list[Row]:
    """Return the rows that no other beats on both value and seconds of a fit, the cheapest first."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.fit_seconds or 0.0, -direction * (row.value or 0.0))):
        if not front or direction * (row.value or 0.0) > direction * (front[-1].value or 0.0):
            front.append(row)
    return front


@dataclass(frozen=True)
class _Scale:
    """The ends of both axes."""

    seconds: tuple[float, float]
    values: list[float] | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Scale:
        seconds = [row.fit_seconds for row in rows if row.fit_seconds]
        ends = domain([end for row in rows for end in (row.value, row.low, row.high)])
        return cls((min(seconds) * SMALL, max(seconds) * LARGE), ends)

    def mark(self, row: Row) -> Mark:
        """Return where a row will lie, about."""
        low, high = (math.log(end) for end in self.seconds)
        across = (math.log(row.fit_seconds or self.seconds[0]) - low) / (high - low)
        up = ((row.value or 0.0) - self.values[0]) / (self.values[1] - self.values[0]) if self.values else 0.5
        return Mark(ROOM[0] * across, ROOM[1] * (1 - up), row.contestant)


def _point(row: Row, place: Round, in_front: bool, side: str) -> dict[str, Any]:
    return {
        "contestant": row.contestant,
        "kind": row.kind,
        "seconds": row.fit_seconds,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "front": in_front,
        "side": side,
        "score": figures.score(row.value),
        "interval": figures.span(row.low, row.high),
        "fit": figures.seconds(row.fit_seconds),
        "used": figures.seconds(row.used_seconds),
        "first": figures.seconds(row.first_predict_seconds),
        "predict": figures.seconds(row.predict_seconds_per_1000),
        "memory": figures.size(row.peak_memory_bytes),
        "chosen": chosen(place.jobs[row.contestant]),
    }


def _layers(place: Round, ends: _Scale, kinds: set[str]) -> list[dict[str, Any]]:
    x = {**number("seconds", "seconds of one fit", ends.seconds, type="log"), "axis": _AXIS}
    y = number("value", tables.heading(place.primary), ends.values)
    color = kind_color(kinds)
    told = hints(
        contestant="contestant",
        score="value",
        interval="95 % interval",
        fit="one fit",
        used="in all",
        first="first call, cold",
        predict="1000 predictions, warm",
        memory="memory",
        chosen="chosen",
    )
    span = {"x": x, "y": number("low", None, ends.values), "y2": {"field": "high"}, "color": color}
    named = {"x": x, "y": y, "text": {"field": "contestant"}}
    return [
        layer(mark("line", style="guide", interpolate="step-after"), {"x": x, "y": y},
              transform=[{"filter": "datum.front"}]),
        layer(mark("rule", opacity=0.35, clip=True), span, transform=[{"filter": "isValid(datum.low)"}]),
        layer(mark("point"), {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "tooltip": told}),
        *(
            layer(mark("text", style=style, align=align, dx=dx), named,
                  transform=[{"filter": f"datum.side == '{side}' && {test}"}])
            for side, align, dx in (("right", "left", 9), ("left", "right", -9))
            for style, test in (("label", "datum.front"), ("note", "!datum.front"))
        ),
    ]  # fmt: skip
