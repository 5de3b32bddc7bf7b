"""ROC and precision–recall curves of a task with classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import contestant_dash, hints, kind_color, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table
from dlbench.stats.threshold_curves import Thresholds, precision_recall, roc

ROC_GRID = np.concatenate([np.linspace(0, 0.1, 21), np.linspace(0.125, 1, 36)])
PR_GRID = np.linspace(0.02, 1, 50)
SHOWN = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
MOST_CLASSES = 100


class _Way(NamedTuple):
    """A sort of curve: slug, title, how it is read off at a grid, and what stands across and up."""

    name: str
    title: str
    curve: Callable[[Thresholds, np.ndarray], np.ndarray]
    grid: np.ndarray
    across: str
    up: str


_WAYS = (
    _Way("roc", "ROC curve", roc, ROC_GRID, "false positive rate", "true positive rate"),
    _Way("precision-recall", "Precision and recall", precision_recall, PR_GRID, "recall", "precision"),
)


def thresholds(place: Round, found: Mapping[str, Sequence[Answer]]) -> tuple[Figure, ...]:
    """Return the ROC and the precision–recall curve; none where no contestant gives scores of classes.

    A curve is taken in each job, over all items of its test part, and for each class against the rest, or for class 1
    where there are two, and averaged at fixed rates; items of different folds are never thrown together.
    """
    means = {name: _means(held) for name, held in found.items()}
    shown = (_figure(place, found, way, {name: held[way.name] for name, held in means.items() if way.name in held})
             for way in _WAYS)  # fmt: skip
    return tuple(figure for figure in shown if figure is not None)


def _figure(
    place: Round, found: Mapping[str, Sequence[Answer]], way: _Way, curves: Mapping[str, np.ndarray]
) -> Figure | None:
    if not curves:
        return None
    name, title, _, grid, across, up = way
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


def _means(found: Iterable[Answer]) -> dict[str, np.ndarray]:
    """Return sort of curve → its mean over jobs and classes; those that no class has are left out.

    Of each job and class the thresholds are sorted once, read off at the grids, and let go.
    """
    curves: dict[str, list[np.ndarray]] = {way.name: [] for way in _WAYS}
    for answer in found:
        scores = answer.numbers("Scores") if 1 < len(answer.truth.classes) <= MOST_CLASSES else None
        if scores is None or scores.ndim != 2:
            return {}
        for held in _thresholds(answer.truth.target, scores):
            for way in _WAYS:
                curves[way.name].append(way.curve(held, way.grid))
    known = {name: [one for one in held if np.isfinite(one).all()] for name, held in curves.items()}
    return {name: np.mean(held, axis=0) for name, held in known.items() if held}


def _thresholds(target: np.ndarray, scores: np.ndarray) -> Iterator[Thresholds]:
    """Yield the thresholds of each class against the rest; of two classes, of the second by how far it leads."""
    if scores.shape[1] == 2:
        yield Thresholds.of(target == 1, scores[:, 1] - scores[:, 0])
        return
    for code in range(scores.shape[1]):
        yield Thresholds.of(target == code, scores[:, code])


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
