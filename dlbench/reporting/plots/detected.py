"""Precision and recall of a detector, a curve a class."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from dlbench.metrics.ranking import Ranking
from dlbench.metrics.voc_ap import VocAveragePrecision, matched
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import hints, kind_color, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.plots.thresholds import PR_GRID, read_off

SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9)
MOST_CLASSES = 8
_ALL = "mean of all classes"


def detected(place: Round, contestant: str, answered: Iterable[Answer]) -> Figure | None:
    """Return precision over recall of a contestant's boxes, around masks where it gave such; None where it gave none.

    Detections are matched at an overlap of one half, as PASCAL VOC does it; the curve is the falling envelope, 0 at a
    recall that is never reached, averaged over jobs. Many classes are drawn as their mean.
    """
    curves = by_class(answered)
    if not curves:
        return None
    drawn = curves if len(curves) <= MOST_CLASSES else {_ALL: np.mean(list(curves.values()), axis=0)}
    kind = place.kind(contestant)
    values = [
        {"class": name, "kind": kind, "x": round(float(x), 3), "y": round(float(y), 4)}
        for name, curve in drawn.items()
        for x, y in zip(PR_GRID, curve, strict=True)
    ]
    legend = {"symbolType": "stroke", "columns": 4, "labelLimit": 130} if len(drawn) > 1 else None
    held = {
        "x": number("x", "recall", [0, 1]), "y": number("y", "precision", [0, 1]), "color": kind_color([kind]),
        "strokeDash": {"field": "class", "type": "nominal", "sort": None, "legend": legend},
        "tooltip": hints(**{"class": "class", "x": "recall", "y": "precision"}),
    }  # fmt: skip
    title = f"Precision and recall of {contestant}"
    about = f"Precision over recall of the boxes of {contestant} at an overlap of one half, the mean over jobs, "
    about += "a line a class." if len(curves) <= MOST_CLASSES else f"the mean of {len(curves)} classes."
    spec = drawing(values, [layer(mark("line", interpolate="linear"), held)])
    name = slug("found", place.task, place.point, contestant)
    table = read_off(f"{title}: precision at a recall", "class", curves, PR_GRID, SHOWN)
    return Figure(name, title, about, spec, table, place.task, place.point, contestant)


def by_class(answered: Iterable[Answer]) -> dict[str, np.ndarray]:
    """Return class → precision at the recalls of `PR_GRID`, the mean over jobs; classes without objects drop out."""
    held: dict[str, list[np.ndarray]] = {}
    for answer in answered:
        objects, form = answer.truth.objects, answer.boxes()
        if objects is None or form is None:
            return {}
        classes = answer.truth.classes
        ranking = matched(objects, len(classes), form, VocAveragePrecision.overlap)
        for code in np.unique(ranking.object_code).tolist():
            held.setdefault(classes[code], []).append(envelope(ranking, code))
    return {name: np.mean(curves, axis=0) for name, curves in held.items()}


def envelope(ranking: Ranking, code: int) -> np.ndarray:
    """Return the highest precision at each recall of `PR_GRID` or beyond, 0 where it is never reached.

    One of two objects is found, surest: precision 1 up to a recall of a half.

    >>> one = np.zeros(1, dtype=np.int64)
    >>> two = np.zeros(2, dtype=np.int64)
    >>> curve = envelope(Ranking(1, 1, one, one, np.array([[True]]), np.array([[True]]), two, two), 0)
    >>> float(curve[PR_GRID <= 0.5].min()), float(curve[PR_GRID > 0.5].max())
    (1.0, 0.0)
    """
    own = (ranking.code == code) & ranking.counted[0]
    hits = np.cumsum(ranking.hit[0][own])
    precision = hits / np.arange(1, len(hits) + 1)
    highest = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    recall = hits / (ranking.object_code == code).sum()
    return np.asarray(highest[np.searchsorted(recall, PR_GRID - 1e-9)], dtype=np.float64)
