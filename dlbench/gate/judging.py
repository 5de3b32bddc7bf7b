"""From the losses of all cells that can be compared to what is said of each: the correction needs them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dlbench.gate.outcome import Outcome
from dlbench.reporting.loss import STAND_IN, Loss
from dlbench.stats.estimate import LEVEL
from dlbench.stats.gate import decide
from dlbench.stats.holm import holm


@dataclass(frozen=True)
class Case:
    """A cell that can be compared.

    Attributes:
        cell: what is known of it but the outcome.
        loss: of the cell.
        margin: in the metric's unit.
    """

    cell: Outcome
    loss: Loss
    margin: float

    @property
    def p(self) -> float:
        """Of "the loss is at most what is allowed"; 1 where nothing differs, NaN where nothing tells chance."""
        if not self.loss.tested:
            return math.nan
        return 1.0 if self.loss.exact else self.loss.estimate.p(self.loss.allowed(self.margin))


def judged(cases: Sequence[Case]) -> list[Outcome]:
    """Judge the cells of a check together.

    "Regressed" says that some cell lost more than its margin, so p is corrected over all of them (Holm). That a check
    passes says that none did, for which every cell must pass by itself, so the upper bounds need no correction
    (Berger, Multiparameter hypothesis testing and acceptance sampling, 1982). A cell of which nothing tells how far
    chance moves it is not tested, and takes no part in the correction.
    """
    adjusted = holm(np.array([case.p for case in cases]))
    tests = tested(cases)
    return [_outcome(case, float(p), tests) for case, p in zip(cases, adjusted, strict=True)]


def tested(cases: Sequence[Case]) -> int:
    """Return over how many cells p is corrected."""
    return sum(case.loss.tested for case in cases)


def _outcome(case: Case, adjusted: float, tests: int) -> Outcome:
    estimate, known = case.loss.estimate, case.loss.spread_known
    decision, reason = _decision(case, adjusted, tests)
    low, high = estimate.bounds()
    seen = known and not case.loss.exact
    return replace(
        case.cell,
        outcome=decision,
        reason=reason,
        loss=case.loss.value,
        low=low if known else None,
        high=high if known else None,
        p=case.p if case.loss.tested else None,
        adjusted=adjusted if case.loss.tested else None,
        detectable=estimate.detectable(case.margin, tests) if seen else None,
        power=estimate.power(2 * case.margin, case.margin, tests) if seen else None,
    )


def _decision(case: Case, adjusted: float, tests: int) -> tuple[str, str]:
    """Judge a loss.

    Where the spread is not known, twice the margin stands in for it: only a loss beyond three margins, by more than
    the luck of paired items, is called a regression, and nothing but equality passes. Without items to pair there is
    nothing to tell either by.
    """
    how = case.loss.how
    if case.loss.exact:
        return "pass", "identical values"
    if adjusted <= LEVEL:
        return "regressed", how if case.loss.spread_known else f"the loss exceeds {1 + STAND_IN:g} margins; {how}"
    if not case.loss.spread_known:
        return "inconclusive", how
    decision = decide(*case.loss.estimate.bounds(), case.margin)
    if decision == "regressed":
        return "inconclusive", f"beyond the margin by itself, not among the {tests} cells checked; {how}"
    return decision, how if decision == "pass" else f"the margin lies between the bounds; {how}"
