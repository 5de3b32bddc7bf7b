"""Predicted against true values of a regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dlbench.core.seeds import derive
from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table

MOST_ITEMS = 400


def residuals(place: Round, found: Mapping[str, Sequence[Answer]]) -> Figure | None:
    """Return predictions minus truth along the truth, at most 400 items a contestant; None without values.

    It shows target values of single items: not for data that are private.
    """
    pairs = {name: held for name, answers in found.items() if (held := _pairs(answers)) is not None}
    if not pairs:
        return None
    values = []
    for name, (truth, said) in pairs.items():
        rng = np.random.default_rng(derive("residuals", place.task, place.point, name))
        drawn = np.sort(rng.permutation(len(truth))[:MOST_ITEMS])
        values += [
            {"contestant": name, "kind": place.kind(name), "truth": float(f"{truth[at]:.5g}"),
             "error": float(f"{said[at] - truth[at]:.5g}")}
            for at in drawn
        ]  # fmt: skip
    kinds = {place.kind(name) for name in pairs}
    color = kind_color(kinds)
    x, y = number("truth", "true value"), number("error", "predicted − true")
    told = hints(contestant="contestant", truth="true value", error="predicted − true")
    layers = [
        layer(mark("rule", style="guide"), {"y": {"datum": 0}}, data={"values": [{}]}),
        layer(
            mark("point", size=22, opacity=0.5),
            {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "tooltip": told},
        ),
    ]
    most = max(len(truth) for truth, _ in pairs.values())
    sampled = f" A sample of {MOST_ITEMS} of {most:,} items each." if most > MOST_ITEMS else ""
    about = f"Errors of {', '.join(pairs)} along the true value; above zero is too high.{sampled}"
    name = slug("residuals", place.task, place.point)
    return Figure(name, "Residuals", about, drawing(values, layers), _table(pairs, place), place.task, place.point)


def _pairs(found: Sequence[Answer]) -> tuple[np.ndarray, np.ndarray] | None:
    truths, said = [], []
    for answer in found:
        values = answer.numbers("Values")
        if answer.truth.classes or values is None or values.shape != answer.truth.target.shape:
            return None
        truths.append(np.asarray(answer.truth.target, dtype=np.float64))
        said.append(values)
    return (np.concatenate(truths), np.concatenate(said)) if truths else None


def _table(pairs: Mapping[str, tuple[np.ndarray, np.ndarray]], place: Round) -> Table:
    lines = []
    for name, (truth, said) in pairs.items():
        cuts = np.quantile(said - truth, (0.05, 0.25, 0.5, 0.75, 0.95))
        lines.append((name, *(figures.score(float(cut)) for cut in cuts)))
    columns = ("contestant", "5 %", "25 %", "median", "75 %", "95 %")
    kinds = tuple(place.kind(name) for name in pairs)
    return Table("Quantiles of predicted − true", columns, tuple(lines), kinds, frozenset(range(1, 6)))
