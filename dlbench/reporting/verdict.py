"""The verdict: deep or classic, on one task, with the test behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting import wording
from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import Claim
from dlbench.reporting.comparisons import Compared, difference
from dlbench.reporting.cost_ratios import CostRatios, cost_ratios
from dlbench.reporting.intervals import Gap
from dlbench.reporting.source import Source
from dlbench.stats.estimate import LEVEL


@dataclass(frozen=True)
class Verdict:
    """The written answer for one task and point, on its primary metric.

    Attributes:
        answer: deep or classic (that kind's champion leads), equivalent (the difference lies within the margin),
            undecided (it may be either), none (nothing to compare).
        take: the contestant to take; empty where the evidence names none.
        headline: the answer in one line; `sentences`: cost, caution and fairness in full.
        deep, classic: the champions' labels, None without one, with their test values. Where folds chose different
            ones the label is the best by the mean over folds, the value that of whoever was chosen in each.
        difference, low, high, p: deep against classic, paired, positive where deep is better; 95 % interval.
        p_adjusted: p by Holm's correction over the `comparisons` that this report makes; the one that a sentence
            tells and that a lead rests on.
        margin: that "equivalent" refers to, in the metric's unit.
        detectable: the smallest difference this comparison, as one of `comparisons`, could have called one.
        chances: how likely deep is better by more than the margin (`deep`), classic is (`classic`), or neither
            (`within`), by the correlated Bayesian t over folds; None on a fixed test set.
        indicative: fewer than 2 × 5 folds, or fewer than 5 seeds on a fixed test set.
        folds, seeds: what the comparison rests on; where there is none, those of the protocol.
        ratios: cost of the contestant `deep` over that of `classic`, medians over paired jobs; `ratio_intervals`: at
            95 %, from five pairs on; `cost_apart`: why times and memory are not compared, empty where they are.
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
    chances: Mapping[str, float] | None
    indicative: bool
    folds: int
    seeds: int
    ratios: Mapping[str, float]
    ratio_intervals: Mapping[str, tuple[float, float]]
    cost_apart: str
    above_floor: Mapping[str, bool | None]
    keys: tuple[str, ...]
    claims: tuple[Claim, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        claims = [claim.as_dict() for claim in self.claims]
        return {**asdict(self), "sentences": list(self.sentences), "keys": list(self.keys), "claims": claims}


def verdicts(source: Source, compared: Sequence[Compared]) -> tuple[Verdict, ...]:
    """Return one verdict for each task and point; the more of them compare, the more each must show (Holm)."""
    return tuple(_verdict(source, held) for held in compared)


def _verdict(source: Source, held: Compared) -> Verdict:
    place, champions = held.place, held.champions
    deep, classic = champions["deep"], champions["classic"]
    found, p, family = (held.kinds.found, held.kinds.p, held.kinds.family) if held.kinds else (None, None, held.family)
    values = {kind: mean_of(place, one) for kind, one in champions.items()}
    near = place.margin(values["classic"])[0] if values["classic"] is not None else None
    costs = cost_ratios(place, deep.contestant, classic.contestant) if deep and classic else CostRatios()
    above = {one.contestant: above_floor(source, place, one) for one in champions.values() if one}
    answer = decide(found, near, above, p)
    told = wording.Told(place, champions, values, found, near, costs, above, answer, p, family)
    claims = wording.claims(told)
    return Verdict(
        task=place.task,
        point=place.point,
        metric=place.primary,
        answer=answer,
        take=told.take,
        headline=claims[0].text,
        sentences=tuple(claim.text for claim in claims[1:]),
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
        detectable=found.detectable_among(max(1, family)) if found else None,
        chances=told.chances,
        indicative=wording.indicative(found),
        folds=found.folds if found else place.folds,
        seeds=found.seeds if found else place.seeds,
        ratios=costs.ratios,
        ratio_intervals=costs.intervals,
        cost_apart=costs.reason,
        above_floor=above,
        keys=told.keys,
        claims=claims,
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


def mean_of(place: Round, held: Champion | None) -> float | None:
    """Return a champion's test value: the mean over the folds of whoever was chosen there; None without one."""
    values = list(held.values(place, place.primary).values()) if held else []
    return sum(values) / len(values) if values else None


def above_floor(source: Source, place: Round, held: Champion) -> bool | None:
    """Return whether a champion is shown to be better than the floor, by itself at 95 %; None where there is no floor.

    It is a caution, so it stands outside the family: a correction would only make it say "not shown" more often.
    """
    floors = [name for name in place.jobs if place.kind(name) == "floor"]
    if not floors or (floors[0], place.primary) not in place.cells:
        return None
    found = difference(source, place, held, Champion(floors[0], None, ""))
    return None if found is None else found.low > 0
