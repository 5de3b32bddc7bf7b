"""What a statistic answers with: an interval for one value, or for the difference of two."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A value and its bounds, all in the value's unit.

    Attributes:
        mean: the estimate; NaN where there is none.
        low, high: bounds; NaN where the data say nothing of the spread.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """A difference first − second, its bounds, and the test of "no difference".

    Attributes:
        difference: the estimate; NaN where there is none.
        low, high: bounds; NaN where the data say nothing of the spread.
        p: two-sided; NaN where there is no test.
        df: degrees of freedom of the t distribution behind it; None where none is.
    """

    difference: float
    low: float
    high: float
    p: float
    df: int | None = None


def check_level(level: float) -> None:
    """Raise ValueError for a confidence level outside (0, 1).

    >>> check_level(95)
    Traceback (most recent call last):
    ValueError: expected a level between 0 and 1, got 95; 95 % is 0.95
    """
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, got {level}; 95 % is 0.95")
