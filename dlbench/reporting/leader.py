"""Who leads a task, whatever its kind: what validation puts first, against what it puts second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting import wording
from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import Claim, keys_of
from dlbench.reporting.comparisons import Compared, Comparison
from dlbench.reporting.cost_ratios import CostRatios, cost_ratios
from dlbench.reporting.intervals import Gap
from dlbench.reporting.verdict import mean_of
from dlbench.stats.estimate import LEVEL


@dataclass(frozen=True)
class Leader:
    """The lead on one task and point, by its primary metric.

    Attributes:
        contestant, kind, value: what validation puts first, and its test value; where folds put different ones first,
            the label is the best by the mean over folds, the value that of whoever was first in each.
        runner_up, runner_kind, runner_value: what it puts second; None where there is only one.
        answer: leads, trails (the runner-up is shown to be better), equivalent (within the margin), undecided, none
            (nothing to compare).
        take: the contestant to take: who leads, or the cheaper one among equivalents, the first where neither is;
            empty where undecided.
        difference, low, high: first against second, paired, positive where the first is better; 95 % interval.
        p, p_adjusted: two-sided; adjusted by Holm for the `comparisons` that the report makes.
        margin: that "equivalent" refers to, in the metric's unit.
        ratios: cost of `contestant` over that of `runner_up`, medians over paired jobs: fit_seconds,
            predict_seconds_per_1000, peak_memory_bytes, parameters, model_bytes, used_seconds; only what both measured
            and, but for sizes, on one machine. `ratio_intervals`: at 95 %, from five pairs on.
        cheaper: who is quicker to fit by a factor of at least 1.3, else empty, and `cost_alike` says why.
        over: contestants that validation chose from.
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
    margin: float | None
    ratios: Mapping[str, float]
    ratio_intervals: Mapping[str, tuple[float, float]]
    cheaper: str
    cost_alike: str
    over: int
    in_verdict: bool
    claims: tuple[Claim, ...]
    keys: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "claims": [claim.as_dict() for claim in self.claims], "keys": list(self.keys)}


def leaders(compared: Sequence[Compared]) -> tuple[Leader, ...]:
    """Return one leader for each task and point where somebody can be named without a look at the test part."""
    found = (_leader(held) for held in compared)
    return tuple(one for one in found if one is not None)


def decide(found: Gap | None, near: float | None, p: float | None) -> str:
    """Return leads, trails, equivalent, undecided or none; by the same rule as the verdict's `decide`.

    >>> decide(Gap(0.03, 0.01, 0.05, 0.01, 10, 1), 0.02, 0.01), decide(Gap(0.03, 0.01, 0.05, 0.01, 10, 1), 0.02, 0.2)
    ('leads', 'undecided')
    """
    if found is None:
        return "none"
    if near is not None and -near <= found.low and found.high <= near:
        return "equivalent"
    if (p is not None and p > LEVEL) or found.low <= 0 <= found.high:
        return "undecided"
    return "leads" if found.low > 0 else "trails"


def _leader(held: Compared) -> Leader | None:
    if held.lead is None:
        alone = held.champions["classic"] or held.champions["deep"]
        return _made(held.place, alone, None, None, held) if alone and held.over == 1 else None
    lead, found = held.lead, held.lead.found
    if lead.first.validation is None and found and found.difference < 0:  # of two, nobody was put first
        lead = lead.turned
    return _made(lead.place, lead.first, lead.second, lead, held)


def _made(place: Round, first: Champion, second: Champion | None, lead: Comparison | None, held: Compared) -> Leader:
    found, p = (lead.found, lead.p) if lead else (None, None)
    values = mean_of(place, first), mean_of(place, second)
    near = place.margin(values[1])[0] if values[1] is not None else None
    costs = cost_ratios(place, first.contestant, second.contestant) if second else CostRatios()
    answer = decide(found, near, p)
    told = wording.Lead(place, first, second, values, found, near, costs, answer, p, held.family)
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
        margin=near,
        ratios=costs.ratios,
        ratio_intervals=costs.intervals,
        cheaper=told.cheaper,
        cost_alike=costs.alike if second else "",
        over=held.over,
        in_verdict=held.same,
        claims=wording.lead_claims(told),
        keys=keys_of([*first.jobs(place), *(second.jobs(place) if second else ())]),
    )
