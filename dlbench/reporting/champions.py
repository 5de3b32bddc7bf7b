"""Who speaks for a kind: the contestant that was best on validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlbench.reporting.board import Round
from dlbench.reporting.source import Record


@dataclass(frozen=True)
class Champion:
    """A kind's champion, chosen without a look at the test part.

    Attributes:
        contestant: label.
        validation: mean over its jobs; None for the only contestant of its kind, where nothing was chosen.
        metric: that validation was measured by.
        left_out: contestants of the kind that could not be chosen, with the reason.
    """

    contestant: str
    validation: float | None
    metric: str
    left_out: tuple[tuple[str, str], ...] = ()


def champion(place: Round, kind: str) -> Champion | None:
    """Return the champion of a kind on a task, or None where no contestant of that kind has a test value.

    Source: choosing on test would favour the kind with more contestants (the winner's curse); validation does not.
    """
    held = [name for name in place.jobs if place.kind(name) == kind and place.has_value(name)]
    if len(held) < 2:
        return Champion(held[0], None, "") if held else None
    validated = {name: validation_of(place.jobs[name]) for name in held}
    metrics = [found[0] for found in validated.values() if found]
    if not metrics:
        return None
    common = max(metrics, key=metrics.count)
    fit = {name: found for name, found in validated.items() if found and found[0] == common}
    best = max(fit, key=lambda name: fit[name][2] * (1 if fit[name][1] == "higher" else -1))
    return Champion(best, fit[best][2], common, tuple(_left_out(held, validated, common)))


def validation_of(jobs: Sequence[Record]) -> tuple[str, str, float] | None:
    """Return metric, direction and mean of the jobs that ended well."""
    found = [job["validation"] for job in jobs if job["status"] == "ok" and job.get("validation")]
    values = [entry["value"] for entry in found if entry.get("value") is not None]
    return (found[0]["metric"], found[0]["better"], sum(values) / len(values)) if values else None


def _left_out(
    held: Sequence[str], validated: dict[str, tuple[str, str, float] | None], common: str
) -> list[tuple[str, str]]:
    reasons = []
    for name in held:
        found = validated[name]
        if found is None:
            reasons.append((name, "no validation score"))
        elif found[0] != common:
            reasons.append((name, f"validated by {found[0]}, not {common}"))
    return reasons
