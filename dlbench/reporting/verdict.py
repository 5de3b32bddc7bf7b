"""The verdict: deep or classic, on one task, with the test behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dlbench.reporting import wording
from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion, champion
from dlbench.reporting.claim import Claim
from dlbench.reporting.intervals import Gap, gap
from dlbench.reporting.margins import margin
from dlbench.reporting.rows import mean_costs
from dlbench.reporting.source import Source
from dlbench.stats.holm import holm

LEVEL = 0.05
RATIOS = ("fit_seconds", "predict_seconds_per_1000", "parameters", "used_seconds")


@dataclass(frozen=True)
class Verdict:
    """The written answer for one task and point, on its primary metric.

    Attributes:
        answer: deep or classic (that kind's champion leads), equivalent (the difference lies within the margin),
            undecided (it may be either), none (nothing to compare).
        take: the contestant to take; empty where the evidence names none.
        headline: the answer in one line; `sentences`: cost, caution and fairness in full.
        deep, classic: the champions' labels, None without one, with their test values.
        difference, low, high, p: deep against classic, paired, positive where deep is better; 95 % interval.
        p_adjusted: p by Holm's correction over the `comparisons` that the verdicts of this report make; the one that
            a sentence tells and that a lead rests on.
        margin: that "equivalent" refers to, in the metric's unit.
        detectable: the smallest difference this comparison, as one of `comparisons`, could have called one.
        indicative: fewer than 2 × 5 folds, or fewer than 5 seeds on a fixed test set.
        ratios: cost of the deep champion over that of the classic one.
        above_floor: champion → whether it is shown to be better than the floor; None where there is no floor.
        keys: of the records it rests on.
        claims: headline and sentences, each with the keys of the records that it rests on.
    """

    task: str
    point: str
    metric: str
    answer: str
    take: str
    headline: str
    sentences: tuple[str, ...]
    deep: str | None
    classic: str | None
    deep_value: float | None
    classic_value: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    comparisons: int
    margin: float | None
    detectable: float | None
    indicative: bool
    folds: int
    seeds: int
    ratios: Mapping[str, float]
    above_floor: Mapping[str, bool | None]
    keys: tuple[str, ...]
    claims: tuple[Claim, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "sentences": list(self.sentences), "keys": list(self.keys)}


@dataclass(frozen=True)
class _Compared:
    """A place's champions, side by side, before the other places are looked at."""

    place: Round
    champions: Mapping[str, Champion | None]
    found: Gap | None
    above: Mapping[str, bool | None]


def verdicts(source: Source, rounds: Sequence[Round]) -> tuple[Verdict, ...]:
    """Return one verdict for each task and point; the more of them compare, the more each must show (Holm)."""
    compared = [_compared(source, place, len(rounds)) for place in rounds]
    adjusted = holm(np.array([math.nan if held.found is None else held.found.p for held in compared]))
    family = sum(held.found is not None for held in compared)
    return tuple(
        _verdict(held, None if held.found is None else float(p), family)
        for held, p in zip(compared, adjusted, strict=True)
    )


def _compared(source: Source, place: Round, family: int) -> _Compared:
    champions = {kind: champion(place, kind) for kind in ("deep", "classic")}
    deep, classic = champions["deep"], champions["classic"]
    found = (
        gap(source, place, deep.contestant, classic.contestant, place.primary, comparisons=family)
        if deep and classic
        else None
    )
    above = {held.contestant: _above_floor(source, place, held) for held in champions.values() if held}
    return _Compared(place, champions, found, above)


def _verdict(held: _Compared, p: float | None, family: int) -> Verdict:
    place, champions, found = held.place, held.champions, held.found
    deep, classic = champions["deep"], champions["classic"]
    values = {kind: _value(place, one) for kind, one in champions.items()}
    near = margin(place.primary, values["classic"])[0] if values["classic"] is not None else None
    ratios = _ratios(place, deep, classic)
    answer = decide(found, near, held.above, p)
    told = wording.Told(place, champions, values, found, near, ratios, held.above, answer, p, family)
    return Verdict(
        task=place.task,
        point=place.point,
        metric=place.primary,
        answer=answer,
        take=told.take,
        headline=wording.headline(told),
        sentences=wording.sentences(told),
        deep=deep.contestant if deep else None,
        classic=classic.contestant if classic else None,
        deep_value=values["deep"],
        classic_value=values["classic"],
        difference=found.difference if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        p_adjusted=p,
        comparisons=family,
        margin=near,
        detectable=found.detectable_among(family) if found else None,
        indicative=wording.indicative(found),
        folds=place.folds,
        seeds=place.seeds,
        ratios=ratios,
        above_floor=held.above,
        keys=tuple(job["key"] for one in champions.values() if one for job in place.jobs[one.contestant]),
    )


def decide(found: Gap | None, near: float | None, above: Mapping[str, bool | None], p: float | None = None) -> str:
    """Return deep, classic, equivalent, undecided or none.

    A lead is an interval that leaves out zero and a p, as adjusted for the report's other comparisons, of at most
    .05; without a p the interval decides. Equivalent is an interval that lies inside the margin (two one-sided
    tests), even where it leaves out zero; never a p value that is large. Where no champion is above the floor there
    is nothing to recommend: none.
    """
    if found is None or (above and all(shown is False for shown in above.values())):
        return "none"
    if near is not None and -near <= found.low and found.high <= near:
        return "equivalent"
    if (p is not None and p > LEVEL) or found.low <= 0 <= found.high:
        return "undecided"
    return "deep" if found.low > 0 else "classic"


def _value(place: Round, held: Champion | None) -> float | None:
    return place.cells[held.contestant, place.primary].value if held else None


def _ratios(place: Round, deep: Champion | None, classic: Champion | None) -> dict[str, float]:
    if not deep or not classic:
        return {}
    costs = [mean_costs(place.jobs[held.contestant]) for held in (deep, classic)]
    return {name: costs[0][name] / costs[1][name] for name in RATIOS if costs[0][name] and costs[1][name]}


def _above_floor(source: Source, place: Round, held: Champion) -> bool | None:
    floors = [name for name in place.jobs if place.kind(name) == "floor"]
    if not floors or (floors[0], place.primary) not in place.cells:
        return None
    found = gap(source, place, held.contestant, floors[0], place.primary)
    return None if found is None else found.low > 0
