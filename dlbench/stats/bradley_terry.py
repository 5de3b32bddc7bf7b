"""Bradley–Terry: one strength a contestant from who beats whom, so that odds of winning are ratios of strengths.

Source: Bradley and Terry, Rank analysis of incomplete block designs, 1952; fitted by Newton's method. Where somebody,
or some group, never loses to the rest, the strength would be infinite (Ford, Solution of a ranking problem from binary
comparisons, 1957): then every pair that met is given half a win each, and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.stats.interval import check_level
from dlbench.stats.ranks import checked
from dlbench.stats.win_rate import wins as count_wins

HALF = 0.5
STEPS = 100
ACCURACY = 1e-12


@dataclass(frozen=True)
class BradleyTerry:
    """Strengths on the scale of log odds, their mean 0.

    Attributes:
        strength, low, high: (c,): the contestant beats another with odds exp(its strength − the other's).
        covariance: (c, c) of the strengths; that of a difference is v[a, a] + v[b, b] − 2 v[a, b].
        shrunk: whether half a win was given to each side of every pair, because strengths had no bound.
    """

    strength: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covariance: np.ndarray
    shrunk: bool


def bradley_terry(wins: np.ndarray, level: float = 0.95) -> BradleyTerry:
    """Return the strengths behind (c, c) numbers of wins, row against column, with intervals of the information.

    They take every comparison for one by itself. Comparisons over shared tasks are not: take `over_tasks` there.

    Three wins of four have odds 3, so the strengths are ± ½ ln 3:

    >>> found = bradley_terry(np.array([[0, 3], [1, 0]]))
    >>> found.strength.round(4), found.shrunk
    (array([ 0.5493, -0.5493]), False)
    """
    check_level(level)
    counts, shrunk = _counts(wins)
    strength, spread = _fit(counts)
    return _with_interval(strength, spread, _normal(level), shrunk)


def over_tasks(scores: np.ndarray, better: str = "higher", level: float = 0.95) -> BradleyTerry:
    """Return the strengths behind (tasks, contestants) scores, ties half; a task's comparisons vary together.

    The covariance is the sandwich over tasks, as they are what varies, and bounds come from Student's t with tasks − 1
    degrees. NaN for a single task.

    Source: Liang and Zeger, Longitudinal data analysis using generalized linear models, 1986.

    >>> over_tasks(np.array([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [1.0, 2.0]])).strength.round(4)
    array([ 0.5493, -0.5493])
    """
    from dlbench.stats.student import quantile

    check_level(level)
    values = checked(scores, better)
    counts, shrunk = _counts(count_wins(values))
    strength, spread = _fit(counts)
    tasks = len(values)
    each = np.array(
        [_gradient(count_wins(row[None]) + (counts - count_wins(values)) / tasks, strength) for row in values]
    )
    meat = each.T @ each * tasks / max(1, tasks - 1)
    reach = quantile((1 + level) / 2, tasks - 1) if tasks > 1 else np.nan
    return _with_interval(strength, spread @ meat @ spread, reach, shrunk)


def _counts(wins: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return wins with nothing on the diagonal, and whether half a win had to be added for there to be strengths."""
    from scipy.sparse.csgraph import connected_components

    counts = np.array(wins, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2 or not (counts >= 0).all():
        raise ValueError(f"expected (c, c) numbers of wins from 0 up, of two contestants or more, got {wins}")
    np.fill_diagonal(counts, 0.0)
    met = counts + counts.T > 0
    if connected_components(met, directed=False)[0] > 1:
        raise ValueError("expected contestants who all met, directly or by way of others; compare each group by itself")
    shrunk = connected_components(counts > 0, directed=True, connection="strong")[0] > 1
    return counts + HALF * met * shrunk, shrunk


def _fit(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the strengths of most likelihood and their covariance, the inverse information within mean 0."""
    strength = np.zeros(len(counts))
    for _ in range(STEPS):
        spread = np.linalg.pinv(_information(counts, strength), hermitian=True)
        step = spread @ _gradient(counts, strength)
        strength = strength + step / max(1.0, float(abs(step).max()))  # at most one unit: Newton may leap too far
        if abs(step).max() < ACCURACY:
            break
    return strength - strength.mean(), np.linalg.pinv(_information(counts, strength), hermitian=True)


def _chances(strength: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return np.asarray(expit(strength[:, None] - strength))


def _gradient(counts: np.ndarray, strength: np.ndarray) -> np.ndarray:
    return np.asarray((counts - (counts + counts.T) * _chances(strength)).sum(axis=1))


def _information(counts: np.ndarray, strength: np.ndarray) -> np.ndarray:
    chances = _chances(strength)
    each = (counts + counts.T) * chances * (1 - chances)
    information: np.ndarray = np.diag(each.sum(axis=1)) - each
    return information


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + level) / 2))


def _with_interval(strength: np.ndarray, covariance: np.ndarray, reach: float, shrunk: bool) -> BradleyTerry:
    half = reach * np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return BradleyTerry(strength, strength - half, strength + half, covariance, bool(shrunk))
