"""A small line chart: what was known of a series at an origin, what came, and what contestants forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlbench.reporting import figures

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 48, 312, 10, 128
"""Of the plane of the lines; labels stand left of it and below."""

DASHES = 3
MOST_POINTS = 160
"""Points of a line; of a longer one the lowest and the highest of every few steps are drawn."""


class Outlook(NamedTuple):
    """Who forecast, of which kind, what that scores in words, and (horizon,) values."""

    contestant: str
    kind: str
    score: str
    values: np.ndarray


class Line(NamedTuple):
    """A line as a page draws it: its classes of style, and its points."""

    what: str
    look: str
    points: str


@dataclass(frozen=True)
class Chart:
    """Steps around an origin.

    Attributes:
        came: (horizon,) the true values.
        said: forecasts of the same steps.
        known: the last values before the origin; empty where they cannot be had.
    """

    came: np.ndarray
    said: tuple[Outlook, ...]
    known: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in which the points are told."""
        return WIDTH, HEIGHT

    @property
    def lines(self) -> tuple[Line, ...]:
        """What came lies below the forecasts; from what was known on, each begins at its last value."""
        last = self.known[-1:]
        begins = 1 - len(last)
        known = [Line("known", "known", self._points(1 - len(self.known), self.known))] if len(self.known) else []
        came = Line("what came", "came", self._points(begins, np.concatenate([last, self.came])))
        said = (
            Line(f"{one.contestant}: {one.score}", look, self._points(begins, np.concatenate([last, one.values])))
            for one, look in zip(self.said, self.looks, strict=True)
        )
        return (*known, came, *said)

    @property
    def origin(self) -> float:
        """How far from the left the last known step lies; where none is known, the first one that is forecast."""
        return round(float(self._across(np.array([max(0, self._begins)]))[0]), 1)

    @property
    def labels(self) -> tuple[str, str]:
        """The highest and the lowest value."""
        low, high = self._ends
        return _number(high), _number(low)

    @property
    def told(self) -> str:
        """The chart in words: what came and what was said of the first step, the one half way, and the last."""
        horizon = len(self.came)
        places = sorted({0, (horizon - 1) // 2, horizon - 1})
        lines = [("what came", self.came), *((f"{one.contestant} ({one.score})", one.values) for one in self.said)]
        said = (f"{what} {', '.join(_number(float(values[at])) for at in places)}" for what, values in lines)
        after = f"after {_number(float(self.known[-1]))}, " if len(self.known) else ""
        return f"{after}at {', '.join(f'+{at + 1}' for at in places)}: {'; '.join(said)}"

    @property
    def looks(self) -> tuple[str, ...]:
        """The classes of style of each forecast: its kind by colour, those of one kind apart by dashes."""
        return tuple(f"{one.kind} dash{number % DASHES}" for number, one in enumerate(self.said))

    @property
    def _begins(self) -> int:
        """The first step that is drawn; 0 is the last known one, 1 the first that is forecast."""
        return 1 - len(self.known)

    @property
    def _ends(self) -> tuple[float, float]:
        held = np.concatenate([self.known, self.came, *(one.values for one in self.said)])
        return float(held.min()), float(held.max())

    def _points(self, begins: int, values: np.ndarray) -> str:
        places = kept(values)
        low, high = self._ends
        share = (values[places] - low) / (high - low) if high > low else np.full(len(places), 0.5)
        pairs = zip(self._across(begins + places), BOTTOM - share * (BOTTOM - TOP), strict=True)
        told = [f"{round(float(x), 1):g},{round(float(y), 1):g}" for x, y in pairs]
        return " ".join(told * 2 if len(told) == 1 else told)

    def _across(self, steps: np.ndarray) -> np.ndarray:
        span = max(1, len(self.came) - self._begins)
        return np.asarray(LEFT + (steps - self._begins) / span * (RIGHT - LEFT))


def kept(values: np.ndarray) -> np.ndarray:
    """Return the ascending places of the values that are drawn: all, or of many the ends of each of a few parts.

    >>> kept(np.array([3.0, 1.0, 2.0])).tolist()
    [0, 1, 2]
    """
    if len(values) <= MOST_POINTS:
        return np.arange(len(values))
    parts = np.array_split(np.arange(len(values)), MOST_POINTS // 2 - 1)
    ends = [part[pick(values[part])] for part in parts for pick in (np.argmin, np.argmax)]
    return np.unique([0, *ends, len(values) - 1])


def _number(value: float) -> str:
    """Write a value in few signs.

    >>> _number(0.123456), _number(-17420.0)
    ('0.1235', '−17.4k')
    """
    shown = figures.count(abs(value)) if abs(value) >= 1e4 else f"{abs(value):.4g}"
    return f"−{shown}" if value < 0 else shown
