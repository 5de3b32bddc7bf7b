"""The comparisons that the verdict prints: deep against classic, and the first against the second of each task.

They are the family of Holm's correction: each is tested once, and the more of them there are, the more each must show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion, champion, standing
from dlbench.reporting.intervals import Gap, gap, gap_over_folds, same_items
from dlbench.reporting.source import Source
from dlbench.stats.holm import holm


@dataclass(frozen=True)
class Comparison:
    """Two champions side by side on the primary metric.

    Attributes:
        found: first against second, paired; None where nothing varies, one side is missing, or they were tested on
            different items.
        p: adjusted by Holm for the `family` of comparisons that the report makes; None without a test.
    """

    place: Round
    first: Champion
    second: Champion
    found: Gap | None
    p: float | None = None
    family: int = 1

    @property
    def turned(self) -> Comparison:
        """The same with the sides changed: the same test, told from the other side."""
        other = self.found and replace(
            self.found, difference=-self.found.difference, low=-self.found.high, high=-self.found.low
        )
        return replace(self, first=self.second, second=self.first, found=other)


@dataclass(frozen=True)
class Compared:
    """What is compared on one task and point.

    Attributes:
        champions: kind → its champion, None where it has none.
        kinds: deep against classic; None without both.
        lead: what validation puts first against what it puts second, whatever their kinds; of two contestants, where
            there is nothing to choose, simply these. None below two.
        over: contestants that the lead was chosen from.
        family: comparisons that the whole report tests.
    """

    place: Round
    champions: dict[str, Champion | None]
    kinds: Comparison | None
    lead: Comparison | None
    over: int
    family: int = 0

    @property
    def same(self) -> bool:
        """Whether both are one comparison, so that it counts once."""
        return self.kinds is not None and self.lead is not None and _same(self.kinds, self.lead)


def compare(source: Source, rounds: Sequence[Round]) -> tuple[Compared, ...]:
    """Return the comparisons of every task and point, tested and corrected together."""
    drafts = [_draft(place) for place in rounds]
    asked = sum((one.kinds is not None) + (one.lead is not None and not one.same) for one in drafts)
    tested = [_tested(source, one, asked) for one in drafts]
    listed = [found for one in tested for found in _distinct(one)]
    adjusted = holm(np.array([found.found.p if found.found else math.nan for found in listed]))
    family = sum(found.found is not None for found in listed)
    told = iter([None if math.isnan(p) else float(p) for p in adjusted])
    return tuple(_corrected(one, [next(told) for _ in _distinct(one)], family) for one in tested)


def difference(source: Source, place: Round, first: Champion, second: Champion, comparisons: int = 1) -> Gap | None:
    """Return by how much a champion is better than another on the primary metric, fold by fold as they were chosen."""
    if place.folds == 1:
        return gap(source, place, first.contestant, second.contestant, place.primary, comparisons=comparisons)
    if not same_items(first.jobs(place), second.jobs(place)):
        return None
    apart = {fold for fold in place.all_folds if first.in_fold(fold) != second.in_fold(fold)}
    one, other = (
        {fold: value for fold, value in side.values(place, place.primary).items() if fold in apart}
        for side in (first, second)
    )
    return gap_over_folds(one, other, place.primary, first.jobs(place), place.seeds)


def _draft(place: Round) -> Compared:
    """Return who is compared, untested."""
    champions = {kind: champion(place, kind) for kind in ("deep", "classic")}
    deep, classic = champions["deep"], champions["classic"]
    kinds = Comparison(place, deep, classic, None) if deep and classic else None
    held = [name for name in place.jobs if place.kind(name) != "floor" and place.has_value(name)]
    order = standing(place, held) if len(held) > 2 else tuple(Champion(name, None, "") for name in held)
    lead = Comparison(place, order[0], order[1], None) if len(order) > 1 else None
    return Compared(place, champions, kinds, kinds if len(held) == 2 and kinds else lead, len(held))


def _tested(source: Source, draft: Compared, asked: int) -> Compared:
    kinds = draft.kinds and _with_gap(source, draft.kinds, asked)
    if draft.same and kinds and draft.lead:
        return replace(draft, kinds=kinds, lead=kinds if _sides(draft.lead) == _sides(kinds) else kinds.turned)
    return replace(draft, kinds=kinds, lead=draft.lead and _with_gap(source, draft.lead, asked))


def _with_gap(source: Source, asked: Comparison, comparisons: int) -> Comparison:
    return replace(asked, found=difference(source, asked.place, asked.first, asked.second, comparisons))


def _distinct(one: Compared) -> list[Comparison]:
    return [found for found in (one.kinds, None if one.same else one.lead) if found is not None]


def _corrected(one: Compared, p: list[float | None], family: int) -> Compared:
    kinds = one.kinds and replace(one.kinds, p=p[0], family=family)
    lead = one.lead and replace(one.lead, p=p[0 if one.same else -1], family=family)
    return replace(one, kinds=kinds, lead=lead, family=family)


def _same(one: Comparison, other: Comparison) -> bool:
    mine, theirs = _sides(one), _sides(other)
    return mine in (theirs, theirs[::-1])


def _sides(one: Comparison) -> list[list[str]]:
    return [[side.in_fold(fold) for fold in one.place.all_folds] for side in (one.first, one.second)]
