"""Deep or classic, on one task, in words."""

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
from dlbench.reporting.wording.naming import indicative


@dataclass(frozen=True)
class Told:
    """What a verdict is told from; see `Verdict` for the meaning of the parts.

    Attributes:
        p: adjusted for the `comparisons` that the report makes.
    """

    place: Round
    champions: Mapping[str, Champion | None]
    values: Mapping[str, float | None]
    found: Gap | None
    margin: float | None
    costs: CostRatios
    above: Mapping[str, bool | None]
    answer: str
    p: float | None = None
    comparisons: int = 1

    @property
    def deep(self) -> str:
        """How the deep champion is called, empty without one."""
        return naming.called(self.champions["deep"])

    @property
    def classic(self) -> str:
        """How the classic champion is called, empty without one."""
        return naming.called(self.champions["classic"])

    @property
    def cheaper(self) -> str:
        """Label of the champion that is quicker to fit; empty where neither is shown to be."""
        return {-1: self.label("deep"), 1: self.label("classic")}.get(self.costs.dearer, "")

    @property
    def equals(self) -> tuple[str, str]:
        """Which of the two to take where they are equivalent, and why; see `floor.preferred`."""
        return floor.preferred(self.label("classic"), self.label("deep"), self.cheaper, self.above)

    @property
    def take(self) -> str:
        """The contestant to take: the leader, or one of two equivalents, see `equals`; empty where none is cheaper."""
        if self.answer == "equivalent":
            return self.equals[0] if self.equals[1] else ""
        return self.label(self.answer) if self.answer in ("deep", "classic") else ""

    @property
    def chances(self) -> Mapping[str, float] | None:
        """How likely either side is better by more than the margin, and how likely neither; None without folds."""
        held = self.found.chances(self.margin) if self.found and self.margin is not None else None
        return None if held is None else {"deep": held.right, "within": held.within, "classic": held.left}

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the records that the comparison rests on; where the floor stands in for a failed job, of the floor too."""
        names = dict.fromkeys(name for held in self.champions.values() if held for name in held.everybody)
        jobs = [job for name in names for job in self.place.jobs[name]]
        failed = any(job["status"] != "ok" for job in jobs)
        return keys_of([*jobs, *(self.place.floor if failed else ())])

    def label(self, kind: str) -> str:
        """Return the label of a kind's champion, empty without one."""
        held = self.champions[kind]
        return held.contestant if held else ""


def claims(told: Told) -> tuple[Claim, ...]:
    """Return the answer in one line, then the numbers, the cost and the cautions, a sentence each."""
    said = [headline(told), _difference(told), _equivalence(told), _chances(told), _cost(told)]
    said += [naming.caution(told.found, told.comparisons), _choice(told)]
    return (
        *(Claim(sentence, told.keys) for sentence in said if sentence),
        *_floor(told),
        *_left_out(told),
    )


def headline(told: Told) -> str:
    """Return the answer in one line."""
    if told.found is None:
        return _nothing(told)
    if told.answer == "none":
        return f"Neither: {floor.not_shown([told.classic, told.deep])}."
    if told.answer == "equivalent":
        if not told.take:
            return f"Equivalent: {told.classic} (classic) and {told.deep} (deep); {told.costs.alike}."
        return f"Equivalent: take {', '.join(told.equals)}."
    if told.answer == "undecided":
        price = f"the cheaper one is {told.cheaper}" if told.cheaper else told.costs.alike
        return f"Undecided between {told.classic} (classic) and {told.deep} (deep); {price}."
    winner, loser = (told.deep, told.classic) if told.answer == "deep" else (told.classic, told.deep)
    hedge = ", on indicative evidence" if indicative(told.found) else ""
    return f"{told.answer.capitalize()}: {winner} leads {loser}{hedge}."


def _nothing(told: Told) -> str:
    missing = [kind for kind, held in told.champions.items() if held is None]
    if any(told.place.kind(name) in missing and told.place.has_value(name) for name in told.place.jobs):
        return "No answer: without a search nobody has a validation score, and champions are never chosen on test."
    if missing:
        return f"No answer: no {' and no '.join(missing)} contestant with a result."
    return f"No answer: {naming.untold(told.place.folds, told.place.seeds)}."


def _difference(told: Told) -> str:
    if told.found is None:
        return ""
    found, metric = told.found, told.place.primary
    ahead, behind = ("deep", "classic") if found.difference >= 0 else ("classic", "deep")
    scores = f"{figures.score(told.values[ahead])} against {figures.score(told.values[behind])}"
    leader = naming.called(told.champions[ahead])
    size = naming.lead(found, told.p, told.comparisons)
    test = f"{leader} ahead {size}" if found.difference else f"no difference {size.removeprefix('by 0.0000 ')}"
    return f"{metric} ({better(metric)} is better) {scores}: {test}."


def _equivalence(told: Told) -> str:
    if told.found is None or told.margin is None:
        return ""
    margin = naming.margin(told.place, told.margin)
    if told.answer == "equivalent":
        return f"The whole interval lies within the margin of {margin}."
    if told.answer == "undecided" and not told.found.low <= 0 <= told.found.high:
        return f"The interval by itself leaves out zero, but the test does not show a lead; the margin is {margin}."
    if told.answer == "undecided":
        return f"Neither a lead nor equivalence within {margin} is shown."
    return f"Equivalent would be an interval within {margin}." if told.answer in ("deep", "classic") else ""


def _chances(told: Told) -> str:
    held = told.chances
    if held is None:
        return ""
    return (
        f"Deep is better by more than {told.margin:.3g} with probability {held['deep']:.2f}, classic with "
        f"{held['classic']:.2f}, neither with {held['within']:.2f} (correlated Bayesian t)."
    )


def _cost(told: Told) -> str:
    return naming.cost_sentence(told.label("deep"), told.label("classic"), told.costs)


def _choice(told: Told) -> str:
    several = [f"{kind} {naming.chosen(held)}" for kind, held in told.champions.items() if held and naming.mixed(held)]
    return f"Champions are chosen on validation, fold by fold: {'; '.join(several)}." if several else ""


def _floor(told: Told) -> list[Claim]:
    return [
        Claim(
            f"{naming.called(held)} is not shown to be above the floor.",
            keys_of([*held.jobs(told.place), *told.place.floor]),
        )
        for held in told.champions.values()
        if held and told.above.get(held.contestant) is False
    ]


def _left_out(told: Told) -> list[Claim]:
    return [
        Claim(f"{name} could not be chosen as {kind} champion: {reason}.", keys_of(told.place.jobs[name]))
        for kind, held in told.champions.items()
        if held
        for name, reason in held.left_out
    ]
