"""A forest plot in one line of text: where a value lies, and its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dlbench.reporting.rows import Row


@dataclass(frozen=True)
class Axis:
    """A linear axis of `width` characters from `low` to `high`."""

    low: float
    high: float
    width: int

    def place(self, value: float) -> int:
        """Return the column of a value, at the edge where it lies outside."""
        share = (value - self.low) / (self.high - self.low)
        return max(0, min(self.width - 1, round(share * (self.width - 1))))

    def line(self, value: float | None, low: float | None, high: float | None) -> str:
        """Draw one value with its interval; an arrow at the edge stands for a value outside.

        >>> Axis(0.0, 1.0, 11).line(0.5, 0.2, 0.7)
        '  ├──●─┤   '
        >>> Axis(0.5, 1.0, 11).line(0.1, 0.05, 0.15)
        '◂          '
        """
        if value is None:
            return " " * self.width
        slack = (self.high - self.low) / (2 * self.width)
        if value < self.low - slack:
            return "◂".ljust(self.width)
        if value > self.high + slack:
            return "▸".rjust(self.width)
        drawn = [" "] * self.width
        if low is not None and high is not None:
            start, end = self.place(low), self.place(high)
            drawn[start : end + 1] = "─" * (end - start + 1)
            drawn[start] = "├" if low >= self.low - slack else "─"
            drawn[end] = "┤" if high <= self.high + slack else "─"
        drawn[self.place(value)] = "●"
        return "".join(drawn)


def axis(rows: Iterable[Row], width: int) -> Axis | None:
    """Return an axis that holds all contestants but the floor; None where there is nothing to draw."""
    held = [row for row in rows if row.value is not None]
    shown = [row for row in held if row.kind != "floor" and not row.stood_in] or held
    ends = [end for row in shown for end in (row.value, row.low, row.high) if end is not None]
    if not ends or width < 8:
        return None
    low, high = min(ends), max(ends)
    return Axis(low, high, width) if high > low else Axis(low - 0.5, high + 0.5, width)
