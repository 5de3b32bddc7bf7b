"""Win rates: on which share of the tasks one contestant is better than another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.stats.interval import check_level
from dlbench.stats.proportion import wilson
from dlbench.stats.ranks import checked


@dataclass(frozen=True)
class WinRates:
    """Shares of tasks won by the contestant of the row against that of the column, ties half.

    Attributes:
        rates, low, high: (c, c); one half on the diagonal, which has no interval: NaN.
        overall, overall_low, overall_high: (c,) means over the other contestants.
    """

    rates: np.ndarray
    low: np.ndarray
    high: np.ndarray
    overall: np.ndarray
    overall_low: np.ndarray
    overall_high: np.ndarray


def wins(scores: np.ndarray, better: str = "higher") -> np.ndarray:
    """Return (c, c) numbers of tasks won, row against column, ties half and nothing on the diagonal.

    >>> wins(np.array([[0.9, 0.8], [0.5, 0.5], [0.7, 0.1]]))
    array([[0. , 2.5],
           [0.5, 0. ]])
    """
    return np.asarray(_won(checked(scores, better)).sum(axis=0))


def win_rates(
    scores: np.ndarray, rng: np.random.Generator, better: str = "higher", resamples: int = 2000, level: float = 0.95
) -> WinRates:
    """Return the win rates of (tasks, contestants) scores, with intervals from tasks drawn again.

    Few tasks drawn again vary too little, and not at all where one side wins all of them: a pair's interval reaches as
    far as Wilson's at least, and so does the mean over the others, as if it came from one pair.

    Three of four tasks won, one level:

    >>> found = win_rates(np.array([[2.0, 1.0]] * 3 + [[1.0, 1.0]]), np.random.default_rng(0))
    >>> found.rates[0].tolist(), found.overall.tolist()
    ([0.5, 0.875], [0.875, 0.125])
    """
    check_level(level)
    won = _won(checked(scores, better))
    tasks, contestants, _ = won.shape
    drawn = rng.multinomial(tasks, np.full(tasks, 1 / tasks), size=resamples) / tasks
    pairs = (drawn @ won.reshape(tasks, -1)).reshape(resamples, contestants, contestants)
    rates = won.mean(axis=0)
    low, high = _reach(pairs, rates, tasks, level)
    means = rates.sum(axis=1) / (contestants - 1)
    overall_low, overall_high = _reach(pairs.sum(axis=2) / (contestants - 1), means, tasks, level)
    own = np.eye(contestants, dtype=bool)
    rates[own], low[own], high[own] = 0.5, np.nan, np.nan
    return WinRates(rates, low, high, means, overall_low, overall_high)


def _won(values: np.ndarray) -> np.ndarray:
    """Return (tasks, c, c): 1 where the row's contestant is better, ½ where level, 0 on the diagonal."""
    first, second = values[:, :, None], values[:, None, :]
    won = (first > second) + 0.5 * (first == second)
    won[:, np.arange(values.shape[1]), np.arange(values.shape[1])] = 0.0
    return np.asarray(won)


def _reach(drawn: np.ndarray, rates: np.ndarray, tasks: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    least = [wilson(min(float(rate), 1.0) * tasks, tasks, level) for rate in rates.flat]
    return (
        np.minimum(low, np.reshape([found.low for found in least], rates.shape)),
        np.maximum(high, np.reshape([found.high for found in least], rates.shape)),
    )
