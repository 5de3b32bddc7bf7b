"""Over the tasks of a suite, in words."""

from __future__ import annotations

from dlbench.reporting import figures
from dlbench.reporting.across import ENOUGH_TASKS, Across
from dlbench.reporting.claim import Claim
from dlbench.reporting.wording.naming import listed
from dlbench.stats.estimate import LEVEL

MOST_PAIRS = 6
"""Pairs apart in rank that are named."""


def across(found: Across) -> tuple[Claim, ...]:
    """Return who ranks best, who can be told apart, who wins how often, and what holds of deep and classic."""
    said = [_ranks(found), _alike(found), _apart(found), _wins(found), _deep(found), _left_out(found)]
    return tuple(Claim(sentence, found.keys) for sentence in said if sentence)


def _ranks(found: Across) -> str:
    best, second = found.contestants[:2]
    return (
        f"Over {len(found.tasks)} tasks {best} has the best mean rank, {found.ranks[0]:.2f} of "
        f"{len(found.contestants)}, before {second} with {found.ranks[1]:.2f}."
    )


def _alike(found: Across) -> str:
    p = found.friedman["f_p"]
    if p is None or len(found.tasks) < ENOUGH_TASKS:
        return ""
    shown = "They do not all rank alike" if p <= LEVEL else "It is not shown that they rank differently"
    return f"{shown} (Friedman's test by Iman and Davenport, {figures.probability(p)})."


def _apart(found: Across) -> str:
    count = len(found.contestants)
    if found.descriptive:
        pairs = figures.plural(count * (count - 1) // 2, "pair")
        return (
            f"The ranks are descriptive: with {len(found.tasks)} tasks no p over {pairs} can be below "
            f"{found.least_p:.2g}, so nobody can be told apart."
        )
    told = "; ".join(_alike_sets(found))
    by = "Wilcoxon, Holm" if found.distance is None else f"Nemenyi, mean ranks closer than {found.distance:.2f}"
    if not told:
        return f"All differ ({'Nemenyi' if found.distance is not None else by})."
    return f"Not shown to differ ({by}): {told}."


def _alike_sets(found: Across) -> list[str]:
    """Return those not shown to differ: the groups, then pairs that are in none; of many pairs the rest is counted."""
    pairs = found.unjoined
    told = [listed([found.contestants[at] for at in held], 6) for held in (*found.groups, *pairs[:MOST_PAIRS])]
    left_out = len(pairs) - MOST_PAIRS
    return [*told, f"{figures.plural(left_out, 'pair')} more"] if left_out > 0 else told


def _wins(found: Across) -> str:
    low, high = found.win_low[0], found.win_high[0]
    span = "" if low is None or high is None else f" [{_percent(low)}, {_percent(high)}]"
    return f"{found.contestants[0]} wins {_percent(found.win_rate[0])}{span} of its comparisons with the others."


def _deep(found: Across) -> str:
    told = found.bayesian
    if told is None:
        return ""
    chances = f"{told['right']:.2f}, classic by more with {told['left']:.2f}, neither with {told['within']:.2f}"
    return (
        f"On a further task such as these {told['tasks']}, deep is better by more than {told['margin']:g} with "
        f"probability {chances} ({told['metric']}, Bayesian signed-rank)."
    )


def _left_out(found: Across) -> str:
    names = [name for name, tasks in found.left_out.items() if tasks]
    return f"Without a value on every task, so not ranked: {listed(names, 6)}." if names else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
