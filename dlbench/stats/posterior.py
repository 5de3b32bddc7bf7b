"""What a Bayesian comparison answers with: how likely a difference is beyond the margin, on either side or neither."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Posterior:
    """Probabilities of a difference first − second, which add up to 1; NaN where the data say nothing.

    Attributes:
        left: it is below −margin.
        within: it lies within the margin.
        right: it is above the margin.
    """

    left: float
    within: float
    right: float


def check_margin(margin: float) -> None:
    """Raise ValueError for a margin that is not a finite number from 0 up.

    >>> check_margin(-0.01)
    Traceback (most recent call last):
    ValueError: expected a finite margin from 0 up, got -0.01
    """
    if not 0 <= margin < float("inf"):
        raise ValueError(f"expected a finite margin from 0 up, got {margin}")
