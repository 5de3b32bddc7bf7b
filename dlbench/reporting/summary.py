"""The first screen: in at most five sentences which model to take, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from dlbench.reporting import wording
from dlbench.reporting.board import Round, sign, title_of
from dlbench.reporting.champions import Champion, standing
from dlbench.reporting.claim import Claim, keys_of
from dlbench.reporting.cost_ratios import cost_ratios
from dlbench.reporting.crossover import Crossover
from dlbench.reporting.intervals import gap
from dlbench.reporting.leader import Leader
from dlbench.reporting.source import Source
from dlbench.reporting.verdict import Verdict, above_floor
from dlbench.reporting.warned import Warned

MOST = 5


@dataclass(frozen=True)
class Screen:
    """What the first screen is made from: all that was decided.

    Attributes:
        source: the run.
        fairness: the sentence on the ledgers.
        breaches: of the fairness contract, how many.
    """

    source: Source
    rounds: Sequence[Round]
    verdicts: Sequence[Verdict]
    leaders: Sequence[Leader]
    crossovers: Sequence[Crossover]
    warnings: Sequence[Warned]
    fairness: str
    breaches: int


@dataclass(frozen=True)
class Pick:
    """One model for all tasks, chosen by its ranks on validation, and by its cost where those show nothing.

    Attributes:
        contestant: label; `rank`: its mean rank on validation over `tasks`, the best is 1.
        tasks: where it ran; `of`: tasks in all.
        other: the best of the other kind that ran on as many tasks, its kind and its rank; None without one.
        close: tasks where its test value is the best or within the margin of the best.
        worst: the task where it loses most in margins, to whom, and how much; None where it is best everywhere.
        unbeaten: tasks where it is not shown to beat the floor.
        passed: times as long as this one takes to train that `other` takes, which has the better mean rank but is shown
            to be better than this one on no task; None where this one has the best mean rank itself.
    """

    contestant: str
    rank: float
    tasks: int
    of: int
    other: tuple[str, str, float] | None
    close: int
    worst: tuple[str, str, float] | None
    unbeaten: tuple[str, ...]
    passed: float | None
    keys: tuple[str, ...]


def summary(screen: Screen) -> tuple[Claim, ...]:
    """Return at most five sentences: the answer, the model to take, its cost, the evidence, and whether it was fair.

    Of a sweep its last points count here; where on the way deep overtakes classic has a sentence of its own.
    """
    ends = {place.task: place for place in screen.rounds}
    if not any(place.has_value(name) for place in ends.values() for name in place.jobs):
        return (Claim("No job has ended well yet, so there is nothing to tell.", ()),)
    points = {(place.task, place.point) for place in ends.values()}
    verdicts = [one for one in screen.verdicts if (one.task, one.point) in points]
    leaders = [one for one in screen.leaders if (one.task, one.point) in points]
    said = [
        _answer(verdicts),
        _take(screen.source, verdicts, leaders, list(ends.values())),
        _cost(verdicts),
        _crossover(screen.crossovers, screen.warnings) or wording.evidence(verdicts, screen.warnings),
        Claim(wording.fair(screen.fairness, screen.breaches), _ledgers(screen.rounds)),
    ]
    return tuple(claim for claim in said if claim is not None)[:MOST]


def pick(source: Source, places: Sequence[Round]) -> Pick | None:
    """Return the contestant with the best mean rank on validation among those that ran on the most tasks.

    Where it is shown to be better than the best of the other kind on no task, and takes longer to train on most of
    them, that one: as on one task, the cheaper one of two that are not shown to differ.
    """
    ranks: dict[str, list[int]] = {}
    for place in places:
        order = standing(place, [name for name in place.jobs if place.kind(name) != "floor"])
        for rank, held in enumerate(order if order and order[0].validation is not None else (), 1):
            ranks.setdefault(held.contestant, []).append(rank)
    if not ranks:
        return None
    most = max(map(len, ranks.values()))
    widest = {name: sum(found) / most for name, found in ranks.items() if len(found) == most}
    name = min(widest, key=lambda label: widest[label])
    found, passed = _other(places, widest, name), None
    if found is not None and found[2] > widest[name]:
        passed = _for_nothing(source, places, name, found[0])
    if found is not None and passed is not None:
        name, found = found[0], (name, _kind(places, name), widest[name])
    losses = [loss for place in places if (loss := _loss(place, name)) is not None]
    worst = max(losses, key=lambda loss: loss[2] / loss[3] if loss[3] else loss[2], default=None)
    return Pick(
        contestant=name,
        rank=widest[name],
        tasks=most,
        of=len(places),
        other=found,
        close=sum(loss[2] <= loss[3] for loss in losses),
        worst=(worst[0], worst[1], worst[2]) if worst and worst[2] > 0 else None,
        unbeaten=_unbeaten(source, places, name),
        passed=passed,
        keys=keys_of(job for place in places for jobs in place.jobs.values() for job in jobs),
    )


def _kind(places: Sequence[Round], name: str) -> str:
    return next(place.kind(name) for place in places if name in place.jobs)


def _for_nothing(source: Source, places: Sequence[Round], name: str, other: str) -> float | None:
    """Return how many times as long as another a contestant takes to train, in the median of the tasks where it is
    shown to; None where those are not most, where it is shown to be better on one, or beats the floor on more."""
    shared = [place for place in places if place.has_value(name) and place.has_value(other)]
    costs = [cost_ratios(place, name, other) for place in shared]
    if 2 * sum(one.dearer == 1 for one in costs) <= len(shared):
        return None
    gaps = [gap(source, place, name, other, place.primary) for place in shared]
    if any(found is not None and found.low > 0 for found in gaps):
        return None
    if len(_unbeaten(source, places, other)) > len(_unbeaten(source, places, name)):
        return None
    return median(one.ratios["fit_seconds"] for one in costs if one.dearer == 1)


def _other(places: Sequence[Round], ranks: Mapping[str, float], name: str) -> tuple[str, str, float] | None:
    kinds = {label: _kind(places, label) for label in ranks}
    others = [label for label in ranks if kinds[label] in ("classic", "deep") and kinds[label] != kinds[name]]
    best = min(others, key=lambda label: ranks[label], default=None)
    return None if best is None else (best, kinds[best], ranks[best])


def _unbeaten(source: Source, places: Sequence[Round], name: str) -> tuple[str, ...]:
    alone = Champion(name, None, "")
    held = (place for place in places if place.has_value(name))
    return tuple(title_of(place.task, place.point) for place in held if above_floor(source, place, alone) is False)


def _loss(place: Round, name: str) -> tuple[str, str, float, float] | None:
    """Return task, who is best on test, by how much `name` is worse, and the margin."""
    cells = {label: held.value for (label, metric), held in place.cells.items() if metric == place.primary}
    values = {label: value for label, value in cells.items() if value is not None and place.has_value(label)}
    if name not in values:
        return None
    direction = sign(place.primary)
    best = max(values, key=lambda label: direction * values[label])
    lost = direction * (values[best] - values[name])
    return title_of(place.task, place.point), best, lost, place.margin(values[best])[0]


def _answer(verdicts: Sequence[Verdict]) -> Claim:
    keys = tuple(dict.fromkeys(key for one in verdicts for key in one.keys))
    if len(verdicts) == 1:
        return Claim(wording.single_answer(verdicts[0]), keys)
    tasks: dict[str, list[str]] = {}
    for one in verdicts:
        tasks.setdefault(one.answer, []).append(title_of(one.task, one.point))
    return Claim(wording.answers(tasks), keys)


def _take(
    source: Source, verdicts: Sequence[Verdict], leaders: Sequence[Leader], places: Sequence[Round]
) -> Claim | None:
    """Return the model to take: one for all tasks where one is shown to beat the floor on any, else one for each."""
    if len(verdicts) == 1:
        return Claim(wording.take(leaders[0]), leaders[0].keys) if leaders else None
    found = pick(source, places)
    if found is not None and found.tasks > 1 and len(found.unbeaten) < found.tasks:
        return Claim(wording.take_one(found), found.keys)
    keys = tuple(dict.fromkeys(key for leader in leaders for key in leader.keys))
    return Claim(wording.take_each(leaders), keys) if leaders else None


def _cost(verdicts: Sequence[Verdict]) -> Claim | None:
    ratios: dict[str, list[float]] = {}
    for one in verdicts:
        for name, value in one.ratios.items():
            ratios.setdefault(name, []).append(value)
    medians: Mapping[str, float] = {name: median(values) for name, values in ratios.items()}
    told = [one for one in verdicts if one.ratios]
    spans = told[0].ratio_intervals if len(told) == 1 else {}
    text = wording.cost(medians, len(told), [one.cost_apart for one in told if one.cost_apart], **spans)
    return Claim(text, tuple(dict.fromkeys(key for one in told for key in one.keys))) if text else None


def _crossover(found: Sequence[Crossover], warnings: Sequence[Warned]) -> Claim | None:
    told = [one for one in found if one.answer != "unknown"]
    keys = tuple(dict.fromkeys(key for held in (told, warnings) for one in held for key in one.keys))
    return Claim(wording.crossovers(told, warnings), keys) if told else None


def _ledgers(rounds: Sequence[Round]) -> tuple[str, ...]:
    return keys_of(
        job for place in rounds for name, jobs in place.jobs.items() if place.kind(name) != "floor" for job in jobs
    )
