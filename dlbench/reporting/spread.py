"""Seeds against gaps: whether chance alone moves a contestant further than what parts it from another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import variance

from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import keys_of
from dlbench.reporting.comparisons import Compared, Comparison
from dlbench.reporting.source import Fold, fold_of
from dlbench.reporting.warned import Warned
from dlbench.reporting.wording import warned as words
from dlbench.reporting.wording.naming import called


def wide_spreads(compared: Sequence[Compared]) -> Iterator[Warned]:
    """Yield a warning for each comparison whose gap is smaller than the spread of a side's fit seeds."""
    for held in compared:
        for one in (held.kinds, None if held.same else held.lead):
            if one is not None and (found := _warned(one)) is not None:
                yield found


def seed_spread(place: Round, held: Champion, metric: str) -> float | None:
    """Return the standard deviation between fit seeds, pooled over folds; None below two seeds."""
    spreads = [variance(values) for values in _by_fold(place, held, metric).values() if len(values) > 1]
    return math.sqrt(sum(spreads) / len(spreads)) if spreads else None


def _warned(one: Comparison) -> Warned | None:
    place, found = one.place, one.found
    if found is None or not found.difference:
        return None
    sides = [(seed_spread(place, side, place.primary) or 0.0, side) for side in (one.first, one.second)]
    spread, widest = max(sides, key=lambda side: side[0])
    if spread <= abs(found.difference):
        return None
    other = one.second if widest is one.first else one.first
    text = words.seed_spread(called(widest), spread, abs(found.difference), called(other))
    keys = keys_of([*one.first.jobs(place), *one.second.jobs(place)])
    return Warned("seed_spread", place.task, place.point, widest.contestant, text, keys)


def _by_fold(place: Round, held: Champion, metric: str) -> Mapping[Fold, list[float]]:
    """Return fold → values of the fit seeds of whoever was chosen there."""
    found: dict[Fold, list[float]] = {}
    for name in held.everybody:
        cell = place.cells.get((name, metric))
        for score in cell.scores if cell else ():
            fold = fold_of(score.record)
            if score.value is not None and held.in_fold(fold) == name:
                found.setdefault(fold, []).append(score.value)
    return found
