"""The primary metric for each subgroup of the test items."""

from __future__ import annotations

from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, named, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.subgroup_table import gaps

MOST_GROUPS = 20


def subgroup(findings: Findings, place: Round) -> Figure | None:
    """Return contestants by group, the largest group on top; None where the protocol names no groups."""
    held = [one for one in findings.subgroups if (one.task, one.point) == (place.task, place.point)]
    table = gaps(findings, place)
    values = [
        {"contestant": one.contestant, "kind": one.kind, "group": f"{group.name} (n = {group.n:,})",
         "value": group.value, "score": figures.score(group.value)}
        for one in held
        if one.kind != "floor"
        for group in one.groups[:MOST_GROUPS]
        if group.value is not None
    ]  # fmt: skip
    if not values or table is None:
        return None
    x, y = number("value", tables.heading(place.primary)), named("group")
    kinds = {one.kind for one in held if one.kind != "floor"}
    color = kind_color(kinds)
    told = hints(contestant="contestant", group="group", score="value")
    held_ = {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "tooltip": told}
    spec = drawing(
        values,
        [layer(mark("point", size=60, opacity=0.8), held_)],
        height=30 * len({value["group"] for value in values}),
    )
    about = f"{place.primary} by {held[0].column}, a mark a contestant, floors left out."
    name = slug("subgroups", place.task, place.point)
    return Figure(name, f"By {held[0].column}", about, spec, table, place.task, place.point)
