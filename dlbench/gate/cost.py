"""Time and memory held against a baseline: only where both sides ran on the same machine, and asked for alone.

Seconds are told in units of the pace, a fixed workload that every job runs before and after itself, so that a machine
that is busier or hotter now than it was then does not pass for slower code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlbench.core.seeds import derive
from dlbench.gate.outcome import CostOutcome
from dlbench.reporting.baseline import costs
from dlbench.reporting.costs import MEASURES, Spent, costs_of
from dlbench.reporting.source import Source
from dlbench.stats.gate import decide

FACTOR = 1.3
"""Times as long, or as much, that is still accepted."""
REPEATS = 5
"""Jobs that both sides must have, or interleaved runs of both sides."""
UNMEASURED = (
    "the baseline has not measured it: its records were of an earlier run, or it is of format 1; "
    "run the suite with --force and save the baseline again"
)
Contestant = tuple[str, str, str]
"""Task, point, contestant."""


def judged_costs(
    source: Source, baseline: Mapping[str, Any], contestants: Iterable[Contestant]
) -> tuple[CostOutcome, ...]:
    """Return an outcome for each contestant and measure of the baseline.

    Args:
        source: the run.
        baseline: content of a baseline file.
        contestants: of the baseline's cells; those that it has no cost of are not comparable.
    """
    before, after = costs(baseline), costs_of(source)
    names = dict.fromkeys((*contestants, *before))
    return tuple(outcome for name in names for outcome in _outcomes(name, before.get(name), after.get(name)))


def judged_repeats(
    repeats: Sequence[tuple[Source, Source]], contestants: Iterable[Contestant]
) -> tuple[CostOutcome, ...]:
    """Return an outcome for each contestant and measure of a baseline that was run in turn with the candidate.

    Args:
        repeats: the baseline's run and the candidate's, side by side in time. Each is one pair: the means over the
            jobs that were measured in all of them.
        contestants: of the baseline's cells; those that were not measured are not comparable.
    """
    spent = [(costs_of(before), costs_of(after)) for before, after in repeats]
    names = dict.fromkeys((*contestants, *(name for before, _ in spent for name in before)))
    return tuple(
        outcome
        for name in names
        for outcome in _of_repeats(name, [(before.get(name), after.get(name)) for before, after in spent])
    )


def _of_repeats(name: Contestant, repeats: Sequence[tuple[Spent | None, Spent | None]]) -> Iterator[CostOutcome]:
    held = [(before, after) for before, after in repeats if before and after]
    differences = [_difference(*pair) for pair in held]
    reason = next(filter(None, differences), "") if len(held) == len(repeats) else "not measured in every repeat"
    for measure in MEASURES:
        found = CostOutcome(*name, measure, "not_comparable", reason, factor=FACTOR)
        if reason:
            yield found
            continue
        sides = [side.relative(measure) for pair in held for side in pair]
        shared = sorted(set.intersection(*(set(side) for side in sides)))
        if not shared:
            yield replace(found, reason="no job measured in every repeat")
            continue
        means = np.array([np.mean([side[which] for which in shared]) for side in sides]).reshape(-1, 2)
        yield _decided(found, means[:, ::-1], f"interleaved repeats of {len(shared)} jobs")


def _outcomes(name: Contestant, before: Spent | None, after: Spent | None) -> Iterator[CostOutcome]:
    """Yield an outcome for each measure that the baseline has; one that has none is not comparable in any."""
    measured = [] if before is None else [one for one in MEASURES if any(one in job for job in before.jobs.values())]
    reason = _difference(before, after) if before is not None and measured else UNMEASURED
    for measure in measured or MEASURES:
        if before is None or after is None or reason:
            yield CostOutcome(*name, measure, "not_comparable", reason, factor=FACTOR)
        else:
            yield _judged(before, after, measure)


def _difference(before: Spent, after: Spent | None) -> str:
    """Say why costs cannot be compared; empty where they can."""
    if after is None:
        return (
            "the run has not measured it: no such contestant, or its records are of an earlier run; run it with --force"
        )
    if not before.machine or before.machine != after.machine:
        return "another machine"
    if not before.beside or before.beside != after.beside:
        return (
            f"jobs side by side: {before.beside or 'not the same for all'} → {after.beside or 'not the same for all'}"
        )
    return ""


def _judged(before: Spent, after: Spent, measure: str) -> CostOutcome:
    old, new = before.relative(measure), after.relative(measure)
    shared = sorted(old.keys() & new.keys())
    held = CostOutcome(*before.name, measure, "not_comparable", "", factor=FACTOR, pairs=len(shared))
    if len(shared) < REPEATS:
        told = f"{len(shared)} jobs measured on both sides, fewer than {REPEATS}"
        return replace(held, reason=told)
    return _decided(held, np.array([(new[which], old[which]) for which in shared]), "paired jobs")


def _decided(held: CostOutcome, pairs: np.ndarray, of: str) -> CostOutcome:
    """Return an outcome decided by (n, 2) pairs, the candidate's first."""
    from dlbench.stats.timing import ratio_of_medians

    rng = np.random.default_rng(derive("cost", held.task, held.point, held.contestant, held.measure))
    found = ratio_of_medians(pairs, rng)
    decision = decide(found.low, found.high, FACTOR)
    reason = f"ratio of medians over {len(pairs)} {of}"
    told = replace(held, outcome=decision, reason=reason, ratio=found.ratio, low=found.low, high=found.high)
    return replace(told, pairs=len(pairs))
