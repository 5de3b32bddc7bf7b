"""Scores that weighted sums over items decide, resampled all at once: a resample costs a row of a matrix product.

Items that bring the same sums, under every seed, count as one kind: accuracy of 5 seeds has at most 32 kinds, however
many items there are. The draws are those of `bootstrap` one by one, so that both ways give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dlbench.stats.drawing import Drawing, drawing_of, drawn_again

MOST = 2**22
"""Numbers of a chunk of weights: 32 MiB, whatever the number of items and resamples."""


@dataclass(frozen=True)
class Additive:
    """A score that weighted sums decide. Called with a seed and weights it returns that one score.

    Attributes:
        statistics: (seeds, n, k), what each item brings under each seed.
        from_sums: from (..., k) weighted sums to (...) scores, NaN where there is none.

    Two items, one of them right; weighed 1 and 3, the share that is right:

    >>> share = Additive(np.array([[[1.0, 1.0], [1.0, 0.0]]]), lambda sums: sums[..., 1] / sums[..., 0])
    >>> share(0, np.array([1.0, 3.0]))
    0.25
    """

    statistics: np.ndarray
    from_sums: Callable[[np.ndarray], np.ndarray]

    def __call__(self, seed: int, weights: np.ndarray) -> float:
        return float(self.from_sums(weights @ self.statistics[seed]))


@dataclass(frozen=True)
class Many:
    """A score that takes many resamples at once. Called with a seed and (n,) weights it returns one score.

    Attributes:
        scores: (seed, (m, n) weights) → (m,) scores.
    """

    scores: Callable[[int, np.ndarray], np.ndarray]

    def __call__(self, seed: int, weights: np.ndarray) -> float:
        return float(self.scores(seed, weights[None])[0])


def crossed_sums(
    statistics: np.ndarray,
    rng: np.random.Generator,
    resamples: int,
    *,
    strata: np.ndarray | None = None,
    blocks: Drawing | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of the whole test set and of resampled ones; all seeds of a resample see the same items.

    Args:
        statistics: (seeds, n, k), what each item brings under each seed.
        rng: where resamples are drawn from.
        resamples: how many.
        strata, blocks: as in `bootstrap.crossed_interval`.

    Returns:
        (seeds, k) sums of the whole, (resamples, seeds, k) sums of the resamples.

    Four items of one stratum each are drawn as they are:

    >>> whole, drawn = crossed_sums(np.ones((1, 4, 1)), np.random.default_rng(0), 2, strata=np.arange(4))
    >>> whole.tolist(), drawn.tolist()
    ([[4.0]], [[[4.0]], [[4.0]]])
    """
    if statistics.ndim != 3 or 0 in statistics.shape[:2] or resamples < 1:
        raise ValueError(
            f"expected statistics (seeds, items, k) and resamples from 1 up, got {statistics.shape} and {resamples}"
        )
    seeds, items, width = statistics.shape
    drawing = drawing_of(items, strata, blocks)
    table = statistics.transpose(1, 0, 2).reshape(items, seeds * width)
    kinds, firsts = _kinds(table)
    lines = table[firsts]
    drawn = np.empty((resamples, seeds * width))
    for start, weights in chunks(drawing, items, rng, resamples):
        drawn[start : start + len(weights)] = _counts(weights, kinds, len(lines)) @ lines
    return statistics.sum(axis=1), drawn.reshape(resamples, seeds, width)


def chunks(drawing: Drawing, items: int, rng: np.random.Generator, resamples: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield (m, items) weights until there are so many resamples, each with the number of its first one."""
    step = max(1, MOST // items)
    for start in range(0, resamples, step):
        yield start, drawn_again(drawing, rng, min(step, resamples - start))


def _counts(weights: np.ndarray, kinds: np.ndarray, count: int) -> np.ndarray:
    """Return (m, count) sums of (m, n) weights over the items of each kind."""
    if count == len(kinds):
        return weights
    order = np.argsort(kinds, kind="stable")
    starts = np.flatnonzero(np.diff(kinds[order], prepend=-1))
    return np.add.reduceat(weights[:, order], starts, axis=1)


def _kinds(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the kind of each of (n, width) rows, and a row of each kind; rows of a kind are equal to the last bit."""
    marks = table @ np.random.default_rng(0).random(table.shape[1])
    _, firsts, kinds = np.unique(marks, return_index=True, return_inverse=True)
    if len(firsts) < len(table) and np.array_equal(table[firsts][kinds], table):
        return kinds, firsts
    return np.arange(len(table)), np.arange(len(table))
