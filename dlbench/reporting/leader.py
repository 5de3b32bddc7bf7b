"""Who leads a task, whatever its kind: what validation puts first, against what it puts second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting.claim import Claim


@dataclass(frozen=True)
class Leader:
    """The lead on one task and point, by its primary metric.

    Attributes:
        contestant, kind, value: what validation puts first, most often over the folds, and its test value.
        runner_up, runner_kind, runner_value: what it puts second; None where there is only one.
        answer: leads, equivalent (within the margin), undecided, or none (nothing to compare).
        take: the contestant to take: the leader, or the cheaper one among equivalents; empty where undecided.
        difference, low, high: first against second, paired, positive where the first is better; 95 % interval.
        p, p_adjusted: two-sided; adjusted by Holm for the `comparisons` that the verdict prints.
        margin: that "equivalent" refers to, in the metric's unit.
        ratios: cost of the first over that of the second: fit_seconds, predict_seconds_per_1000, peak_memory_bytes,
            parameters, model_bytes; only what both measured.
        over: contestants that validation chose from.
        claims: the sentences.
        keys: of the records it rests on.
    """

    task: str
    point: str
    metric: str
    contestant: str
    kind: str
    value: float | None
    runner_up: str | None
    runner_kind: str | None
    runner_value: float | None
    answer: str
    take: str
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    comparisons: int
    margin: float | None
    ratios: Mapping[str, float]
    over: int
    claims: tuple[Claim, ...]
    keys: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "claims": [claim.as_dict() for claim in self.claims], "keys": list(self.keys)}
