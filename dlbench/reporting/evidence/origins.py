"""Origins of a forecasting task: what came after each, what contestants forecast, and what that scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.forms.forecast import Forecast
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer, answers
from dlbench.reporting.evidence.lowest import lowest_and_middle
from dlbench.reporting.source import Fold, Source, fold_of


@dataclass(frozen=True)
class Origins:
    """m origins of one sort.

    Attributes:
        title: what they have in common.
        total: how many origins there are in all, each scored for every contestant shown.
        ids: (m,) names.
        truth: (m, horizon) what came.
        said: contestant → (m, horizon) forecasts.
        scores: contestant → (m,) scores of the primary metric on each origin alone.
    """

    title: str
    total: int
    ids: tuple[str, ...]
    truth: np.ndarray
    said: dict[str, np.ndarray]
    scores: dict[str, np.ndarray]


def origins(source: Source, place: Round, names: Sequence[str], most: int) -> tuple[Origins, ...] | None:
    """Return the origins on which even the best of some contestants scores worst, and such as score in the middle.

    Of several jobs of a contestant, its first one on an origin counts; of a sort, no two origins forecast the same
    step. None for tasks that forecast nothing, and for metrics that say nothing of one origin.

    Args:
        source: the run.
        place: the task.
        names: of the contestants that are shown.
        most: origins of each sort.
    """
    judge = catalog.metrics().get(place.primary)
    if judge is None or judge.scores not in Forecast.offers:
        return None
    seen = {name: held for name in names if (held := _first(source, place, name, judge))}
    if not seen:
        return None
    scores = {name: {key: one.score for key, one in held.items()} for name, held in seen.items()}
    first = next(iter(seen.values()))
    chosen = lowest_and_middle(scores, place.primary, most, lambda one, other: first[one].overlaps(first[other]))
    return tuple(_origins(title, keys, seen, total) for title, keys, total in chosen)


def apart(futures: np.ndarray) -> int:
    """Return how many rows lie between origins that share no step, at least 1.

    Args:
        futures: (n, horizon) values from ascending origins at an even distance.

    >>> apart(np.array([[1, 2, 3], [2, 3, 4], [3, 4, 5]])), apart(np.array([[1, 2, 3], [4, 5, 6]]))
    (3, 1)
    """
    horizon = int(futures.shape[1])
    before, after = futures[:-1][:3], futures[1:][:3]
    shifts = (shift for shift in range(1, horizon) if np.array_equal(before[:, shift:], after[:, :-shift]))
    return -(-horizon // next(shifts, horizon))


@dataclass(frozen=True)
class _Seen:
    """An origin in an answer: (horizon,) what came and what was said, the score, and where it lies.

    Attributes:
        fold, row: of the test part, and its place there.
        reach: rows from which on another origin forecasts other steps.
    """

    truth: np.ndarray
    said: np.ndarray
    score: float
    fold: Fold
    row: int
    reach: int

    def overlaps(self, other: _Seen) -> bool:
        """Whether both forecast a step."""
        return self.fold == other.fold and abs(self.row - other.row) < self.reach


def _first(source: Source, place: Round, name: str, judge: Metric) -> dict[str, _Seen]:
    found: dict[str, _Seen] = {}
    for answer in answers(source, place, name):
        said = answer.form.arrays()["values"] if isinstance(answer.form, Forecast) else np.empty((0, 0))
        if said.ndim != 2 or not said.size or said.size != len(answer.truth):
            return {}
        scores = _scores(answer, judge, said.shape)
        futures = answer.truth.target.reshape(said.shape)
        reach, fold = apart(futures), fold_of(answer.record)
        for row, (step, score) in enumerate(zip(answer.truth.ids[:: said.shape[1]].tolist(), scores, strict=True)):
            if np.isfinite(score):
                key = step.removesuffix("+1")
                found.setdefault(key, _Seen(futures[row], said[row], float(score), fold, row, reach))
    return found


def _scores(answer: Answer, judge: Metric, shape: tuple[int, ...]) -> np.ndarray:
    """Return the score of each origin alone, NaN where the metric says nothing of it.

    Args:
        answer: a forecast.
        judge: who scores it.
        shape: (origins, horizon).
    """
    table = judge.statistics(answer.truth, answer.form.to(judge.scores))
    if table is None:
        return np.full(shape[0], np.nan)
    return judge.from_sums(table.reshape(*shape, -1).sum(axis=1))


def _origins(title: str, keys: list[str], seen: dict[str, dict[str, _Seen]], total: int) -> Origins:
    first = next(iter(seen.values()))
    truth = np.stack([first[key].truth for key in keys])
    said = {name: np.stack([held[key].said for key in keys]) for name, held in seen.items()}
    scores = {name: np.array([held[key].score for key in keys]) for name, held in seen.items()}
    return Origins(title, total, tuple(keys), truth, said, scores)
