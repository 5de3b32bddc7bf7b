"""A verdict in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlbench.reporting import figures
from dlbench.reporting.board import Round, better
from dlbench.reporting.champions import Champion
from dlbench.reporting.intervals import Gap

ENOUGH_FOLDS = 10
ENOUGH_SEEDS = 5
_COSTS = {"fit_seconds": "fit time", "predict_seconds_per_1000": "prediction time", "parameters": "parameters"}


@dataclass(frozen=True)
class Told:
    """What a verdict is told from; see `Verdict` for the meaning of the parts.

    Attributes:
        p: adjusted for the `comparisons` that the report's verdicts make.
    """

    place: Round
    champions: Mapping[str, Champion | None]
    values: Mapping[str, float | None]
    found: Gap | None
    margin: float | None
    ratios: Mapping[str, float]
    above: Mapping[str, bool | None]
    answer: str
    p: float | None = None
    comparisons: int = 1

    @property
    def deep(self) -> str:
        """Label of the deep champion, empty without one."""
        held = self.champions["deep"]
        return held.contestant if held else ""

    @property
    def classic(self) -> str:
        """Label of the classic champion, empty without one."""
        held = self.champions["classic"]
        return held.contestant if held else ""

    @property
    def cheaper(self) -> str:
        """Label of the champion that is quicker to fit; the classic one where that is not known."""
        return self.deep if self.ratios.get("fit_seconds", 1.0) < 1 else self.classic

    @property
    def take(self) -> str:
        """The contestant to take: the leader, or the one that is quicker to fit among equivalents."""
        if self.answer == "equivalent":
            return self.cheaper
        return {"deep": self.deep, "classic": self.classic}.get(self.answer, "")


def headline(told: Told) -> str:
    """Return the answer in one line."""
    if told.found is None:
        return _nothing(told)
    if told.answer == "none":
        return f"Neither: {told.classic} and {told.deep} are not shown to beat the floor."
    if told.answer == "equivalent":
        return f"Equivalent: take {told.take}, the cheaper one."
    if told.answer == "undecided":
        return f"Undecided between {told.classic} (classic) and {told.deep} (deep); the cheaper one is {told.cheaper}."
    loser = told.classic if told.answer == "deep" else told.deep
    hedge = ", on indicative evidence" if indicative(told.found) else ""
    return f"{told.answer.capitalize()}: {told.take} leads {loser}{hedge}."


def sentences(told: Told) -> tuple[str, ...]:
    """Return the numbers, the cost and the cautions, a sentence each."""
    said = [_difference(told), _equivalence(told), _cost(told), _caution(told), *_floor(told), *_left_out(told)]
    return tuple(sentence for sentence in said if sentence)


def indicative(found: Gap | None) -> bool:
    """Tell whether a comparison is too small for more than an indication."""
    if found is None:
        return True
    return found.seeds < ENOUGH_SEEDS if found.folds == 1 else found.folds < ENOUGH_FOLDS


def _nothing(told: Told) -> str:
    missing = [kind for kind, held in told.champions.items() if held is None]
    if any(told.place.kind(name) in missing and told.place.has_value(name) for name in told.place.jobs):
        return "No answer: without a search nobody has a validation score, and champions are never chosen on test."
    if missing:
        return f"No answer: no {' and no '.join(missing)} contestant with a result."
    return "No answer: one fold and one seed leave nothing to compare by."


def _difference(told: Told) -> str:
    if told.found is None:
        return ""
    found, metric = told.found, told.place.primary
    ahead, behind = (told.deep, told.classic) if found.difference >= 0 else (told.classic, told.deep)
    values = {told.deep: told.values["deep"], told.classic: told.values["classic"]}
    gap = abs(found.difference)
    low, high = (found.low, found.high) if found.difference >= 0 else (-found.high, -found.low)
    scores = f"{figures.score(values[ahead])} against {figures.score(values[behind])}"
    lead = f"{ahead} ahead by {figures.score(gap)}" if gap else "no difference"
    test = f"[{figures.signed(low)}, {figures.signed(high)}], {_probability(told, found)}"
    return f"{metric} ({better(metric)} is better) {scores}: {lead} {test}."


def _probability(told: Told, found: Gap) -> str:
    p = figures.probability(found.p if told.p is None else told.p)
    return f"{p} after Holm over {told.comparisons} comparisons" if told.comparisons > 1 else p


def _equivalence(told: Told) -> str:
    if told.found is None or told.margin is None:
        return ""
    if told.answer == "equivalent":
        return f"The whole interval lies within the margin of ±{told.margin:.3g}."
    if told.answer == "undecided" and not told.found.low <= 0 <= told.found.high:
        return "The interval by itself leaves out zero, but the test does not show a lead."
    if told.answer == "undecided":
        return f"Neither a lead nor equivalence within ±{told.margin:.3g} is shown."
    return ""


def _cost(told: Told) -> str:
    parts = [f"{figures.times(told.ratios[name])} the {word}" for name, word in _COSTS.items() if name in told.ratios]
    return f"{told.deep} costs {', '.join(parts)} of {told.classic}." if parts else ""


def _caution(told: Told) -> str:
    if told.found is None:
        return ""
    found = told.found
    seen = f"differences under {figures.score(found.detectable_among(max(1, told.comparisons)))} could not be seen"
    if found.folds > 1:
        resting, enough = figures.plural(found.folds, "fold"), "2 × 5"
    else:
        resting, enough = figures.plural(found.seeds, "fit seed"), str(ENOUGH_SEEDS)
    return f"Indicative: {resting}, fewer than {enough}; {seen}." if indicative(found) else f"{resting}; {seen}."


def _floor(told: Told) -> list[str]:
    return [f"{name} is not shown to be above the floor." for name, shown in told.above.items() if shown is False]


def _left_out(told: Told) -> list[str]:
    return [
        f"{name} could not be chosen as {kind} champion: {reason}."
        for kind, held in told.champions.items()
        if held
        for name, reason in held.left_out
    ]
