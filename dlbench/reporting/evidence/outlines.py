"""Pictures of a detection task: the objects in them, and the boxes that contestants put around some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import MOST_JUDGED, answers, class_name
from dlbench.reporting.evidence.lowest import lowest_and_middle
from dlbench.reporting.source import Source


@dataclass(frozen=True)
class Outline:
    """Boxes on one picture: (k, 4) left, top, width, height, and (k,) words on each, its class among `codes`."""

    boxes: np.ndarray
    codes: np.ndarray
    words: tuple[str, ...]


@dataclass(frozen=True)
class Outlines:
    """m pictures of one sort.

    Attributes:
        title: what they have in common.
        total: how many pictures were judged for every contestant shown: those that hold objects among the first
            `MOST_JUDGED` of each job.
        ids: (m,) names.
        truth: their objects.
        said: contestant → the surest of its boxes on each, as many as there are objects.
        scores: contestant → (m,) scores of the primary metric on each picture alone.
    """

    title: str
    total: int
    ids: tuple[str, ...]
    truth: tuple[Outline, ...]
    said: dict[str, tuple[Outline, ...]]
    scores: dict[str, np.ndarray]


@dataclass(frozen=True)
class _Seen:
    truth: Outline
    said: Outline
    score: float


def outlines(source: Source, place: Round, names: Sequence[str], most: int) -> tuple[Outlines, ...] | None:
    """Return the pictures on which even the best of some contestants scores lowest, and such as score in the middle.

    Of several jobs of a contestant, its first one on a picture counts; pictures without objects are left out. None for
    tasks whose answers are no boxes.

    Args:
        source: the run.
        place: the task.
        names: of the contestants that are shown.
        most: pictures of each sort.
    """
    judge = catalog.metrics().get(place.primary)
    if judge is None or judge.scores != Boxes.name:
        return None
    seen = {name: held for name in names if (held := _first(source, place, name, judge))}
    if not seen:
        return None
    scores = {name: {key: one.score for key, one in held.items()} for name, held in seen.items()}
    chosen = lowest_and_middle(scores, place.primary, most)
    return tuple(_outlines(title, keys, seen, total) for title, keys, total in chosen)


def _first(source: Source, place: Round, name: str, judge: Metric) -> dict[str, _Seen]:
    found: dict[str, _Seen] = {}
    for answer in answers(source, place, name):
        objects, form, classes = answer.truth.objects, answer.boxes(), answer.truth.classes
        if objects is None or form is None:
            return {}
        for row, key in enumerate(answer.truth.ids.tolist()[:MOST_JUDGED]):
            index = np.array([row])
            own, said = objects.take(index), form.take(index)
            if key in found or not len(own.boxes):
                continue
            score = float(judge.score(answer.truth.take(index), said))
            if np.isfinite(score):
                found[key] = _Seen(_true(own, classes), _surest(said, len(own.boxes), classes), score)
    return found


def _true(objects: Objects, classes: Sequence[str]) -> Outline:
    return Outline(objects.boxes, objects.codes, tuple(class_name(int(code), classes) for code in objects.codes))


def _surest(found: Boxes, count: int, classes: Sequence[str]) -> Outline:
    order = np.argsort(-found.scores, kind="stable")[:count]
    told = zip(found.codes[order].tolist(), found.scores[order].tolist(), strict=True)
    words = tuple(f"{class_name(code, classes)} {score:.2f}" for code, score in told)
    return Outline(found.boxes[order], found.codes[order], words)


def _outlines(title: str, keys: list[str], seen: dict[str, dict[str, _Seen]], total: int) -> Outlines:
    first = next(iter(seen.values()))
    said = {name: tuple(held[key].said for key in keys) for name, held in seen.items()}
    scores = {name: np.array([held[key].score for key in keys]) for name, held in seen.items()}
    return Outlines(title, total, tuple(keys), tuple(first[key].truth for key in keys), said, scores)
