"""A published figure of the suite, beside ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting.claim import Claim


@dataclass(frozen=True)
class Published:
    """The figure that a suite gives for a task's metric, and the value of what validation puts first.

    Attributes:
        value, source: published.
        contestant, ours: ours; None where the run has no value.
        difference: ours − published, positive where ours is better, in the metric's unit.
        low, high: of ours, 95 % interval.
        inside: whether the published figure lies in that interval; None without one.
        text: the sentence; `keys`: of the records it rests on.
    """

    task: str
    point: str
    metric: str
    value: float
    source: str
    contestant: str | None
    ours: float | None
    difference: float | None
    low: float | None
    high: float | None
    inside: bool | None
    text: str
    keys: tuple[str, ...]

    @property
    def claim(self) -> Claim:
        """The sentence with its keys."""
        return Claim(self.text, self.keys)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "keys": list(self.keys)}
