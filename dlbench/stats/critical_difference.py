"""The critical-difference diagram: mean ranks over tasks, and who cannot be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from dlbench.stats.holm import holm
from dlbench.stats.interval import check_level
from dlbench.stats.ranks import checked, mean_ranks
from dlbench.stats.wilcoxon import least_p, signed_rank

Method = Literal["wilcoxon", "nemenyi"]


@dataclass(frozen=True)
class CriticalDifference:
    """What the diagram shows of c contestants.

    Attributes:
        ranks: (c,) mean ranks, 1 the best.
        p: (c, c), two-sided and corrected for all pairs; 1 on the diagonal.
        groups: bars of the diagram: contestants, best first, who stand side by side and of whom no two are told apart;
            only bars of two or more, none inside another.
        least_p: the smallest corrected p that so many tasks can give.
        descriptive: whether that is above the level, so that nobody could be told apart, however they did.
        distance: that two mean ranks must lie apart, of Nemenyi's method; None for Wilcoxon's.
    """

    ranks: np.ndarray
    p: np.ndarray
    groups: tuple[tuple[int, ...], ...]
    least_p: float
    descriptive: bool
    distance: float | None


def critical_difference(
    scores: np.ndarray,
    method: Method = "wilcoxon",
    level: float = 0.05,
    better: str = "higher",
) -> CriticalDifference:
    """Return the diagram of (tasks, contestants) scores.

    Args:
        scores: one a task and contestant, seeds and folds already averaged.
        method: `wilcoxon`: signed ranks, all pairs by Holm; `nemenyi`: one distance for all pairs of mean ranks.
        level: of the family of all pairs.
        better: higher or lower.

    Source: Demšar, Statistical comparisons of classifiers over multiple data sets, JMLR 7, 2006; Wilcoxon in place of
    Nemenyi, whose answer for a pair hangs on the others: Benavoli, Corani and Mangili, Should we really use post-hoc
    tests based on mean-ranks?, JMLR 17, 2016.

    Six tasks and two contestants give p = 2/2⁶; with a third contestant nothing can pass Holm over three pairs:

    >>> lead = np.array([[0.9, 0.1]] * 6) + np.arange(6)[:, None] * np.array([0.01, 0.0])
    >>> found = critical_difference(lead)
    >>> float(found.p[0, 1]), found.groups, found.descriptive
    (0.03125, (), False)
    >>> critical_difference(np.column_stack([lead, np.zeros(6)])).descriptive
    True
    """
    check_level(level)
    values = checked(scores, better)
    if method == "wilcoxon":
        p, least, distance = *_wilcoxon(values), None
    elif method == "nemenyi":
        p, least, distance = _nemenyi(values, level)
    else:
        raise ValueError(f"expected wilcoxon or nemenyi, got {method!r}")
    means = mean_ranks(values)
    return CriticalDifference(means, p, _bars(means, p > level), least, least > level, distance)


def _wilcoxon(values: np.ndarray) -> tuple[np.ndarray, float]:
    tasks, contestants = values.shape
    pairs = list(combinations(range(contestants), 2))
    corrected = holm(np.array([signed_rank(values[:, a] - values[:, b]) for a, b in pairs]))
    p = np.eye(contestants)
    for (a, b), found in zip(pairs, corrected, strict=True):
        p[a, b] = p[b, a] = found
    return p, min(1.0, len(pairs) * least_p(tasks))


def _nemenyi(values: np.ndarray, level: float) -> tuple[np.ndarray, float, float]:
    """Return p of the studentized range with infinite degrees, the least one, and the critical distance of ranks."""
    from scipy.stats import studentized_range

    tasks, contestants = values.shape
    unit = math.sqrt(contestants * (contestants + 1) / (12 * tasks))  # mean ranks, in the range's standard deviation
    means = mean_ranks(values)
    apart = np.abs(means[:, None] - means)
    p = np.asarray(studentized_range.sf(apart / unit, contestants, np.inf))
    least = float(studentized_range.sf((contestants - 1) / unit, contestants, np.inf))
    return p, least, float(studentized_range.ppf(1 - level, contestants, np.inf)) * unit


def _bars(means: np.ndarray, alike: np.ndarray) -> tuple[tuple[int, ...], ...]:
    order = np.argsort(means, kind="stable")
    bars: list[tuple[int, ...]] = []
    reached = 0
    for start in range(len(order)):
        end = start + 1
        while end < len(order) and alike[order[end], order[start:end]].all():
            end += 1
        if end - start > 1 and end > reached:
            bars.append(tuple(int(index) for index in order[start:end]))
            reached = end
    return tuple(bars)
