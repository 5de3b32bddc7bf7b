"""Compares contestants over the tasks of a suite: each task counts once, whatever its size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.seeds import derive
from dlbench.reporting import wording
from dlbench.reporting.across import ENOUGH_TASKS, Across, Line, Matrix
from dlbench.reporting.board import Round, better, sign, title_of
from dlbench.reporting.claim import keys_of
from dlbench.reporting.comparisons import Compared, Comparison
from dlbench.reporting.verdict import mean_of
from dlbench.stats import bradley_terry
from dlbench.stats.critical_difference import Method, critical_difference
from dlbench.stats.ranks import friedman, mean_ranks, rank_intervals
from dlbench.stats.signed_rank import bayesian_signed_rank
from dlbench.stats.win_rate import win_rates


@dataclass(frozen=True)
class Ranked:
    """The tasks that are ranked, and the contestants with a value on all of them, best mean rank first.

    Attributes:
        scores: (t, c), turned so that higher is better.
    """

    places: tuple[Round, ...]
    contestants: tuple[str, ...]
    scores: np.ndarray


def across(rounds: Sequence[Round], compared: Sequence[Compared], method: Method = "wilcoxon") -> Across | None:
    """Return the comparison over tasks, of a sweep its last points; None below two tasks or two contestants on both.

    Args:
        rounds: of all tasks and points.
        compared: deep against classic, for how they do on a further task.
        method: of telling pairs apart: wilcoxon, by Holm, or nemenyi.
    """
    ends = tuple({place.task: place for place in rounds}.values())
    ranked = _ranked(ends)
    if ranked is None:
        return None
    rng = np.random.default_rng(derive("across", *(place.task for place in ranked.places)))
    diagram = critical_difference(ranked.scores, method)
    low, high = rank_intervals(ranked.scores, rng)
    rates, strengths = win_rates(ranked.scores, rng), bradley_terry.over_tasks(ranked.scores)
    found: dict[str, Any] = {
        "contestants": ranked.contestants,
        "kinds": tuple(_kind(ranked, name) for name in ranked.contestants),
        "tasks": tuple(title_of(place.task, place.point) for place in ranked.places),
        "left_out": _left_out(ends, ranked),
        "values": _matrix(ranked.scores * np.array([[sign(place.primary)] for place in ranked.places])),
        "better": tuple(better(place.primary) for place in ranked.places),
        "ranks": _line(diagram.ranks),
        "rank_low": _line(low),
        "rank_high": _line(high),
        "friedman": _alike(ranked.scores),
        "p": _matrix(diagram.p),
        "least_p": float(diagram.least_p),
        "method": method,
        "distance": diagram.distance,
        "groups": diagram.groups,
        "descriptive": bool(diagram.descriptive),
        "wins": _matrix(rates.rates),
        "win_rate": _line(rates.overall),
        "win_low": _line(rates.overall_low),
        "win_high": _line(rates.overall_high),
        "strength": _line(strengths.strength),
        "strength_low": _line(strengths.low),
        "strength_high": _line(strengths.high),
        "shrunk": strengths.shrunk,
        "bayesian": _bayesian(compared, {(place.task, place.point) for place in ends}, rng),
        "keys": keys_of(job for place in ranked.places for name in ranked.contestants for job in place.jobs[name]),
    }
    draft = Across(**found, claims=())
    return Across(**found, claims=wording.across(draft))


def _ranked(ends: Sequence[Round]) -> Ranked | None:
    """Return all tasks where two contestants have a value on each of them, else those of the commonest task type."""
    if len(ends) < 2:
        return None
    types = [place.task_type for place in ends]
    kinds = sorted(dict.fromkeys(types), key=types.count, reverse=True)
    for places in (ends, *([place for place in ends if place.task_type == kind] for kind in kinds)):
        if len(places) < 2:
            continue
        names = [name for name in places[0].jobs if all(_value(place, name) is not None for place in places)]
        if sum(places[0].kind(name) != "floor" for name in names) > 1:
            values = [[sign(place.primary) * float(_value(place, name) or 0.0) for name in names] for place in places]
            order = np.argsort(mean_ranks(np.array(values)), kind="stable")
            return Ranked(tuple(places), tuple(names[at] for at in order), np.array(values)[:, order])
    return None


def _value(place: Round, name: str) -> float | None:
    held = place.cells.get((name, place.primary))
    return held.value if held is not None and name in place.jobs else None


def _kind(ranked: Ranked, name: str) -> str:
    return ranked.places[0].kind(name)


def _left_out(ends: Sequence[Round], ranked: Ranked) -> dict[str, tuple[str, ...]]:
    """Return contestant → tasks among those ranked where it has no value, of contestants with a value anywhere."""
    names = dict.fromkeys(name for place in ends for name in place.jobs if _value(place, name) is not None)
    return {
        name: tuple(title_of(place.task, place.point) for place in ranked.places if _value(place, name) is None)
        for name in names
        if name not in ranked.contestants
    }


def _bayesian(
    compared: Iterable[Compared], ends: set[tuple[str, str]], rng: np.random.Generator
) -> Mapping[str, Any] | None:
    """Return how deep and classic compare on a further task; metrics are commensurable where all are the same share."""
    held = [one.kinds for one in compared if one.kinds and (one.place.task, one.place.point) in ends]
    differences = [one.found.difference for one in held if one.found]
    metrics = {one.place.primary for one in held if one.found}
    known = catalog.metrics().get(next(iter(metrics))) if len(metrics) == 1 else None
    if len(differences) < ENOUGH_TASKS or known is None or known.low is None or known.high is None:
        return None
    margin = min(_margin(one) for one in held if one.found)
    found = bayesian_signed_rank(np.array(differences), margin, rng)
    sides = {"left": found.left, "within": found.within, "right": found.right}
    return {"metric": known.name, "margin": margin, "tasks": len(differences), **sides}


def _margin(found: Comparison) -> float:
    """Return the margin of a task; one that is relative goes by the classic champion's value, as in its verdict."""
    return found.place.margin(mean_of(found.place, found.second) or 0.0)[0]


def _alike(scores: np.ndarray) -> Mapping[str, float | None]:
    held = asdict(friedman(scores))
    return {name: value if math.isfinite(value) else None for name, value in held.items()}


def _line(values: np.ndarray) -> Line:
    return tuple(float(value) if math.isfinite(value) else None for value in values)


def _matrix(values: np.ndarray) -> Matrix:
    return tuple(tuple(float(value) for value in line) for line in values)
