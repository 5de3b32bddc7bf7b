"""Newcombe's interval of an area under the ROC curve, which keeps its word near 1."""

from __future__ import annotations

import math

import numpy as np

from dlbench.stats.interval import Interval, check_level

STEPS = 60
FEW = 5.0
"""(1 − area) · items of the smaller side, below which percentiles of resamples cover too little: .92 down to .63."""


def newcombe(area: float, members: float, others: float, level: float = 0.95) -> Interval:
    """Return the score interval of an area from so many members and others; NaN without either.

    Source: Newcombe, Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part 2:
    asymptotic methods and evaluation, Statistics in Medicine 25, 2006, method 5: all areas a from which the estimate
    lies at most z standard errors, with Hanley and McNeil's variance at balanced sizes,
    a(1 − a)/(mn) · [1 + N(1 − a)/(2 − a) + N·a/(1 + a)], N = (m + n)/2 − 1.

    20 members that all score above 20 others may be luck: at a = .899 one error is .0516, and .101/.0516 = 1.96:

    >>> found = newcombe(1.0, 20, 20)
    >>> round(found.low, 3), found.high
    (0.899, 1.0)
    """
    from scipy.special import ndtri

    check_level(level)
    if not 0 <= area <= 1 or min(members, others) < 0:
        raise ValueError(f"expected an area from 0 to 1 and counts from 0 up, got {area}, {members} and {others}")
    if not min(members, others):
        return Interval(math.nan, math.nan, math.nan)
    z = float(ndtri((1 + level) / 2))
    pairs, larger = members * others, (members + others) / 2 - 1

    def far(a: float) -> bool:
        variance = a * (1 - a) / pairs * (1 + larger * (1 - a) / (2 - a) + larger * a / (1 + a))
        return abs(a - area) > z * math.sqrt(variance)

    def bound(end: float) -> float:
        inside, outside = area, end
        for _ in range(STEPS):
            between = (inside + outside) / 2
            inside, outside = (inside, between) if far(between) else (between, outside)
        return inside

    return Interval(area, bound(0.0), bound(1.0))


def sizes(classes: np.ndarray) -> tuple[float, float]:
    """Return members and others of (n,) codes; of more than two classes as one of middling size against the rest.

    The middling size is the harmonic mean, since small classes make the mean of areas unsure.

    >>> sizes(np.repeat([0, 1], [3, 5])), sizes(np.repeat([0, 1, 2], [2, 4, 4]))
    ((5.0, 3.0), (3.0, 7.0))
    """
    counts = np.unique(classes, return_counts=True)[1]
    if len(counts) == 2:
        return float(counts[1]), float(counts[0])
    members = len(counts) / float((1 / counts).sum()) if len(counts) else 0.0
    return members, len(classes) - members
