"""Blocks of forecasts: those whose steps overlap err together, so origins are drawn again in blocks, never one by one.

Source: Politis and Romano, A circular block-resampling procedure for stationary data, 1992: every origin may begin a
block, and the last one is followed by the first, so that all of them are drawn equally often. The blocks are few, so
what is drawn is stretched by √(k/(k − 1)) and from the normal to Student's t with k − 1 degrees, k blocks fitting side
by side. Holds the truth in 93 to 97 of 100 made series, items drawn one by one in 15 to 54
(benchmarks/forecast_intervals.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbench.stats.student import quantile

ENOUGH = 6
"""Blocks from which on drawing them again says how far a score varies."""

LARGE = 10**6
HORIZONS = 3
"""Blocks are so many times as long as errors are sure to hang together: a block cuts those at its ends apart."""


class Whole:
    """A drawing of parts that are never torn, as many as there are; so it is not their spread alone that counts."""

    centred = False

    @property
    def count(self) -> int:
        """How many parts there are, or fit side by side."""
        raise NotImplementedError

    @property
    def enough(self) -> bool:
        """Whether there are as many as an interval needs."""
        return self.count >= ENOUGH

    @property
    def stretch(self) -> float:
        """By how much what is drawn varies too little: √(k/(k − 1)), times the reach of t over the normal's, of k.

        >>> round(Blocks(6, 1, 1).stretch, 2), round(Blocks(1000, 1, 1).stretch, 2)
        (1.44, 1.0)
        """
        few = max(2, self.count)
        return math.sqrt(few / (few - 1)) * quantile(0.975, few - 1) / quantile(0.975, LARGE)


@dataclass(frozen=True)
class Blocks(Whole):
    """How the forecasts of a test part are drawn again.

    Attributes:
        origins, horizon: of the forecasts; items lie origin by origin, all steps of one side by side.
        length: origins in a block.
    """

    origins: int
    horizon: int
    length: int

    @classmethod
    def of(cls, truth: np.ndarray) -> Blocks:
        """Return blocks for the (origins, horizon) truth of a test part.

        A block is three times as long as the run of origins that share steps, and holds n^(1/3) of n origins at least,
        since errors hang together beyond that. Here each forecast shares steps with the next:

        >>> Blocks.of(np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8]])).length
        6
        """
        origins, horizon = truth.shape
        shared = math.ceil(horizon / _step(truth))
        return cls(origins, horizon, min(origins, max(HORIZONS * shared, round(origins ** (1 / 3)))))

    @property
    def count(self) -> int:
        """How many blocks fit side by side."""
        return self.origins // self.length

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return (origins × horizon,) weights: how often each item is drawn.

        >>> Blocks(4, 2, 4).draw(np.random.default_rng(0))
        array([1., 1., 1., 1., 1., 1., 1., 1.])
        """
        starts = rng.integers(self.origins, size=math.ceil(self.origins / self.length))
        drawn = (starts[:, None] + np.arange(self.length)).reshape(-1)[: self.origins] % self.origins
        return np.repeat(np.bincount(drawn, minlength=self.origins).astype(np.float64), self.horizon)


def _step(truth: np.ndarray) -> int:
    """Return the steps from one origin to the next, read off what their truths share; the horizon where nothing is.

    A series that stands still is taken for one whose forecasts overlap most, which is the careful side.
    """
    horizon = int(truth.shape[1])
    for step in range(1, horizon):
        if np.array_equal(truth[:-1, step:], truth[1:, : horizon - step]):
            return step
    return horizon
