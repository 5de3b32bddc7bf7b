"""Wilson's interval of a proportion, which keeps its word near 0 and 1."""

from __future__ import annotations

import math

import numpy as np

from dlbench.stats.interval import Interval, check_level

FEW = 15
"""Errors, or hits, below which percentiles of resamples cover too little: .92 of 95 % with 5, .63 with 1."""


def wilson(successes: float, items: float, level: float = 0.95) -> Interval:
    """Return the score interval of successes/items; NaN without items.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, 1927. Centre
    (p + z²/2n)/(1 + z²/n), half width z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²). Of 10 successes in 10 the lower bound
    is 10/(10 + 1.96²):

    >>> found = wilson(10, 10)
    >>> round(found.low, 4), found.high
    (0.7225, 1.0)
    """
    from scipy.special import ndtri

    check_level(level)
    if items < 0 or not 0 <= successes <= items:
        raise ValueError(f"expected 0 to {items} successes of {items} items, got {successes}")
    if items == 0:
        return Interval(math.nan, math.nan, math.nan)
    share = successes / items
    z2 = float(ndtri((1 + level) / 2)) ** 2
    shrink = 1 + z2 / items
    centre = (share + z2 / (2 * items)) / shrink
    half = math.sqrt(z2 * (share * (1 - share) / items + z2 / (4 * items**2))) / shrink
    low = centre - half if successes > 0 else 0.0
    high = centre + half if successes < items else 1.0
    return Interval(share, min(low, share), max(high, share))


def near_the_ends(share: float, items: float) -> bool:
    """Whether so few of the items are wrong, or right, that percentiles of resamples cover too little.

    >>> near_the_ends(0.99, 400), near_the_ends(0.99, 10_000)
    (True, False)
    """
    return items * min(share, 1 - share) < FEW


def class_items(classes: np.ndarray) -> float:
    """Return of how many items together a mean of shares over the classes of (n,) codes is worth as much as one share.

    The mean over C classes of shares among n_c items varies by p(1 − p) · Σ 1/n_c / C². Of 99 and 1 items, both
    classes weighing one half, there are 4/(1/99 + 1):

    >>> round(class_items(np.repeat([0, 1], [99, 1])), 2)
    3.96
    """
    counts = np.unique(classes, return_counts=True)[1]
    return len(counts) ** 2 / float((1 / counts).sum()) if len(counts) else 0.0
