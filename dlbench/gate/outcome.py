"""What the gate says of one cell, and of what a contestant costs."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = ("regressed", "broke", "inconclusive", "not_comparable", "pass")


@dataclass(frozen=True)
class Outcome:
    """What the gate says of one cell.

    Attributes:
        task, point, contestant, metric: which cell.
        outcome: pass, regressed, inconclusive, not_comparable, or broke (had a value, now fails).
        reason: a sentence.
        before, after: values; None where there is none.
        loss, low, high: how much worse, with its bounds, each of which holds with 95 % confidence; None where it is
            not known.
        margin: loss that is accepted, in the metric's unit; `margin_from`: absolute, or what it is relative to.
        p: of "the loss is at most the margin"; `adjusted`: the same, corrected over the cells checked (Holm); None
            where nothing tells how far chance moves the loss.
        detectable: the least loss that this check calls a regression in 4 of 5 cases, corrected as p is.
        power: how surely it does so with a loss of twice the margin.
    """

    task: str
    point: str
    contestant: str
    metric: str
    outcome: str
    reason: str
    before: float | None = None
    after: float | None = None
    loss: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    margin_from: str = ""
    p: float | None = None
    adjusted: float | None = None
    detectable: float | None = None
    power: float | None = None


@dataclass(frozen=True)
class CostOutcome:
    """What the gate says of one cost of a contestant.

    Attributes:
        task, point, contestant: whose.
        measure: fit_seconds, predict_seconds_per_1000 or peak_memory_bytes.
        outcome, reason: as of a cell.
        ratio, low, high: of the medians, run over baseline, seconds in units of the machine's pace; None where there
            is none.
        factor: what is accepted.
        pairs: jobs that both sides have, or interleaved repeats.
    """

    task: str
    point: str
    contestant: str
    measure: str
    outcome: str
    reason: str
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    factor: float = 0.0
    pairs: int = 0
