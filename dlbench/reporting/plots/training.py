"""Training curves: the loss of each refit, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.plots.encoding import contestant_dash, hints, kind_color, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table

MOST_JOBS, MOST_EPOCHS = 10, 60
History = Sequence[Mapping[str, Any]]


def training(place: Round, histories: Mapping[str, Sequence[History]]) -> Figure | None:
    """Return the losses of at most ten jobs a contestant; None where nobody trained by epochs."""
    values = [
        {"contestant": name, "kind": place.kind(name), "job": f"{name} {number}", **epoch}
        for name, jobs in histories.items()
        for number, history in enumerate(jobs[:MOST_JOBS], 1)
        for epoch in _epochs(history)
    ]
    if not values:
        return None
    lowest = min(value["loss"] for value in values)
    scale: dict[str, Any] = {"type": "log", "nice": False} if lowest > 0 else {}
    x, y = number("epoch", "epoch"), number("loss", "training loss", None, **scale)
    y["axis"] = {"grid": lowest <= 0, "tickCount": 5, "format": "~g"}
    told = hints(contestant="contestant", epoch="epoch", loss="training loss")
    names = list(dict.fromkeys(value["contestant"] for value in values))
    color = kind_color({value["kind"] for value in values})
    held = {"x": x, "y": y, "color": color, "detail": {"field": "job"}, "tooltip": told}
    more = {"strokeDash": contestant_dash(names)} if len(names) > 1 else {}
    spec = drawing(values, [layer(mark("line", strokeWidth=1.2, opacity=0.75), {**held, **more})])
    about = f"Loss of the refits on train and validation, one line a job, of {', '.join(names)}."
    most = max(map(len, histories.values()))
    about += f" Of each contestant the first {MOST_JOBS} of up to {most} jobs." if most > MOST_JOBS else ""
    name = slug("training", place.task, place.point)
    return Figure(name, "Training curves", about, spec, _table(values, names, place, most), place.task, place.point)


def _epochs(history: History) -> list[dict[str, Any]]:
    """Return epoch and loss, thinned to sixty; of a chain, the last link that trained."""
    link = (history[-1].get("link"), history[-1].get("member")) if history else None
    own = [entry for entry in history if (entry.get("link"), entry.get("member")) == link]
    sound = [entry for entry in own if _number(entry.get("loss")) and _number(entry.get("epoch"))]
    step = -(-len(sound) // MOST_EPOCHS) or 1
    kept = [entry for place, entry in enumerate(sound) if place % step == 0 or place == len(sound) - 1]
    return [{"epoch": int(entry["epoch"]), "loss": float(f"{entry['loss']:.5g}")} for entry in kept]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _table(values: Sequence[Mapping[str, Any]], names: Sequence[str], place: Round, jobs_held: int) -> Table:
    lines = []
    for name in names:
        jobs: dict[str, list[Mapping[str, Any]]] = {}
        for value in values:
            if value["contestant"] == name:
                jobs.setdefault(value["job"], []).append(value)
        first = sum(epochs[0]["loss"] for epochs in jobs.values()) / len(jobs)
        last = sum(epochs[-1]["loss"] for epochs in jobs.values()) / len(jobs)
        most = max(epochs[-1]["epoch"] for epochs in jobs.values())
        lines.append((name, str(len(jobs)), str(most), figures.score(first), figures.score(last)))
    columns = ("contestant", "jobs", "epochs, most", "first loss", "last loss")
    kinds = tuple(place.kind(name) for name in names)
    title = "Training curves, means over "
    title += f"the first {MOST_JOBS} jobs" if jobs_held > MOST_JOBS else "jobs"
    return Table(title, columns, tuple(lines), kinds, frozenset(range(1, 5)))
