"""Ranks over tasks: which contestant comes first on average, and whether they differ at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbench.stats.interval import check_level


@dataclass(frozen=True)
class Friedman:
    """The test of "all contestants rank alike".

    Attributes:
        chi2, p: Friedman's statistic and its χ² probability with contestants − 1 degrees.
        f, f_p: Iman and Davenport's, which is less conservative, with c − 1 and (c − 1)(tasks − 1) degrees. Where all
            tasks rank alike f is infinite, and f_p how likely that is by chance, since no F distribution tells it.
    """

    chi2: float
    p: float
    f: float
    f_p: float


def ranks(scores: np.ndarray, better: str = "higher") -> np.ndarray:
    """Return the ranks of (tasks, contestants) scores within each task, 1 the best; equals share the mean rank.

    >>> ranks(np.array([[0.9, 0.8, 0.9], [0.1, 0.2, 0.3]]))
    array([[1.5, 3. , 1.5],
           [3. , 2. , 1. ]])
    """
    values = checked(scores, better)
    above = (values[:, None, :] > values[:, :, None]).sum(axis=2)
    level = (values[:, None, :] == values[:, :, None]).sum(axis=2)
    return np.asarray(above + (level + 1) / 2)


def mean_ranks(scores: np.ndarray, better: str = "higher") -> np.ndarray:
    """Return (contestants,) mean ranks of (tasks, contestants) scores, 1 the best.

    >>> mean_ranks(np.array([[0.9, 0.8, 0.9], [0.1, 0.2, 0.3]]))
    array([2.25, 2.5 , 1.25])
    """
    return np.asarray(ranks(scores, better).mean(axis=0))


def rank_intervals(
    scores: np.ndarray, rng: np.random.Generator, better: str = "higher", resamples: int = 2000, level: float = 0.95
) -> np.ndarray:
    """Return (2, contestants) bounds of the mean ranks, from tasks drawn again.

    Who leads on every task leads on every draw:

    >>> rank_intervals(np.array([[0.9, 0.8], [0.7, 0.1]]), np.random.default_rng(0))
    array([[1., 2.],
           [1., 2.]])
    """
    check_level(level)
    each = ranks(scores, better)
    drawn = rng.integers(len(each), size=(resamples, len(each)))
    return np.asarray(np.quantile(each[drawn].mean(axis=1), [(1 - level) / 2, (1 + level) / 2], axis=0))


def friedman(scores: np.ndarray, better: str = "higher") -> Friedman:
    """Return the test over (tasks, contestants) scores, ties corrected for.

    Source: Friedman, The use of ranks to avoid the assumption of normality implicit in the analysis of variance, 1937;
    Iman and Davenport, Approximations of the critical region of the Friedman statistic, 1980; Demšar, Statistical
    comparisons of classifiers over multiple data sets, JMLR 7, 2006, which leaves ties uncorrected.

    Two contestants, one first on all four tasks: 12 · 4/(2 · 3) · (1² + 2² − 2 · 3²/4) = 4:

    >>> round(friedman(np.array([[2.0, 1.0]] * 4)).chi2, 6)
    4.0
    """
    from scipy.special import chdtrc, fdtrc

    each = ranks(scores, better)
    tasks, contestants = each.shape
    within = ((each - (contestants + 1) / 2) ** 2).sum() / (tasks * (contestants - 1))
    if within == 0:  # all level everywhere
        return Friedman(0.0, 1.0, 0.0, 1.0)
    chi2 = float(tasks * ((each.mean(axis=0) - (contestants + 1) / 2) ** 2).sum() / within)
    df, room = contestants - 1, tasks * (contestants - 1) - chi2
    p = float(chdtrc(df, chi2))
    if room <= 1e-9 * chi2:  # as for a single task
        return Friedman(chi2, p, math.inf, alike_by_chance(each[0], tasks))
    f = (tasks - 1) * chi2 / room
    return Friedman(chi2, p, f, float(fdtrc(df, df * (tasks - 1), f)))


def alike_by_chance(order: np.ndarray, tasks: int) -> float:
    """Return how likely all tasks have the (contestants,) ranks of one, where contestants are dealt these at random.

    Three on two tasks have 3! = 6 orders, and 3 where two of them share a rank:

    >>> [round(1 / alike_by_chance(np.array(order), 2), 6) for order in ([1.0, 2.0, 3.0], [1.5, 1.5, 3.0])]
    [6.0, 3.0]
    """
    from scipy.special import gammaln

    level = np.unique(order, return_counts=True)[1]
    ways = gammaln(len(order) + 1) - gammaln(level + 1).sum()
    return float(np.exp((1 - tasks) * ways))


def checked(scores: np.ndarray, better: str) -> np.ndarray:
    """Return (tasks, contestants) scores turned so that higher is better.

    Raises:
        ValueError: another shape, fewer than two contestants, a score that is missing, another direction.
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 2 or len(values) < 1 or values.shape[1] < 2:
        raise ValueError(f"expected scores (tasks, contestants) of two contestants or more, got shape {values.shape}")
    if np.isnan(values).any():
        raise ValueError("expected a score of every contestant on every task; leave out those that lack one")
    if better not in ("higher", "lower"):
        raise ValueError(f"expected higher or lower, got {better!r}")
    return values if better == "higher" else -values
