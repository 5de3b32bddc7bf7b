"""How many times longer one side takes than the other, from runs in turn (A B B A)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbench.stats.interval import check_level
from dlbench.stats.student import quantile

FEWEST = 5
LARGE = 10**6


@dataclass(frozen=True)
class Ratio:
    """A ratio of times, first over second; bounds are NaN where there are too few pairs.

    Attributes:
        ratio: of the medians.
        low, high: its interval.
    """

    ratio: float
    low: float
    high: float


def ratio_of_medians(pairs: np.ndarray, rng: np.random.Generator, resamples: int = 2000, level: float = 0.95) -> Ratio:
    """Return the ratio of medians of (n, 2) seconds, measured in turn so that both sides of a pair saw the same load.

    Pairs are drawn again whole. They are few, so what is drawn is stretched on the log scale by √(n/(n − 1)) and from
    the normal to Student's t with n − 1 degrees; fewer than five pairs have no bounds.

    Raises:
        ValueError: another shape, or times that are not above 0.

    >>> ratio_of_medians(np.array([[2.0, 1.0]] * 5), np.random.default_rng(0))
    Ratio(ratio=2.0, low=2.0, high=2.0)
    """
    check_level(level)
    seconds = np.asarray(pairs, dtype=np.float64)
    if seconds.ndim != 2 or seconds.shape[1] != 2 or not len(seconds):
        raise ValueError(f"expected pairs of seconds (n, 2), got shape {seconds.shape}")
    if not (np.isfinite(seconds).all() and (seconds > 0).all()):
        raise ValueError("expected seconds above 0")
    count = len(seconds)
    middle = float(_log_ratio(seconds))
    if count < FEWEST:
        return Ratio(math.exp(middle), math.nan, math.nan)
    drawn = _log_ratio(seconds[rng.integers(count, size=(resamples, count))])
    few = math.sqrt(count / (count - 1)) * quantile((1 + level) / 2, count - 1) / quantile((1 + level) / 2, LARGE)
    low, high = middle + few * (np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]) - middle)
    return Ratio(math.exp(middle), math.exp(low), math.exp(high))


def _log_ratio(seconds: np.ndarray) -> np.ndarray:
    """Return the log of the ratio of medians over the last but one axis."""
    medians = np.log(np.median(seconds, axis=-2))
    return np.asarray(medians[..., 0] - medians[..., 1])
