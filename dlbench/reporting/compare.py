"""Two runs, matched cell by cell: what differs, how sure that is, and what cannot be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from dlbench.reporting.board import Round, better, board, sign
from dlbench.reporting.cell import Cell
from dlbench.reporting.intervals import gap
from dlbench.reporting.runs_together import marked, names_of, together
from dlbench.reporting.source import Source, fold_of
from dlbench.reporting.wording import naming
from dlbench.stats.estimate import LEVEL
from dlbench.stats.holm import holm

FORMAT = 1
MOST_COMPARISONS = 60
"""Up to here resamples grow with the pairs of a metric, so that the least p there can be passes their correction."""
OUTCOMES = ("worse", "better", "undecided", "same", "not_comparable", "only_first", "only_second")


@dataclass(frozen=True)
class Pair:
    """One cell of two runs.

    Attributes:
        better: higher or lower.
        first, second: the values; None where there is none.
        difference, low, high: second − first in the metric's unit, with its paired 95 % interval; None where the two
            do not rest on the same test items, or nothing varies.
        p, p_adjusted: two-sided, and by Holm over all pairs of the same metric that have one.
        outcome: worse or better (the second run, by interval and adjusted p), same (equal to the last digit),
            undecided, not_comparable, only_first, only_second.
        reason: why it is not comparable, or has no interval.
        keys: of the records it rests on, as `run:key`.
    """

    task: str
    point: str
    contestant: str
    metric: str
    better: str
    first: float | None
    second: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    outcome: str = "undecided"
    reason: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Two runs, compared.

    Attributes:
        first, second: what the runs are called.
        pairs: every cell of either run, in the order of the first.
    """

    first: str
    second: str
    pairs: tuple[Pair, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → pairs, of the outcomes that occur."""
        found = [pair.outcome for pair in self.pairs]
        return {name: found.count(name) for name in OUTCOMES if name in found}

    @property
    def exit_code(self) -> int:
        """0, or 4 where no cell of the two can be compared."""
        return 0 if any(pair.difference is not None for pair in self.pairs) else 4

    def as_dict(self) -> dict[str, Any]:
        """Return plain data of format 1."""
        runs = {"first": self.first, "second": self.second}
        pairs = [{**asdict(pair), "keys": list(pair.keys)} for pair in self.pairs]
        return {"format": FORMAT, **runs, "exit_code": self.exit_code, "counts": self.counts, "cells": pairs}

    def render(self, format: str = "terminal", *, width: int | None = None, color: bool | None = None) -> str:  # noqa: A002
        """Return it as terminal, markdown, json or csv text."""
        from dlbench.reporting.compared_text import render

        return render(self, format, width=width, color=color)


@dataclass(frozen=True)
class _Matched:
    """A pair before its difference is looked at, with what that takes: the round of both runs, and their labels."""

    pair: Pair
    place: Round
    sides: tuple[str, str]


def compare(first: Source, second: Source) -> Compared:
    """Return two runs matched by task, point, contestant label and metric.

    On one thread, as `findings.find`.
    """
    from threadpoolctl import threadpool_limits

    names = names_of([first, second])
    with threadpool_limits(limits=1):
        source = together([first, second], apart=True).remembering()
        matched = [one for place in board(source) for one in _matched(place, names)]
        family = Counter(one.pair.metric for one in matched if one.pair.outcome == "undecided")
        pairs = [_differing(source, one, family[one.pair.metric]) for one in matched]
    p = _adjusted(pairs)
    return Compared(names[0], names[1], tuple(_decided(pair, p.get(number)) for number, pair in enumerate(pairs)))


def _adjusted(pairs: Sequence[Pair]) -> dict[int, float]:
    """Return number of a pair → its p by Holm over the pairs of its metric."""
    found: dict[int, float] = {}
    for metric in {pair.metric for pair in pairs}:
        held = [(number, pair.p) for number, pair in enumerate(pairs) if pair.metric == metric and pair.p is not None]
        found.update(zip((number for number, _ in held), holm(np.array([p for _, p in held])).tolist(), strict=True))
    return found


def _matched(place: Round, names: Sequence[str]) -> Iterator[_Matched]:
    """Yield the cells of one task and point, contestants in the order in which the runs name them."""
    for label in dict.fromkeys(_unmarked(place, names)):
        sides = (marked(label, names[0]), marked(label, names[1]))
        for metric in place.metrics:
            held = [place.cells.get((side, metric)) for side in sides]
            if any(held):
                yield _Matched(_pair(place, (label, metric), held), place, sides)


def _unmarked(place: Round, names: Sequence[str]) -> Iterator[str]:
    for label in place.jobs:
        name = next(name for name in names if label == marked(label.removesuffix(f" ({name})"), name))
        yield label.removesuffix(f" ({name})")


def _pair(place: Round, name: tuple[str, str], held: Sequence[Cell | None]) -> Pair:
    label, metric = name
    values = [None if cell is None else cell.value for cell in held]
    scores = [score for cell in held if cell for score in (*cell.scores, *(one for _, one in cell.counted))]
    keys = tuple(dict.fromkeys(str(score.record["key"]) for score in scores))
    pair = Pair(place.task, place.point, label, metric, better(metric), values[0], values[1], keys=keys)
    one, other = held
    if one is None or other is None:
        return replace(pair, outcome="only_second" if one is None else "only_first")
    if reason := _unlike(one, other):
        return replace(pair, outcome="not_comparable", reason=reason)
    return replace(pair, difference=0.0, low=0.0, high=0.0, outcome="same") if _same(one, other) else pair


def _differing(source: Source, matched: _Matched, family: int) -> Pair:
    """Return a pair with its difference, interval and p, as one of so many comparisons by its metric."""
    pair, (one, other) = matched.pair, matched.sides
    if pair.outcome != "undecided" or pair.first is None or pair.second is None:
        return pair
    found = gap(source, matched.place, other, one, pair.metric, comparisons=min(family, MOST_COMPARISONS))
    if found is None:
        reason = naming.untold(matched.place.folds, matched.place.seeds)
        return replace(pair, difference=pair.second - pair.first, reason=reason)
    direction = sign(pair.metric)
    low, high = sorted((direction * found.low, direction * found.high))
    return replace(pair, difference=direction * found.difference, low=low, high=high, p=found.p)


def _same(one: Cell, other: Cell) -> bool:
    """Whether every job gave the same digits."""
    return _by_job(one) == _by_job(other)


def _by_job(cell: Cell) -> dict[tuple[Any, ...], float | None]:
    return {(*fold_of(score.record), score.record["job"].get("seed", 0)): score.value for score in cell.scores}


def _unlike(one: Cell, other: Cell) -> str:
    """Say why two cells cannot be compared; empty where they can."""
    if one.value is None or other.value is None:
        sides = [(word, cell) for word, cell in (("first", one), ("second", other)) if cell.value is None]
        return "; ".join(f"no value in the {word} run: {cell.reason}" for word, cell in sides)
    for what, told in (("data", "the data differ"), ("truth", "the test items differ"), ("split", "the splits differ")):
        if _differ(_prints(one, what), _prints(other, what)):
            return told
    if len({score.version for cell in (one, other) for score in cell.scores if score.value is not None}) > 1:
        return "the metric's code differs and predictions cannot be scored again"
    if not set(one.values) & set(other.values):
        return "no fold in common"
    return ""


def _prints(cell: Cell, what: str) -> dict[Any, str]:
    """Return (repeat, fold) → fingerprint."""
    held = {fold_of(score.record): (score.record.get("fingerprints") or {}).get(what) for score in cell.scores}
    return {fold: str(print_) for fold, print_ in held.items() if print_}


def _differ(one: Mapping[Any, str], other: Mapping[Any, str]) -> bool:
    return any(one[fold] != other[fold] for fold in one.keys() & other.keys())


def _decided(pair: Pair, adjusted: float | None) -> Pair:
    if adjusted is None or pair.low is None or pair.high is None:
        return pair
    outcome = "undecided"
    if adjusted <= LEVEL and not pair.low <= 0 <= pair.high:
        outcome = "better" if sign(pair.metric) * pair.low > 0 else "worse"
    return replace(pair, p_adjusted=adjusted, outcome=outcome)
