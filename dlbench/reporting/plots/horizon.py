"""Horizon curves of forecasts: the error by step ahead."""

from __future__ import annotations

from dlbench.reporting.board import Round
from dlbench.reporting.curves import curves
from dlbench.reporting.findings import Findings
from dlbench.reporting.horizons import natural
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug

TITLES = {"mae": "mean absolute error", "rmse": "root mean squared error", "scaled": "error over the naive one's"}


def horizon(findings: Findings, place: Round) -> Figure | None:
    """Return the error by step ahead, in the primary metric's own measure; None where nothing was forecast."""
    held = [one for one in findings.horizons if (one.task, one.point) == (place.task, place.point)]
    tables = curves(findings, place)
    measure = natural(place.primary)
    values = [
        {"contestant": one.contestant, "kind": one.kind, "step": step, "error": float(f"{error:.5g}")}
        for one in held
        for step, error in enumerate(one.errors(measure) or (), 1)
    ]
    if not values or not tables:
        return None
    x, y = number("step", "steps ahead"), number("error", TITLES[measure])
    kinds = {one.kind for one in held}
    color = kind_color(kinds)
    told = hints(contestant="contestant", step="steps ahead", error=TITLES[measure])
    layers = [
        layer(mark("line"), {"x": x, "y": y, "color": color, "detail": {"field": "contestant"}}),
        layer(mark("point", size=26), {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "tooltip": told}),
    ]
    about = (
        f"{TITLES[measure].capitalize()} of {len(held)} contestants by step ahead. {' '.join(tables[0].notes)}".strip()
    )
    name = slug("horizon", place.task, place.point)
    return Figure(name, "How far ahead", about, drawing(values, layers), tables[0], place.task, place.point)
