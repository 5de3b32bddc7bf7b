"""One cell: a contestant's values on a metric, fold by fold, under a policy for failed jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlbench.reporting.scores import Score
from dlbench.reporting.source import FAILURES, UNFINISHED, Fold, fold_of


@dataclass(frozen=True)
class Cell:
    """The scores behind one line of a report.

    Attributes:
        scores: of the contestant's jobs on the metric.
        values: (repeat, fold) → mean over fit seeds; a fold without any value is absent.
        stood_in: jobs for which the floor's value stands.
    """

    scores: tuple[Score, ...]
    values: Mapping[Fold, float]
    stood_in: int = 0

    @property
    def value(self) -> float | None:
        """Mean over folds of the means over seeds; None without any value, never 0."""
        return sum(self.values.values()) / len(self.values) if self.values else None

    @property
    def status(self) -> str:
        """ok, partial, failed, unavailable, undefined or pending."""
        found = {score.status for score in self.scores}
        if found == {"ok"}:
            return "ok"
        if "ok" in found:
            return "partial"
        if found <= set(UNFINISHED):
            return "pending"
        if found & set(FAILURES):
            return "failed"
        return "unavailable" if "unavailable" in found else "undefined"

    @property
    def reason(self) -> str:
        """Why values are missing, the reasons counted; empty where none is."""
        counts: dict[str, int] = {}
        for score in self.scores:
            if score.value is None:
                text = score.reason if score.status in ("undefined", "pending") else f"{score.status}: {score.reason}"
                counts[text] = counts.get(text, 0) + 1
        return "; ".join(f"{count} × {text}" for text, count in counts.items())

    @property
    def finished(self) -> int:
        """Jobs that gave a value."""
        return sum(score.value is not None for score in self.scores)


def cell(scores: Sequence[Score], policy: str, floor: Mapping[Fold, float]) -> Cell:
    """Return a contestant's values under a policy.

    Args:
        scores: of one contestant, task, point and metric.
        policy: `floor`: the floor's value of the same fold stands for a job that failed; `drop`: it is left out.
        floor: (repeat, fold) → value of the floor; a fold it lacks is left out under either policy.
    """
    folds: dict[Fold, list[float]] = {}
    stood_in = 0
    for score in scores:
        fold = fold_of(score.record)
        if score.value is not None:
            folds.setdefault(fold, []).append(score.value)
        elif policy == "floor" and score.status in FAILURES and fold in floor:
            folds.setdefault(fold, []).append(floor[fold])
            stood_in += 1
    values = {fold: sum(found) / len(found) for fold, found in sorted(folds.items())}
    return Cell(tuple(scores), values, stood_in)
