"""Who leads a task, whatever its kind: what validation puts first, against what it puts second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting import verdict, wording
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import Claim
from dlbench.reporting.comparisons import Compared, Comparison
from dlbench.reporting.cost_ratios import CostRatios, cost_ratios
from dlbench.reporting.intervals import Gap
from dlbench.reporting.source import Source
from dlbench.reporting.verdict import Verdict, above_floor, mean_of


@dataclass(frozen=True)
class Leader:
    """The lead on one task and point, by its primary metric.

    Attributes:
        contestant, kind, value: what validation puts first, and its test value; where folds put different ones first,
            the label is the best by the mean over folds, the value that of whoever was first in each.
        runner_up, runner_kind, runner_value: what it puts second; None where there is only one.
        answer: leads, trails (the runner-up is shown to be better), equivalent (within the margin), undecided, none
            (nothing to compare, or neither beats the floor).
        take: the contestant to take: who leads, or the cheaper one among equivalents, the first where neither is; where
            neither beats the floor a champion that does; empty where undecided, or where nobody does.
        difference, low, high: first against second, paired, positive where the first is better; 95 % interval.
        p, p_adjusted: two-sided; adjusted by Holm for the `comparisons` that the report makes.
        detectable: the smallest difference this comparison, as one of `comparisons`, could have called one.
        above_floor: both, and the champions → whether it is shown to be better than the floor; None without a floor.
        margin: that "equivalent" refers to, in the metric's unit.
        ratios: cost of `contestant` over that of `runner_up`, medians over paired jobs: fit_seconds,
            predict_seconds_per_1000, peak_memory_bytes, parameters, model_bytes, used_seconds; only what both measured
            and, but for sizes, on one machine. `ratio_intervals`: at 95 %, from five pairs on.
        cheaper: who is quicker to fit by a factor of at least 1.3, else empty, and `cost_alike` says why.
        over: contestants that validation chose from.
        validated: whether validation put them in this order; of two nobody is chosen, and the test part orders them.
        in_verdict: whether the verdict of this task tells the same comparison.
        claims: the sentences; `keys`: of the records they rest on.
    """

    task: str
    point: str
    metric: str
    contestant: str
    kind: str
    value: float | None
    runner_up: str | None
    runner_kind: str | None
    runner_value: float | None
    answer: str
    take: str
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    comparisons: int
    detectable: float | None
    above_floor: Mapping[str, bool | None]
    margin: float | None
    ratios: Mapping[str, float]
    ratio_intervals: Mapping[str, tuple[float, float]]
    cheaper: str
    cost_alike: str
    over: int
    validated: bool
    in_verdict: bool
    claims: tuple[Claim, ...]
    keys: tuple[str, ...]

    @property
    def sides(self) -> tuple[str, ...]:
        """Labels of both, the first before the second."""
        return (self.contestant, *((self.runner_up,) if self.runner_up is not None else ()))

    @property
    def unbeaten(self) -> bool:
        """Whether neither is shown to beat the floor."""
        return all(self.above_floor.get(name) is False for name in self.sides)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "claims": [claim.as_dict() for claim in self.claims], "keys": list(self.keys)}


def leaders(source: Source, compared: Sequence[Compared], verdicts: Sequence[Verdict]) -> tuple[Leader, ...]:
    """Return one leader for each task and point where somebody can be named without a look at the test part.

    Args:
        source: the run.
        compared: what is compared on each task and point.
        verdicts: one for each of them, whose comparisons with the floor are not made again.
    """
    found = (_leader(source, held, judged) for held, judged in zip(compared, verdicts, strict=True))
    return tuple(one for one in found if one is not None)


def decide(found: Gap | None, near: float | None, above: Mapping[str, bool | None], p: float | None) -> str:
    """Return leads, trails, equivalent, undecided or none; by the same rule as the verdict's `decide`.

    >>> found = Gap(0.03, 0.01, 0.05, 0.01, 10, 1)
    >>> decide(found, 0.02, {}, 0.01), decide(found, 0.02, {}, 0.2), decide(found, 0.02, {"svm": False}, 0.01)
    ('leads', 'undecided', 'none')
    """
    answer = verdict.decide(found, near, above, p)
    return {"deep": "leads", "classic": "trails"}.get(answer, answer)


def _leader(source: Source, held: Compared, judged: Verdict) -> Leader | None:
    if held.lead is None:
        alone = held.champions["classic"] or held.champions["deep"]
        return _made(source, held, judged, (alone, None, None)) if alone and held.over == 1 else None
    lead, found = held.lead, held.lead.found
    if lead.first.validation is None and found and found.difference < 0:  # of two, nobody was put first
        lead = lead.turned
    return _made(source, held, judged, (lead.first, lead.second, lead))


def _above(source: Source, held: Compared, judged: Verdict, side: Champion) -> bool | None:
    """Return whether a side is shown to be better than the floor; the verdict's answer where it is its champion."""
    for one in held.champions.values():
        if one and all(one.in_fold(fold) == side.in_fold(fold) for fold in held.place.all_folds):
            return judged.above_floor[one.contestant]
    return above_floor(source, held.place, side)


def _made(
    source: Source, held: Compared, judged: Verdict, sides: tuple[Champion, Champion | None, Comparison | None]
) -> Leader:
    place, (first, second, lead) = held.place, sides
    found, p = (lead.found, lead.p) if lead else (None, None)
    values = mean_of(place, first), mean_of(place, second)
    near = place.margin(values[1])[0] if values[1] is not None else None
    costs = cost_ratios(place, first.contestant, second.contestant) if second else CostRatios()
    own = {one.contestant: _above(source, held, judged, one) for one in (first, second) if one}
    above = {**own, **{name: shown for name, shown in judged.above_floor.items() if name not in own}}
    answer = decide(found, near, own, p)
    told = wording.Lead(place, first, second, values, found, near, costs, answer, above, p, held.family)
    return Leader(
        task=place.task,
        point=place.point,
        metric=place.primary,
        contestant=first.contestant,
        kind=place.kind(first.contestant),
        value=values[0],
        runner_up=second.contestant if second else None,
        runner_kind=place.kind(second.contestant) if second else None,
        runner_value=values[1],
        answer=answer,
        take=told.take,
        difference=found.difference if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        p_adjusted=p,
        comparisons=held.family,
        detectable=found.detectable_among(max(1, held.family)) if found else None,
        above_floor=above,
        margin=near,
        ratios=costs.ratios,
        ratio_intervals=costs.intervals,
        cheaper=told.cheaper,
        cost_alike=costs.alike if second else "",
        over=held.over,
        validated=first.validation is not None,
        in_verdict=held.same,
        claims=wording.lead_claims(told),
        keys=told.keys,
    )
