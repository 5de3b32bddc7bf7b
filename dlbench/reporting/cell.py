"""One cell: a contestant's values on a metric, fold by fold, under a policy for failed jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlbench.reporting.scores import Score
from dlbench.reporting.source import FAILURES, UNFINISHED, Fold, fold_of, seed_of

Floor = Mapping[Fold, Mapping[int, Score]]
"""(repeat, fold) → fit seed → the floor's score, of those that have a value."""


@dataclass(frozen=True)
class Cell:
    """The scores behind one line of a report.

    Attributes:
        scores: of the contestant's jobs on the metric.
        values: (repeat, fold) → mean over fit seeds; a fold without any value is absent.
        counted: (fit seed, score) behind these values, a job's own or that of the floor's job that stands for it.
        stood_in: jobs for which the floor's stands.
    """

    scores: tuple[Score, ...]
    values: Mapping[Fold, float]
    counted: tuple[tuple[int, Score], ...] = ()
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


def cell(scores: Sequence[Score], policy: str, floor: Floor) -> Cell:
    """Return a contestant's values under a policy.

    Args:
        scores: of one contestant, task, point and metric.
        policy: `floor`: the floor's job of the same fold and fit seed, or its first of that fold where it has none of
            that seed, stands for a job that failed; `drop`: it is left out.
        floor: its scores; a fold it lacks is left out under either policy.
    """
    stands = floor if policy == "floor" else {}
    counted = [(score, found) for score in scores if (found := _counted(score, stands)) is not None]
    folds: dict[Fold, list[float]] = {}
    for score, found in counted:
        folds.setdefault(fold_of(score.record), []).append(float(found.value or 0.0))
    values = {fold: sum(held) / len(held) for fold, held in sorted(folds.items())}
    by_seed = tuple((seed_of(score.record), found) for score, found in counted)
    return Cell(tuple(scores), values, by_seed, sum(found is not score for score, found in counted))


def floor_of(scores: Sequence[Score]) -> Floor:
    """Return the scores of a floor, ready to stand for jobs that failed."""
    held: dict[Fold, dict[int, Score]] = {}
    for score in scores:
        if score.value is not None:
            held.setdefault(fold_of(score.record), {})[seed_of(score.record)] = score
    return held


def _counted(score: Score, floor: Floor) -> Score | None:
    """Return the score that counts for a job: its own, that of the floor where it failed, or none."""
    if score.value is not None:
        return score
    if score.status not in FAILURES or not (held := floor.get(fold_of(score.record))):
        return None
    return held.get(seed_of(score.record), held[min(held)])
