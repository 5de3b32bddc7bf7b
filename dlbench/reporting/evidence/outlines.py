"""Pictures of a detection task: the objects in them, and the boxes that contestants put around some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import answers
from dlbench.reporting.source import Source

MOST_JUDGED = 300
"""Pictures of a job that are judged one by one."""


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
        total: how many pictures there are in all.
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
    seen = {name: held for name in names if (held := dict(_seen(source, place, name, judge)))}
    if not seen:
        return None
    shared = [key for key in next(iter(seen.values())) if all(key in held for held in seen.values())]
    best = np.array([max(held[key].score for held in seen.values()) for key in shared])
    order = np.argsort(best, kind="stable")
    start = max(most, (len(order) - most) // 2)
    chosen = (
        (f"{place.primary} lowest even for the best", order[:most]),
        (f"{place.primary} in the middle", order[start : start + most]),
    )
    return tuple(
        _outlines(title, [shared[i] for i in index], seen, len(shared)) for title, index in chosen if len(index)
    )


def _seen(source: Source, place: Round, name: str, judge: Metric) -> Iterator[tuple[str, _Seen]]:
    met: set[str] = set()
    for answer in answers(source, place, name):
        objects, form = answer.truth.objects, answer.form
        if objects is None or not isinstance(form, Boxes):
            return
        for row, key in enumerate(answer.truth.ids.tolist()[:MOST_JUDGED]):
            index = np.array([row])
            own, found = objects.take(index), form.take(index)
            score = judge.score(answer.truth.take(index), found) if len(own.boxes) and key not in met else np.nan
            if np.isfinite(score):
                met.add(key)
                classes = answer.truth.classes
                yield key, _Seen(_true(own, classes), _surest(found, len(own.boxes), classes), float(score))


def _true(objects: Objects, classes: Sequence[str]) -> Outline:
    return Outline(objects.boxes, objects.codes, tuple(_named(int(code), classes) for code in objects.codes))


def _surest(found: Boxes, count: int, classes: Sequence[str]) -> Outline:
    order = np.argsort(-found.scores, kind="stable")[:count]
    told = zip(found.codes[order].tolist(), found.scores[order].tolist(), strict=True)
    words = tuple(f"{_named(code, classes)} {score:.2f}" for code, score in told)
    return Outline(found.boxes[order], found.codes[order], words)


def _named(code: int, classes: Sequence[str]) -> str:
    return classes[code] if 0 <= code < len(classes) else str(code)


def _outlines(title: str, keys: list[str], seen: dict[str, dict[str, _Seen]], total: int) -> Outlines:
    first = next(iter(seen.values()))
    said = {name: tuple(held[key].said for key in keys) for name, held in seen.items()}
    scores = {name: np.array([held[key].score for key in keys]) for name, held in seen.items()}
    return Outlines(title, total, tuple(keys), tuple(first[key].truth for key in keys), said, scores)
