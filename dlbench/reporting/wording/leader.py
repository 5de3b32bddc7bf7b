"""Who leads a task, in words."""

from __future__ import annotations

from dataclasses import dataclass

from dlbench.reporting import figures
from dlbench.reporting.board import Round, better
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import Claim, keys_of
from dlbench.reporting.cost_ratios import CostRatios
from dlbench.reporting.intervals import Gap
from dlbench.reporting.wording import naming


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
    p: float | None = None
    comparisons: int = 1

    @property
    def cheaper(self) -> str:
        """Label of the one that is quicker to fit; empty where neither is shown to be."""
        second = self.second.contestant if self.second else ""
        return {-1: self.first.contestant, 1: second}.get(self.costs.dearer, "")

    @property
    def take(self) -> str:
        """The contestant to take, of equivalents the cheaper one, else the first; empty where undecided."""
        second = self.second.contestant if self.second else ""
        equal = self.cheaper or self.first.contestant
        found = {"leads": self.first.contestant, "trails": second, "equivalent": equal}
        return found.get(self.answer, "") if self.second else self.first.contestant


def lead_claims(told: Lead) -> tuple[Claim, ...]:
    """Return who leads whom and by how much, at which cost, and how they were chosen."""
    sides = [side for side in (told.first, told.second) if side]
    labels = dict.fromkeys(name for side in sides for name in side.everybody)
    keys = keys_of(job for name in labels for job in told.place.jobs[name])
    said = [_answer(told), _difference(told), _cost(told), _choice(told)]
    return tuple(Claim(sentence, keys) for sentence in said if sentence)


def _names(told: Lead) -> tuple[str, str]:
    """Return how both are called: by their labels, or by their place where folds put different ones there."""
    if naming.mixed(told.first) or naming.mixed(told.second):
        return "what validation puts first", "what it puts second"
    return told.first.contestant, told.second.contestant if told.second else ""


def _answer(told: Lead) -> str:
    first, second = _names(told)
    hedge = ", on indicative evidence" if told.found and naming.indicative(told.found) else ""
    price = f"the cheaper one is {told.cheaper}" if told.cheaper else told.costs.alike
    equal = f"take {told.take}, the cheaper one" if told.cheaper else f"{told.costs.alike}, so take {told.take}"
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
