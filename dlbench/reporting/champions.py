"""Who speaks for a kind, and who leads: whoever validation puts first, fold by fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlbench.reporting.board import Round
from dlbench.reporting.source import Fold, Record, fold_of


@dataclass(frozen=True)
class Champion:
    """A place in the order of validation, taken without a look at the test part.

    In each fold whoever is best on that fold's validation part stands for it: the mean over all folds would not do,
    since the validation rows of a fold are test rows of the others.

    Attributes:
        contestant: label that names it: the best by the mean over folds.
        validation: mean over its folds; None for the only contestant, where nothing was chosen.
        metric: that validation was measured by.
        left_out: contestants that could not be chosen, with the reason.
        by_fold: who was chosen in each fold; empty for the only contestant. Whoever has no validation score in a fold
            (it failed there) comes after those that have.
    """

    contestant: str
    validation: float | None
    metric: str
    left_out: tuple[tuple[str, str], ...] = ()
    by_fold: Mapping[Fold, str] = field(default_factory=dict)

    def in_fold(self, fold: Fold) -> str:
        """Return who stands for it in a fold."""
        return self.by_fold.get(fold, self.contestant)

    @property
    def everybody(self) -> tuple[str, ...]:
        """Return whoever names it or was chosen in a fold, each once."""
        return tuple(dict.fromkeys([self.contestant, *self.by_fold.values()]))

    @property
    def counts(self) -> dict[str, int]:
        """Contestant → folds in which it was chosen, most often first; empty where nothing was chosen."""
        found = list(self.by_fold.values())
        return {name: found.count(name) for name in sorted(dict.fromkeys(found), key=found.count, reverse=True)}

    def values(self, place: Round, metric: str) -> dict[Fold, float]:
        """Return fold → test value of whoever was chosen there, under the suite's policy."""
        cells = ((fold, place.cells.get((self.in_fold(fold), metric))) for fold in place.all_folds)
        return {fold: held.values[fold] for fold, held in cells if held is not None and fold in held.values}

    def jobs(self, place: Round) -> list[Record]:
        """Return the jobs that it rests on: in each fold those of whoever was chosen there."""
        return [job for name in self.everybody for job in place.jobs[name] if self.in_fold(fold_of(job)) == name]


def champion(place: Round, kind: str) -> Champion | None:
    """Return the champion of a kind on a task, or None where no contestant of that kind has a test value.

    Source: choosing on test would favour the kind with more contestants (the winner's curse); validation does not.
    """
    found = standing(place, [name for name in place.jobs if place.kind(name) == kind])
    return found[0] if found else None


def standing(place: Round, names: Sequence[str]) -> tuple[Champion, ...]:
    """Return the places in the order of validation among contestants with a test value, the best first.

    The only one needs no validation. Equals stand in the suite's order. Where metrics of validation differ, those of
    the most frequent one take part; nobody does where there is none. Whoever's refit was cut short is left out: what
    was tested is not what validation chose.
    """
    able = [name for name in names if place.has_value(name)]
    cut = {name: reason for name in able if (reason := cut_short(place.jobs[name]))}
    held = [name for name in able if name not in cut]
    if len(held) < 2:
        return tuple(Champion(name, None, "", tuple(cut.items())) for name in held)
    told = {name: validation_of(place.jobs[name]) for name in held}
    metrics = [found[0] for found in told.values() if found]
    if not metrics:
        return ()
    common = max(metrics, key=metrics.count)
    fit = {name: found for name, found in told.items() if found and found[0] == common}
    worth = 1 if next(iter(fit.values()))[1] == "higher" else -1
    overall = sorted(fit, key=lambda name: -worth * fit[name][2])
    folds = _by_fold(place, overall, worth)
    left = (*_left_out(held, told, common), *cut.items())
    return tuple(
        Champion(name, fit[name][2], common, left, {fold: order[at] for fold, order in folds.items()})
        for at, name in enumerate(overall)
    )


def cut_short(jobs: Sequence[Record]) -> str:
    """Say so where time ended the refit of a job before half of the rounds that its search had chosen; else empty."""
    for job in jobs:
        ledger = job.get("ledger") or {}
        rounds = ledger.get("refit_rounds")
        if ledger.get("stopped") == "deadline" and rounds and 2 * rounds[0] < rounds[1]:
            return f"time cut its refit at {rounds[0]} of {rounds[1]} rounds"
    return ""


def validation_of(jobs: Sequence[Record]) -> tuple[str, str, float] | None:
    """Return metric, direction and mean of the jobs that ended well."""
    found = [job["validation"] for job in jobs if job["status"] == "ok" and job.get("validation")]
    values = [entry["value"] for entry in found if entry.get("value") is not None]
    return (found[0]["metric"], found[0]["better"], sum(values) / len(values)) if values else None


def _by_fold(place: Round, names: Sequence[str], worth: int) -> dict[Fold, list[str]]:
    """Return fold → all contestants, the best on its validation part first."""
    suite = list(place.jobs)
    values: dict[Fold, dict[str, float]] = {fold: {} for fold in place.all_folds}
    for name in sorted(names, key=suite.index):
        for fold, jobs in grouped(place.jobs[name]).items():
            if found := validation_of(jobs):
                values[fold][name] = found[2]
    return {
        fold: [*sorted(held, key=lambda name: -worth * held[name]), *(name for name in names if name not in held)]
        for fold, held in values.items()
    }


def grouped(jobs: Sequence[Record]) -> dict[Fold, list[Record]]:
    """Return fold → its jobs."""
    parts: dict[Fold, list[Record]] = {}
    for job in jobs:
        parts.setdefault(fold_of(job), []).append(job)
    return parts


def _left_out(
    held: Sequence[str], validated: Mapping[str, tuple[str, str, float] | None], common: str
) -> list[tuple[str, str]]:
    reasons = []
    for name in held:
        found = validated[name]
        if found is None:
            reasons.append((name, "no validation score"))
        elif found[0] != common:
            reasons.append((name, f"validated by {found[0]}, not {common}"))
    return reasons
