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
from dlbench.reporting.evidence.lowest import Chosen, Seen, chosen
from dlbench.reporting.source import Fold, Source, fold_of


def origins(source: Source, place: Round, names: Sequence[str], most: int) -> tuple[Chosen, ...] | None:
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
    return chosen(seen, place.primary, most) if seen else None


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
class _Origin(Seen):
    """(horizon,) what came and what was said, the score, and where it lies.

    Attributes:
        fold, row: of the test part, and its place there.
        reach: rows from which on another origin forecasts other steps.
    """

    fold: Fold
    row: int
    reach: int

    def overlaps(self, other: Seen) -> bool:
        """Whether both forecast a step."""
        return isinstance(other, _Origin) and self.fold == other.fold and abs(self.row - other.row) < self.reach


def _first(source: Source, place: Round, name: str, judge: Metric) -> dict[str, _Origin]:
    found: dict[str, _Origin] = {}
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
                found.setdefault(key, _Origin(futures[row], said[row], float(score), fold, row, reach))
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
