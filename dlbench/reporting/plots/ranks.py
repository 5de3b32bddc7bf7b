"""The critical-difference diagram: mean ranks over tasks, and who is not shown to differ."""

from __future__ import annotations

from typing import Any

from dlbench.reporting import figures
from dlbench.reporting.across import Across
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, named, number
from dlbench.reporting.plots.figure import Figure, drawing
from dlbench.reporting.tables import Table

STEP = 0.35
"""Ranks between the bars of two groups."""
MOST = 40


def ranks(across: Across) -> Figure:
    """Return mean ranks, the best on top, with a bar beside neighbours that are not shown to differ.

    Source: Demšar, Statistical comparisons of classifiers over multiple data sets, 2006, turned by a quarter so that
    names can be read; the pairs are tested by Wilcoxon and Holm (Benavoli et al., 2016), or by Nemenyi where that was
    asked for. The best forty are drawn; the table holds all.
    """
    count = min(MOST, len(across.contestants))
    values = [_point(across, place) for place in range(count)] + _bars(across, count)
    shown = (
        "descriptive: so few tasks allow no significance" if across.descriptive else "joined where not shown to differ"
    )
    if across.unjoined:
        shown += f", but for {figures.plural(len(across.unjoined), 'pair')} apart in rank, see the table"
    if across.distance is not None:
        shown += f"; by Nemenyi, critical difference {across.distance:.2f}"
    spec = drawing(values, _layers(across, count), height=26 * count)
    about = f"Mean rank over {figures.plural(len(across.tasks), 'task')}, 1 is best; {shown}."
    return Figure("ranks", "Critical differences", about, spec, _table(across))


def _point(across: Across, place: int) -> dict[str, Any]:
    return {
        "contestant": across.contestants[place],
        "kind": across.kinds[place],
        "rank": across.ranks[place],
        "told": f"{across.ranks[place]:.2f}",
        "wins": f"{100 * across.win_rate[place]:.0f} %",
    }


def _bars(across: Across, count: int) -> list[dict[str, Any]]:
    """Return the ends of a bar for each group of at least two, each bar further right than the one before."""
    edge = count + STEP
    held = ([place for place in group if place < count] for group in across.groups)
    groups = [group for group in held if len(group) > 1]
    return [
        {"bar": edge + STEP * number, "first": across.contestants[min(group)], "last": across.contestants[max(group)]}
        for number, group in enumerate(groups)
    ]


def _layers(across: Across, count: int) -> list[dict[str, Any]]:
    reach = [0.7, count + STEP * (1 + sum(len(group) > 1 for group in across.groups))]
    axis = {"values": list(range(1, count + 1)), "format": "d", "orient": "top"}
    x = {**number("rank", "mean rank", reach), "axis": axis}
    y = named("contestant")
    told = hints(contestant="contestant", told="mean rank", wins="tasks won, mean over the others")
    points = [{"filter": "isValid(datum.rank)"}]
    looks = {"color": kind_color(across.kinds), "shape": kind_shape(across.kinds)}
    bars = {"x": number("bar", "mean rank", reach), "y": named("first"), "y2": {"field": "last"}}
    return [
        layer(mark("rule", style="guide"), {"y": y, "x": x, "x2": {"datum": 1}}, transform=points),
        layer(mark("point", size=90), {"y": y, "x": x, **looks, "tooltip": told}, transform=points),
        layer(mark("text", style="note", align="left", dx=9), {"y": y, "x": x, "text": {"field": "told"}},
              transform=points),
        layer(mark("rule", style="joined"), bars, transform=[{"filter": "isValid(datum.bar)"}]),
    ]  # fmt: skip


def _table(across: Across) -> Table:
    columns = ("contestant", "mean rank", "tasks won", "95 % interval", "not shown to differ from")
    lines = []
    for place, name in enumerate(across.contestants):
        span = figures.span(across.win_low[place], across.win_high[place])
        told = ", ".join(across.contestants[other] for other in across.alike(place)) or figures.NONE
        lines.append((name, f"{across.ranks[place]:.2f}", figures.score(across.win_rate[place]), span, told))
    return Table("Ranks", columns, tuple(lines), across.kinds, frozenset({1, 2, 3}))
