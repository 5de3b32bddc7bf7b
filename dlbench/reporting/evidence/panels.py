"""Pictures of a task whose answers are pictures: what each contestant made of them, and what it scored there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import answers
from dlbench.reporting.evidence.lowest import lowest_and_middle
from dlbench.reporting.evidence.silhouettes import silhouettes
from dlbench.reporting.source import Source

SHOWN = {"Masks": "codes", "Pictures": "values"}
"""Form → the array of it that is drawn; instances are painted, see `silhouettes`."""


@dataclass(frozen=True)
class Panels:
    """m pictures of one sort.

    Attributes:
        title: what they have in common.
        total: how many pictures there are in all, each scored for every contestant shown.
        ids: (m,) names.
        truth: (m, height, width) codes, or (m, height, width, channels) values in [0, 1].
        said: contestant → what it made of them, of the truth's shape.
        scores: contestant → (m,) scores of the primary metric on each picture alone.
    """

    title: str
    total: int
    ids: tuple[str, ...]
    truth: np.ndarray
    said: dict[str, np.ndarray]
    scores: dict[str, np.ndarray]


def panels(source: Source, place: Round, names: Sequence[str], most: int) -> tuple[Panels, ...] | None:
    """Return the pictures on which even the best of some contestants scores lowest, and such as score in the middle.

    Of several jobs of a contestant, its first one on a picture counts; pictures of which the metric says nothing, such
    as those without anything to be found, are left out. None for tasks whose answers are no pictures.

    Args:
        source: the run.
        place: the task.
        names: of the contestants that are shown.
        most: pictures of each sort.
    """
    judge = catalog.metrics().get(place.primary)
    if judge is None or judge.scores not in (*SHOWN, "Instances"):
        return None
    seen = {name: held for name in names if (held := _first(source, place, name, judge))}
    if not seen:
        return None
    scores = {name: {key: one.score for key, one in held.items()} for name, held in seen.items()}
    chosen = lowest_and_middle(scores, place.primary, most)
    return tuple(_panels(title, keys, seen, total) for title, keys, total in chosen)


@dataclass(frozen=True)
class _Seen:
    """A picture in an answer: what is true, what was said, and what that scores."""

    truth: np.ndarray
    said: np.ndarray
    score: float


def _first(source: Source, place: Round, name: str, judge: Metric) -> dict[str, _Seen]:
    found: dict[str, _Seen] = {}
    for answer in answers(source, place, name):
        if judge.scores == "Instances":
            for one in silhouettes(answer, judge):
                found.setdefault(one.name, _Seen(one.truth, one.said, one.score))
            continue
        if answer.form.name not in SHOWN:
            return {}
        table = judge.statistics(answer.truth, answer.form)
        if table is None:
            return {}
        scores = judge.from_sums(table)
        drawn = answer.form.arrays()[SHOWN[answer.form.name]]
        for row, (key, score) in enumerate(zip(answer.truth.ids.tolist(), scores.tolist(), strict=True)):
            if np.isfinite(score):
                found.setdefault(key, _Seen(answer.truth.target[row], drawn[row], score))
    return found


def _panels(title: str, keys: list[str], seen: dict[str, dict[str, _Seen]], total: int) -> Panels:
    first = next(iter(seen.values()))
    truth = np.stack([first[key].truth for key in keys])
    said = {name: np.stack([held[key].said for key in keys]) for name, held in seen.items()}
    scores = {name: np.array([held[key].score for key in keys]) for name, held in seen.items()}
    return Panels(title, total, tuple(keys), truth, said, scores)
