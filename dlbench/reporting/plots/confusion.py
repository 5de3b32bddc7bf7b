"""What a contestant takes for what: counts over all its test items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import hints, layer, mark, named
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table

MOST_NUMBERED, MOST_CLASSES = 12, 40
WORST = 12


def confusion(place: Round, contestant: str, found: Iterable[Answer]) -> Figure | None:
    """Return the confusion matrix of a contestant, a row a true class; None without classes or with too many.

    Counts are summed over folds, repeats and fit seeds; the shade is the share of the true class.
    """
    counted = counts(found)
    if counted is None or not 1 < len(counted[0]) <= MOST_CLASSES:
        return None
    classes, table = counted
    values = _values(classes, table)
    spec = drawing(values, _layers(len(classes)), height=len(classes) * (26 if len(classes) <= MOST_NUMBERED else 12))
    right = float(np.trace(table) / table.sum())
    about = f"Confusion matrix of {contestant}: rows are true classes, columns what it said. "
    about += f"{100 * right:.1f} % of {figures.plural(int(table.sum()), 'answer')} lie on the diagonal."
    name = slug("confusion", place.task, place.point, contestant)
    title = f"Confusions of {contestant}"
    return Figure(name, title, about, spec, _table(classes, table), place.task, place.point, contestant)


def counts(found: Iterable[Answer]) -> tuple[tuple[str, ...], np.ndarray] | None:
    """Return classes and (classes, classes) counts, true class × said class; None where classes are not predicted."""
    classes: tuple[str, ...] = ()
    total: np.ndarray | None = None
    for answer in found:
        codes = answer.codes()
        if codes is None or (classes and answer.truth.classes != classes):
            return None
        classes = answer.truth.classes
        k = len(classes)
        flat = np.bincount(answer.truth.target * k + np.clip(codes, 0, k - 1), minlength=k * k)
        total = flat.reshape(k, k) if total is None else total + flat.reshape(k, k)
    return None if total is None else (classes, total)


def _values(classes: tuple[str, ...], counted: np.ndarray) -> list[dict[str, Any]]:
    shares = counted / np.maximum(counted.sum(axis=1, keepdims=True), 1)
    k = len(classes)
    labels = _apart(classes)
    return [
        {
            "truth": labels[row], "said": labels[column], "n": int(counted[row, column]),
            "share": round(float(shares[row, column]), 4), "told": f"{100 * shares[row, column]:.1f} %",
            "strong": bool(shares[row, column] > 0.55),
        }
        for row in range(k)
        for column in range(k)
        if k <= MOST_NUMBERED or counted[row, column]
    ]  # fmt: skip


def _apart(classes: tuple[str, ...]) -> list[str]:
    """Return names of classes, each once: an axis would join two that look the same."""
    return [name if classes.count(name) == 1 else f"{name} ({code})" for code, name in enumerate(classes)]


def _layers(classes: int) -> list[dict[str, Any]]:
    angle = {"labelAngle": 0 if classes <= MOST_NUMBERED else -90, "labelLimit": 80, "labelOverlap": True}
    x, y = {**named("said", "said"), "axis": {**angle, "domain": False, "ticks": False}}, named("truth", "true")
    color = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]}, "legend": None}
    told = hints(truth="true", said="said", n="items", told="of the true class")
    cells = layer(mark("rect"), {"x": x, "y": y, "color": color, "tooltip": told})
    if classes > MOST_NUMBERED:
        return [cells]
    held = {"x": x, "y": y, "text": {"field": "n", "type": "quantitative"}}
    return [
        cells,
        layer(mark("text", style="label"), held, transform=[{"filter": "datum.n > 0 && !datum.strong"}]),
        layer(mark("text", style="on-dark"), held, transform=[{"filter": "datum.n > 0 && datum.strong"}]),
    ]


def _table(classes: tuple[str, ...], counted: np.ndarray) -> Table:
    """Return the most frequent confusions."""
    off = counted - np.diag(np.diag(counted))
    order = np.argsort(-off, axis=None, kind="stable")[:WORST]
    pairs = [divmod(int(flat), len(classes)) for flat in order if off.reshape(-1)[flat]]
    sums = np.maximum(counted.sum(axis=1), 1)
    lines = tuple(
        (classes[row], classes[column], f"{off[row, column]:,}", f"{100 * off[row, column] / sums[row]:.1f} %")
        for row, column in pairs
    )
    notes = () if lines else ("No item was taken for another class.",)
    return Table(
        "Most frequent confusions", ("true", "said", "items", "of the class"), lines, (), frozenset({2, 3}), notes
    )
