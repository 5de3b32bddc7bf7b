"""A verdict as a strip: where the difference lies, with its interval, against zero and the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlbench.reporting.verdict import Verdict

REACH = 1.12


@dataclass(frozen=True)
class Strip:
    """Places in percent of the strip's width; zero is in the middle, the classic side left, the deep side right."""

    at: float
    low: float
    high: float
    margin_low: float
    margin_high: float
    leads: str

    @property
    def width(self) -> float:
        """Of the interval."""
        return self.high - self.low

    @property
    def margin_width(self) -> float:
        """Of the margin."""
        return self.margin_high - self.margin_low


def strips(verdicts: Sequence[Verdict]) -> list[Strip | None]:
    """Return a strip for each verdict, on one scale for those of the same metric; None where nothing was compared."""
    scales: dict[str, float] = {}
    for told in verdicts:
        ends = [abs(end) for end in (told.low, told.high, told.margin) if end is not None]
        if told.difference is not None and ends:
            scales[told.metric] = max(scales.get(told.metric, 0.0), *ends)
    return [_strip(told, REACH * scales.get(told.metric, 0.0)) for told in verdicts]


def _strip(told: Verdict, scale: float) -> Strip | None:
    if told.difference is None or told.low is None or told.high is None or not scale:
        return None
    margin = told.margin or 0.0
    places = [50 + 50 * end / scale for end in (told.difference, told.low, told.high, -margin, margin)]
    at, low, high, near, far = (round(min(100.0, max(0.0, place)), 2) for place in places)
    return Strip(at, low, high, near, far, told.answer)
