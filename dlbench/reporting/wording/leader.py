"""Who leads a task, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlbench.reporting import figures
from dlbench.reporting.board import Round, better
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import Claim, keys_of
from dlbench.reporting.cost_ratios import CostRatios
from dlbench.reporting.intervals import Gap
from dlbench.reporting.wording import floor, naming


@dataclass(frozen=True)
class Lead:
    """What a lead is told from; see `Leader` for the meaning of the parts. `values` are of the first and the second."""

    place: Round
    first: Champion
    second: Champion | None
    values: tuple[float | None, float | None]
    found: Gap | None
    margin: float | None
    costs: CostRatios
    answer: str
    above: Mapping[str, bool | None]
    p: float | None = None
    comparisons: int = 1

    @property
    def cheaper(self) -> str:
        """Label of the one that is quicker to fit; empty where neither is shown to be."""
        second = self.second.contestant if self.second else ""
        return {-1: self.first.contestant, 1: second}.get(self.costs.dearer, "")

    @property
    def equals(self) -> tuple[str, str]:
        """Which of two equivalents to take, and why; see `floor.preferred`."""
        second = self.second.contestant if self.second else ""
        return floor.preferred(self.first.contestant, second, self.cheaper, self.above)

    @property
    def sides(self) -> tuple[str, ...]:
        """Labels of the first and, where there is one, the second."""
        return (self.first.contestant, *((self.second.contestant,) if self.second else ()))

    @property
    def unbeaten(self) -> bool:
        """Whether neither is shown to beat the floor."""
        return floor.unbeaten({name: self.above.get(name) for name in self.sides})

    @property
    def take(self) -> str:
        """The contestant to take; empty where the evidence names none."""
        if self.unbeaten:
            return floor.instead(self.above)
        if self.second is None:
            return self.first.contestant
        found = {"leads": self.first.contestant, "trails": self.second.contestant, "equivalent": self.equals[0]}
        return found.get(self.answer, "")

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the records it rests on; where the floor stands in for a failed job, of the floor too."""
        sides = [side for side in (self.first, self.second) if side]
        jobs = [job for side in sides for job in side.jobs(self.place)]
        failed = self.unbeaten or any(job["status"] != "ok" for job in jobs)
        return keys_of([*jobs, *(self.place.floor if failed else ())])


def lead_claims(told: Lead) -> tuple[Claim, ...]:
    """Return who leads whom and by how much, at which cost, what could have been seen, and how they were chosen."""
    sides = [side for side in (told.first, told.second) if side]
    labels = dict.fromkeys(name for side in sides for name in side.everybody)
    keys = tuple(dict.fromkeys([*keys_of(job for name in labels for job in told.place.jobs[name]), *told.keys]))
    said = [_answer(told), _difference(told), _cost(told), naming.caution(told.found, told.comparisons), _choice(told)]
    return tuple(Claim(sentence, keys) for sentence in said if sentence)


def _names(told: Lead) -> tuple[str, str]:
    """Return how both are called: by their labels, or by their place where folds put different ones there."""
    if naming.mixed(told.first) or naming.mixed(told.second):
        return "what validation puts first", "what it puts second"
    return told.first.contestant, told.second.contestant if told.second else ""


def _answer(told: Lead) -> str:
    first, second = _names(told)
    hedge = ", on indicative evidence" if told.found and naming.indicative(told.found) else ""
    if told.unbeaten:
        return floor.nothing(told.sides, told.take)
    price = f"the cheaper one is {told.cheaper}" if told.cheaper else told.costs.alike
    reason = told.equals[1]
    equal = f"take {told.take}, {reason}" if reason else f"{told.costs.alike}, so take {told.take}"
    said = {
        "leads": f"{first} leads, before {second}{hedge}.",
        "trails": f"{second} leads, although validation puts {first} first{hedge}.",
        "equivalent": f"{first} and {second} are equivalent: {equal}.",
        "undecided": f"It is undecided who leads, {first} or {second}; {price}.",
    }.get(told.answer, f"{first} has nobody to lead." if not told.second else "Nothing tells who leads.")
    return f"W{said[1:]}" if said.startswith("what ") else said


def _difference(told: Lead) -> str:
    metric = f"{told.place.primary} ({better(told.place.primary)} is better)"
    if told.found is None:
        return "" if told.values[0] is None else f"{metric} {figures.score(told.values[0])}."
    ahead, behind = (0, 1) if told.found.difference >= 0 else (1, 0)
    scores = f"{figures.score(told.values[ahead])} against {figures.score(told.values[behind])}"
    size = naming.lead(told.found, told.p, told.comparisons)
    near = f", the margin is ±{told.margin:.3g}" if told.answer == "equivalent" and told.margin is not None else ""
    if not told.found.difference:
        return f"{metric} {scores}: no difference {size.removeprefix('by 0.0000 ')}{near}."
    return f"{metric} {scores}: {_names(told)[ahead]} ahead {size}{near}."


def _cost(told: Lead) -> str:
    second = told.second
    return naming.cost_sentence(told.first.contestant, second.contestant, told.costs) if second else ""


def _choice(told: Lead) -> str:
    sides = [(word, side) for word, side in (("first", told.first), ("second", told.second)) if naming.mixed(side)]
    several = [f"{word} {naming.chosen(side)}" for word, side in sides if side]
    if not several or told.second is None:
        return ""
    mean = f"by the mean over folds {told.first.contestant}, then {told.second.contestant}"
    return f"Validation orders them, fold by fold: {'; '.join(several)}; {mean}."
