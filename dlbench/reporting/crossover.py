"""The crossover: from where on along a swept axis the deep side leads the classic one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting.claim import Claim


@dataclass(frozen=True)
class Crossover:
    """The difference deep − classic along one swept axis of one task, and where it turns positive for good.

    Attributes:
        axis: rows, trials, epochs, seconds.
        beside: the other axes' values as canonical JSON; empty where one axis is swept.
        metric: primary; the difference is positive where deep is better, whatever its direction.
        log: whether the axis is read on a log scale.
        points: (x, difference, low, high), ascending; low and high are None where nothing varies.
        answer: crosses, none (no crossing in range), or unknown (fewer than two points with both sides).
        at: where the deep side begins to lead; None without a crossing in range.
        low, high: 95 % interval of the crossing; None where it reaches beyond that end of the range.
        share: of the resampled curves that cross within the range; None without any.
        text: the sentence; `keys`: of the records it rests on.
    """

    task: str
    axis: str
    beside: str
    metric: str
    log: bool
    points: tuple[tuple[float, float, float | None, float | None], ...]
    answer: str
    at: float | None
    low: float | None
    high: float | None
    share: float | None
    text: str
    keys: tuple[str, ...]

    @property
    def claim(self) -> Claim:
        """The sentence with its keys."""
        return Claim(self.text, self.keys)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "points": [list(point) for point in self.points], "keys": list(self.keys)}
