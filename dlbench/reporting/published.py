"""A published figure of the suite, beside ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting import wording
from dlbench.reporting.claim import Claim
from dlbench.reporting.leader import Leader
from dlbench.reporting.rows import Row


@dataclass(frozen=True)
class Published:
    """The figure that a suite gives for a task's metric, and the value of the contestant that validation puts first.

    Attributes:
        value, source: published.
        contestant, ours: ours; None where nobody can be named without a look at the test part.
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


def references(rows: Sequence[Row], leaders: Sequence[Leader]) -> tuple[Published, ...]:
    """Return an entry for each task, point and metric that the suite gives a figure for."""
    best = {(leader.task, leader.point): leader.contestant for leader in leaders}
    return tuple(_entries(rows, best))


def _entries(rows: Sequence[Row], best: Mapping[tuple[str, str], str]) -> Iterator[Published]:
    places: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.reference:
            places.setdefault((row.task, row.point, row.metric), []).append(row)
    for (task, point, _), held in places.items():
        named = best.get((task, point))
        yield _entry(held[0], next((row for row in held if row.contestant == named and row.value is not None), None))


def _entry(any_row: Row, ours: Row | None) -> Published:
    value, source = float(any_row.reference["value"]), str(any_row.reference.get("source", ""))
    low, high = (ours.low, ours.high) if ours else (None, None)
    apart = ours.reference_difference if ours else None
    inside = None if low is None or high is None else low <= value <= high
    return Published(
        task=any_row.task,
        point=any_row.point,
        metric=any_row.metric,
        value=value,
        source=source,
        contestant=ours.contestant if ours else None,
        ours=ours.value if ours else None,
        difference=apart,
        low=low,
        high=high,
        inside=inside,
        text=wording.published(any_row.metric, value, source, ours, apart, inside),
        keys=ours.keys if ours else (),
    )
