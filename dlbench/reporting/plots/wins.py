"""Who wins against whom: shares of tasks."""

from __future__ import annotations

from dlbench.reporting import figures
from dlbench.reporting.across import Across
from dlbench.reporting.plots.encoding import hints, layer, mark, named
from dlbench.reporting.plots.figure import Figure, drawing
from dlbench.reporting.tables import Table

MOST = 16


def wins(across: Across) -> Figure | None:
    """Return the share of tasks that the row wins against the column; None for one contestant or very many."""
    names = across.contestants
    if not 1 < len(names) <= MOST:
        return None
    values = [
        {"row": one, "column": other, "share": share, "told": f"{100 * share:.0f}", "strong": share > 0.6}
        for one, shares in zip(names, across.wins, strict=True)
        for other, share in zip(names, shares, strict=True)
        if share is not None and one != other
    ]
    x, y = {**named("column"), "axis": {"labelAngle": -40, "orient": "bottom"}}, named("row")
    color = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]}, "legend": None}
    told = hints(row="contestant", column="against", told="tasks won, %")
    layers = [
        layer(mark("rect"), {"x": x, "y": y, "color": color, "tooltip": told}),
        *(
            layer(mark("text", style=style), {"x": x, "y": y, "text": {"field": "told"}}, transform=[{"filter": test}])
            for style, test in (("label", "!datum.strong"), ("on-dark", "datum.strong"))
        ),
    ]
    spec = drawing(values, layers, height=26 * len(names))
    about = "Share of tasks, in %, on which the contestant of a row beats the one of a column; ties count half."
    lines = tuple(
        (one, *(figures.NONE if share is None or one == other else f"{100 * share:.0f}"
                for other, share in zip(names, shares, strict=True)))
        for one, shares in zip(names, across.wins, strict=True)
    )  # fmt: skip
    table = Table("Tasks won, %", ("contestant", *names), lines, across.kinds, frozenset(range(1, len(names) + 1)))
    return Figure("wins", "Who wins against whom", about, spec, table)
