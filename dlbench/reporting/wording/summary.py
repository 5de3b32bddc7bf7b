"""The first screen in words: one sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dlbench.reporting import figures
from dlbench.reporting.claim import Claim
from dlbench.reporting.warned import KINDS
from dlbench.reporting.wording import floor, naming
from dlbench.reporting.wording.crossover import amount

if TYPE_CHECKING:
    from dlbench.reporting.crossover import Crossover
    from dlbench.reporting.leader import Leader
    from dlbench.reporting.summary import Pick
    from dlbench.reporting.verdict import Verdict
    from dlbench.reporting.warned import Warned

_ANSWERS = {
    "classic": "classic leads on",
    "deep": "deep leads on",
    "equivalent": "they are equivalent on",
    "undecided": "it is undecided on",
    "none": "there is no answer on",
}
_SHORT = {
    "gives_answer_away": "a column that gives the answer away",
    "data": "what the data show",
    "duplicates": "test items that stand in training",
    "metric_unfit": "a metric that does not suit the classes",
    "not_above_floor": "a champion not shown above the floor",
    "not_above_cheap_classic": "deep not shown above the cheap classic",
    "seed_spread": "seeds that spread wider than the gap",
    "imputed": "failed jobs that the floor stands for",
    "not_converged": "training that was not over",
    "edge_of_space": "best settings at the end of what was searched",
    "timings_elsewhere": "times measured elsewhere",
}


def single_answer(verdict: Verdict) -> str:
    """Return the answer on the one task there is, with the numbers behind it."""
    numbers = verdict.claims[1].text if verdict.difference is not None else ""
    told = verdict.headline.removesuffix(".")
    return f"{told}; {numbers}" if numbers else f"{told}."


def answers(tasks: Mapping[str, Sequence[str]]) -> str:
    """Return on which tasks which side leads.

    >>> answers({"classic": ["iris", "wine"], "undecided": ["xor"]})
    'Deep or classic: classic leads on 2 of 3 tasks (iris and wine), it is undecided on 1 (xor).'
    """
    total = sum(map(len, tasks.values()))
    parts: list[str] = []
    for answer, told in _ANSWERS.items():
        if names := tasks.get(answer):
            of = f" of {figures.plural(total, 'task')}" if not parts else ""
            parts.append(f"{told} {len(names)}{of} ({naming.listed(names, 3)})")
    return f"Deep or classic: {', '.join(parts)}."


def take(leader: Leader) -> str:
    """Return which contestant to take on the one task there is, and why."""
    value = figures.score(leader.value)
    if leader.unbeaten:
        return floor.nothing(leader.sides, leader.take)
    if leader.runner_up is None:
        return f"Take {leader.contestant}, {leader.metric} {value}, for want of another to compare."
    other = {leader.contestant: leader.runner_up, leader.runner_up: leader.contestant}
    chosen = f"of {leader.over} contestants" if leader.over > 2 else "of the two"
    if leader.answer == "leads" and not leader.validated:
        return f"Take {leader.take}, ahead of {leader.runner_up}, the only other one, on test."
    if leader.answer == "leads":
        return f"Take {leader.take}, the best {chosen} on validation and ahead of {leader.runner_up} on test."
    if leader.answer == "trails":
        return f"Take {leader.take}, which is ahead on test although validation put {leader.contestant} first."
    preferred, reason = _preferred(leader)
    first = "the cheaper one to train" if reason == "the cheaper one" else reason
    why = "equivalent to" if leader.answer == "equivalent" else "not shown to differ from"
    near = f" within ±{leader.margin:.3g}" if leader.answer == "equivalent" and leader.margin is not None else ""
    if not reason:
        return f"Take {preferred}, {why} {other[preferred]}{near}, the best two {chosen}; {leader.cost_alike}."
    return f"Take {preferred}, {first} and {why} {other[preferred]}{near}, the best two {chosen}."


def taken(leader: Leader) -> str:
    """Return who is to be taken on a task: who leads, else who is cheaper to train, else who validation puts first.

    Empty where nobody is shown to beat the floor.
    """
    if leader.unbeaten:
        return leader.take
    if leader.runner_up is None or leader.answer in ("leads", "trails"):
        return leader.take or leader.contestant
    return _preferred(leader)[0]


def _preferred(leader: Leader) -> tuple[str, str]:
    """Return which of two that are not shown to differ is to be taken, and why."""
    second = leader.runner_up or leader.contestant
    return floor.preferred(leader.contestant, second, leader.cheaper, leader.above_floor)


def take_each(leaders: Sequence[Leader]) -> str:
    """Return whom to take on each task, where no contestant answers more than one of them."""
    able = [f"{name} on {leader.task}" for leader in leaders if (name := taken(leader))]
    unable = [leader.task for leader in leaders if not taken(leader)]
    if not able:
        return f"Take nothing yet: on {naming.listed(unable, 4)} nobody is shown to beat the floor; {floor.HELP}."
    orders = {leader.validated for leader in leaders if leader.runner_up is not None}
    ways = {True: "the best on validation", False: "of two whoever is ahead on test"}
    best = ", ".join(told for validated, told in ways.items() if validated in orders) or ways[True]
    why = f"{best}, or the cheaper one where the best two are not shown to differ"
    rest = f"; nothing on {naming.listed(unable, 4)}, where nobody is shown to beat the floor" if unable else ""
    return f"Take {naming.listed(able, 4)}: {why}{rest}."


def take_one(found: Pick) -> str:
    """Return which contestant to take where it must serve all tasks, and what that costs where others are better."""
    everywhere = "both tasks" if found.of == 2 else f"all {found.of} tasks"
    tasks = everywhere if found.tasks == found.of else f"{found.tasks} of {found.of} tasks"
    told = f"One model for {tasks}: take {found.contestant}"
    if found.passed is not None and found.other is not None:
        other, _, rank = found.other
        longer = f"is shown to be better on no task and takes {figures.times(found.passed)} as long to train"
        told += f", mean rank on validation {found.rank:.1f}; {other} has the best one, {rank:.1f}, but {longer}"
    else:
        told += f", which has the best mean rank on validation, {found.rank:.1f}"
        if found.other is not None:
            order = "level with" if found.other[2] == found.rank else "before"
            told += f", {order} {found.other[0]}, the best {found.other[1]} one, with {found.other[2]:.1f}"
    close = f"on test it is the best or within the margin of the best on {found.close}"
    beside = f"; it is not shown to beat the floor on {naming.listed(found.unbeaten, 3)}" if found.unbeaten else ""
    if found.worst is None:
        return f"{told}; {close}{beside}."
    task, other, lost = found.worst
    return f"{told}; {close}, and furthest behind on {task}, by {figures.score(lost)} to {other}{beside}."


def cost(ratios: Mapping[str, float], tasks: int, apart: Sequence[str] = (), **intervals: tuple[float, float]) -> str:
    """Return what deep costs of classic.

    Args:
        ratios: medians over the tasks.
        tasks: of how many.
        apart: why times are not compared, of each task where they are not.
        **intervals: of a single task's ratios.

    >>> cost({"fit_seconds": 31.0, "parameters": 95.0}, 6)
    'Deep champions cost 31× the training time, 95× the size of classic ones, in the median of 6 tasks.'
    >>> cost({"parameters": 95.0}, 1, ["they ran on different machines"])
    'Deep champions cost 95× the size of classic ones; times are not comparable: they ran on different machines.'
    """
    parts = naming.costs(ratios, intervals)
    where = f", in the median of {figures.plural(tasks, 'task')}" if tasks > 1 else ""
    some = f" on {len(apart)} of them" if tasks > 1 else ""
    without = f"; times are not comparable{some}: {' or '.join(dict.fromkeys(apart))}" if apart else ""
    return f"Deep champions cost {parts} of classic ones{where}{without}." if parts else ""


def crossovers(found: Sequence[Crossover], warnings: Sequence[Warned]) -> str:
    """Return where on the way along the sweeps deep overtakes classic."""
    if len(found) == 1:
        return _with_doubts(f"{found[0].task}: {found[0].text.removesuffix('.')}", warnings)
    crossing = [one for one in found if one.at is not None]
    if not crossing:
        return _with_doubts(f"Along none of the {len(found)} sweeps does deep overtake classic in range", warnings)
    places = naming.listed([f"{one.task} from about {amount(one.axis, one.at or 0.0)} on" for one in crossing], 3)
    return _with_doubts(f"Deep overtakes classic along {len(crossing)} of {len(found)} sweeps: {places}", warnings)


def evidence(verdicts: Sequence[Verdict], warnings: Sequence[Warned]) -> Claim | None:
    """Return how much the evidence can carry, and what a reviewer would raise."""
    seen = [one.detectable for one in verdicts if one.detectable is not None]
    keys = [key for one in verdicts for key in one.keys] + [key for one in warnings for key in one.keys]
    if not seen:
        return Claim(f"Doubts: {_doubts(warnings)}.", tuple(dict.fromkeys(keys))) if warnings else None
    indicative = sum(one.indicative for one in verdicts if one.detectable is not None)
    strength = {0: "more than indicative", len(seen): "indicative"}
    told = strength.get(indicative, "partly indicative")
    resting = naming.listed(list(dict.fromkeys(_protocol(one) for one in verdicts if one.detectable is not None)))
    apart = [one for one in seen if one] or seen  # where both sides agree on everything, nothing could hide
    low, high = figures.score(min(apart)), figures.score(max(apart))
    least = low if low == high else f"{low} to {high}, by task,"
    text = f"The evidence is {told} ({resting}): differences under {least} could not be seen"
    return Claim(_with_doubts(text, warnings), tuple(dict.fromkeys(keys)))


def fair(sentence: str, breaches: int) -> str:
    """Return the sentence on fairness, with how often the contract is broken.

    >>> fair("Every search was granted the same.", 2)
    'Every search was granted the same; but the contract is broken in 2 places, see below.'
    """
    if not breaches:
        return sentence
    return (
        f"{sentence.removesuffix('.')}; but the contract is broken in {figures.plural(breaches, 'place')}, see below."
    )


def _protocol(verdict: Verdict) -> str:
    seeds = figures.plural(verdict.seeds, "fit seed")
    return f"{verdict.folds} folds × {seeds}" if verdict.folds > 1 else f"a fixed test set × {seeds}"


def _with_doubts(text: str, warnings: Sequence[Warned]) -> str:
    return f"{text}; doubts: {_doubts(warnings)}." if warnings else f"{text}."


def _doubts(warnings: Sequence[Warned]) -> str:
    """Return how many there are of each kind, the gravest first."""
    counts = {kind: sum(one.kind == kind for one in warnings) for kind in KINDS}
    told = [f"{_SHORT[kind]} ({count})" for kind, count in counts.items() if count]
    return naming.listed(told, 3)
