"""Where the spread of a contestant's scores comes from: the split, the search's seed, the fit's seed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dlbench.core.canonical import canonical
from dlbench.reporting.board import Round
from dlbench.reporting.source import Fold, Record, fold_of, label_of
from dlbench.stats.components import Component, variance_components


@dataclass(frozen=True)
class Spread:
    """The sources of spread of a contestant's primary metric on a task.

    Attributes:
        splits, searches, fits: how many of each; searches within a split, fits within a search. Several runs of one
            suite in one report, each of another `--seed`, give several searches.
        split, search, fit: standard deviation of a single score by this source alone, in the metric's unit; None
            where it was not varied, and hides in the one before.
        shares: split, search, fit → share of the variance of a single score; those not varied are left out.
    """

    task: str
    point: str
    contestant: str
    metric: str
    splits: int
    searches: int
    fits: int
    split: float | None
    search: float | None
    fit: float | None
    shares: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return asdict(self)


def spreads(rounds: Sequence[Round]) -> tuple[Spread, ...]:
    """Return the spread of every contestant of which a split was searched or fitted more than once."""
    return tuple(spread for place in rounds for spread in _of(place))


def _of(place: Round) -> Iterator[Spread]:
    for name, scored in _scored(place).items():
        scores = _balanced(scored)
        if scores is None:
            continue
        found = variance_components(scores)
        held = {"split": found.split, "search": found.search, "fit": found.fit}
        shares = {source: one.share for source, one in held.items() if math.isfinite(one.share)}
        splits, searches, fits = scores.shape
        sds = _sd(found.split), _sd(found.search), _sd(found.fit)
        yield Spread(place.task, place.point, name, place.primary, splits, searches, fits, *sds, shares)


def _sd(found: Component) -> float | None:
    return found.sd if math.isfinite(found.sd) else None


def _scored(place: Round) -> dict[str, dict[tuple[Fold, int, int], float]]:
    """Return contestant → (split, seed of the search, fit) → value; of several runs their contestants by one name."""
    found: dict[str, dict[tuple[Fold, int, int], float]] = {}
    twins = Counter(_entered(jobs[0]) for jobs in place.jobs.values() if jobs)
    for name, jobs in place.jobs.items():
        cell = place.cells.get((name, place.primary))
        if cell is None or not jobs or place.kind(name) == "floor":
            continue
        entered, label = _entered(jobs[0]), _spec(jobs[0]).get("contestant", {}).get("label") or name
        held = found.setdefault(label if twins[entered] > 1 else name, {})
        for score in cell.scores:
            if score.value is not None:
                job = score.record["job"]
                held[fold_of(score.record), int(_spec(score.record).get("seed", 0)), int(job.get("seed", 0))] = (
                    score.value
                )
    return found


def _spec(record: Record) -> Mapping[str, Any]:
    return record.get("spec") or {}


def _entered(record: Record) -> str:
    held = _spec(record).get("contestant")
    return canonical(held) if held else label_of(record)


def _balanced(scored: Mapping[tuple[Fold, int, int], float]) -> np.ndarray | None:
    """Return (splits, searches, fits) scores of the splits that have all; None where no split was scored twice."""
    searches, fits = sorted({place[1] for place in scored}), sorted({place[2] for place in scored})
    if len(searches) * len(fits) < 2:
        return None
    splits = [
        [[scored.get((split, search, fit)) for fit in fits] for search in searches]
        for split in sorted({place[0] for place in scored})
    ]
    whole = [split for split in splits if all(value is not None for line in split for value in line)]
    return np.array(whole, dtype=np.float64) if whole else None
