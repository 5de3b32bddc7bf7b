"""ROC and precision–recall curves of a task with classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import contestant_dash, hints, kind_color, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table
from dlbench.stats.threshold_curves import precision_recall, roc

Curve = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
ROC_GRID = np.concatenate([np.linspace(0, 0.1, 21), np.linspace(0.125, 1, 36)])
PR_GRID = np.linspace(0.02, 1, 50)
SHOWN = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
MOST_CLASSES = 100
MOST_ITEMS = 5_000


def thresholds(place: Round, found: Mapping[str, Sequence[Answer]]) -> tuple[Figure, ...]:
    """Return the ROC and the precision–recall curve; none where no contestant gives scores of classes.

    A curve is taken in each job and for each class against the rest, or for class 1 where there are two, and averaged
    at fixed rates; items of different folds are never thrown together.
    """
    ways: tuple[tuple[str, str, Curve, np.ndarray, tuple[str, str]], ...] = (
        ("roc", "ROC curve", roc, ROC_GRID, ("false positive rate", "true positive rate")),
        ("precision-recall", "Precision and recall", precision_recall, PR_GRID, ("recall", "precision")),
    )
    shown = (_figure(place, found, way) for way in ways)
    return tuple(figure for figure in shown if figure is not None)


def _figure(
    place: Round,
    found: Mapping[str, Sequence[Answer]],
    way: tuple[str, str, Curve, np.ndarray, tuple[str, str]],
) -> Figure | None:
    name, title, curve, grid, (across, up) = way
    curves = {one: mean for one, held in found.items() if (mean := _mean(held, curve, grid)) is not None}
    if not curves:
        return None
    values = [
        {"contestant": one, "kind": place.kind(one), "x": round(float(x), 4), "y": round(float(y), 4)}
        for one, mean in curves.items()
        for x, y in zip(grid, mean, strict=True)
    ]
    told = hints(contestant="contestant", x=across, y=up)
    lowest = np.floor(10 * min(float(mean.min()) for mean in curves.values())) / 10
    held = {"x": number("x", across, [0, 1]), "y": number("y", up, [float(max(0.0, min(0.9, lowest))), 1])}
    color = kind_color(place.kind(name) for name in curves)
    layers = [
        layer(
            mark("line", interpolate="linear"),
            {**held, "color": color, "strokeDash": contestant_dash(curves), "tooltip": told},
        )
    ]
    if name == "roc":
        ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
        layers.insert(0, layer(mark("line", style="guide", clip=True), held, data=ends))
    about = f"{title}, the mean over jobs{_over(found)}, of {', '.join(curves)}."
    kinds = [place.kind(one) for one in curves]
    table = read_off(f"{title}: {up} at a {across}", "contestant", curves, grid, SHOWN, kinds)
    return Figure(
        slug(name, place.task, place.point), title, about, drawing(values, layers), table, place.task, place.point
    )


def _over(found: Mapping[str, Sequence[Answer]]) -> str:
    classes = next((answer.truth.classes for held in found.values() for answer in held), ())
    return f" and over {len(classes)} classes, each against the rest" if len(classes) > 2 else ""


def _mean(found: Iterable[Answer], curve: Curve, grid: np.ndarray) -> np.ndarray | None:
    """Return the mean curve over jobs and classes; None without scores."""
    curves = []
    for answer in found:
        scores = answer.numbers("Scores") if 1 < len(answer.truth.classes) <= MOST_CLASSES else None
        if scores is None or scores.ndim != 2:
            return None
        target = answer.truth.target[:MOST_ITEMS]
        codes = (1,) if scores.shape[1] == 2 else range(scores.shape[1])
        lead = scores[:MOST_ITEMS]
        if scores.shape[1] == 2:
            lead = np.stack([lead[:, 0] - lead[:, 1], lead[:, 1] - lead[:, 0]], axis=1)
        curves += [curve(target == code, lead[:, code], grid) for code in codes]
    known = [held for held in curves if np.isfinite(held).all()]
    return np.mean(known, axis=0) if known else None


def read_off(
    title: str,
    of: str,
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    shown: Sequence[float],
    kinds: Sequence[str] = (),
) -> Table:
    """Return the heights of curves, a line each, at the places that are shown; `of` tells what each is a curve of."""
    lines = tuple((name, *(f"{np.interp(at, grid, curve):.3f}" for at in shown)) for name, curve in curves.items())
    columns = (of, *(f"at {at:g}" for at in shown))
    return Table(title, columns, lines, tuple(kinds), frozenset(range(1, len(columns))))
