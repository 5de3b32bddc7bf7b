"""The contestant to take where only one can be taken: the best on validation, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlbench.reporting.board import Round
from dlbench.reporting.champions import validation_of


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
    held = [name for name in place.jobs if place.kind(name) != "floor" and place.has_value(name)]
    known = {name: found for name in held if (found := validation_of(place.jobs[name]))}
    metrics = [metric for metric, _, _ in known.values()]
    if len(known) < 2:
        return None
    common = max(metrics, key=metrics.count)
    fit = {name: found for name, found in known.items() if found[0] == common}
    best = max(fit, key=lambda name: fit[name][2] * (1 if fit[name][1] == "higher" else -1))
    cell = place.cells.get((best, place.primary))
    return Recommendation(
        place.task, place.point, best, place.kind(best), common, fit[best][2], place.primary,
        None if cell is None else cell.value, len(fit),
    )  # fmt: skip
