"""The contestant to take where only one can be taken: the best on validation, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlbench.reporting.board import Round
from dlbench.reporting.champions import standing


@dataclass(frozen=True)
class Recommendation:
    """What to take for one task and point, chosen without a look at the test part.

    Attributes:
        task, point: of which.
        contestant, kind: which.
        metric: that chose it, and `validation`, its mean over the folds there.
        primary, test: the primary metric and its value on the test part; None where it has none.
        over: contestants that it was chosen from.
    """

    task: str
    point: str
    contestant: str
    kind: str
    metric: str
    validation: float
    primary: str
    test: float | None
    over: int


def recommendations(rounds: Sequence[Round]) -> tuple[Recommendation, ...]:
    """Return one recommendation for each task and point where at least two contestants were validated alike."""
    found = (_recommended(place) for place in rounds)
    return tuple(one for one in found if one is not None)


def _recommended(place: Round) -> Recommendation | None:
    found = standing(place, [name for name in place.jobs if place.kind(name) != "floor"])
    if len(found) < 2 or found[0].validation is None:
        return None
    best, validation = found[0], found[0].validation
    cell = place.cells.get((best.contestant, place.primary))
    return Recommendation(
        place.task, place.point, best.contestant, place.kind(best.contestant), best.metric, validation,
        place.primary, None if cell is None else cell.value, len(found),
    )  # fmt: skip
