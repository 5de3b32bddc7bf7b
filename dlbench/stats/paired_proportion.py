"""The difference of two shares of the same items, right where only few items tell the two apart."""

from __future__ import annotations

import math

from dlbench.stats.interval import check_level

STEPS = 60


def tango(only_a: float, only_b: float, items: float, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of (only_a − only_b) / items.

    Source: Tango, Equivalence test and confidence interval for the difference in proportions for the paired-sample
    design, Statistics in Medicine 17, 1998. All differences d whose score test, |a − b − n·d| / √(n(2q + d(1 − d))), is
    at most z; q is the likeliest share of items that the second alone gets right, given d. Two sides that agree on all
    n items may differ elsewhere: by z²/(n + z²).

    Args:
        only_a, only_b: items that one side alone gets right; means over fit seeds may be broken numbers.
        items: in all.
        level: of confidence.

    100 items, none of which tells the sides apart, 3.84/103.84:

    >>> low, high = tango(0, 0, 100)
    >>> round(low, 4), round(high, 4)
    (-0.037, 0.037)
    """
    from scipy.special import ndtri

    check_level(level)
    if min(only_a, only_b) < 0 or not 0 < items >= only_a + only_b:
        raise ValueError(f"expected counts from 0 up that add up to {items} items at most, got {only_a} and {only_b}")
    z = float(ndtri((1 + level) / 2))
    middle = (only_a - only_b) / items

    def bound(end: float) -> float:
        inside, outside = middle, end
        for _ in range(STEPS):
            between = (inside + outside) / 2
            if abs(_score(only_a, only_b, items, between)) <= z:
                inside = between
            else:
                outside = between
        return inside

    return bound(-1.0), bound(1.0)


def _score(a: float, b: float, items: float, difference: float) -> float:
    """Return by how many standard errors the counts lie from a difference."""
    off = a - b - items * difference
    if off == 0:
        return 0.0
    middle = -a - b + (2 * items - a + b) * difference
    end = -b * difference * (1 - difference)
    second = (math.sqrt(max(0.0, middle**2 - 8 * items * end)) - middle) / (4 * items)
    variance = items * (2 * second + difference * (1 - difference))
    return math.copysign(math.inf, off) if variance <= 0 else off / math.sqrt(variance)
