"""Populations to draw test sets and fit seeds from, so that what an interval should hold is known and not estimated.

A population has a few training sets, on each of which both procedures are fitted with many seeds, and thousands of
items that every fit has answered. A draw picks a training set, so many fits of it, and so many items, all with
replacement: the expected score over seeds and items, given the training set, is then the mean over the fits of
their scores on all items. Where two procedures must be equal, items are not drawn alike but in shares tilted
towards those that the weaker one answers better, until the expected scores differ by nothing (or by what is asked).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import brentq

from dlbench.core import catalog
from dlbench.core.form import Form
from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class Sample:
    """What a run would see: the truth of a test part, and the answers of both contestants, one form a seed."""

    truth: Truth
    sides: tuple[tuple[Form, ...], tuple[Form, ...]]


@dataclass(frozen=True)
class Population:
    """One task, two procedures, and all that they answer.

    Attributes:
        truth: of all items.
        answer: (side, training set, fit, index of items) → the form of these items.
        sets, fits: how many of each.
        ease: (sets, items) by how much the first side answers an item better, on average over its fits.
        shares: (sets, items) of being drawn, each row summing to 1.
    """

    truth: Truth
    answer: Callable[[int, int, int, np.ndarray], Form]
    sets: int
    fits: int
    ease: np.ndarray
    shares: np.ndarray

    @cached_property
    def edges(self) -> np.ndarray:
        """(sets, items) sums of the shares so far."""
        sums = self.shares.cumsum(axis=1)
        return np.asarray(sums / sums[:, -1:])

    def sample(self, held: int, fits: np.ndarray, items: int, rng: np.random.Generator) -> Sample:
        """Return a test part of so many items, answered by the (2, seeds) fits of a training set."""
        drawn = np.searchsorted(self.edges[held], rng.random(items), side="right")
        truth = replace(self.truth.take(drawn), ids=np.arange(items).astype(np.str_))
        first, second = (tuple(self.answer(side, held, int(fit), drawn) for fit in fits[side]) for side in (0, 1))
        return Sample(truth, (first, second))

    def scores(self, metric: str) -> np.ndarray:
        """Return (2, sets, fits) scores on all items, each weighing as much as its share."""
        return np.array([[self._scores(metric, side, held) for held in range(self.sets)] for side in (0, 1)])

    def tilted(self, metric: str, difference: float = 0.0) -> Population:
        """Return the same population, items drawn so that the first side is expected to score so much higher."""
        return replace(self, shares=np.stack([self._tilt(metric, held, difference) for held in range(self.sets)]))

    def _tilt(self, metric: str, held: int, difference: float) -> np.ndarray:
        def shares(push: float) -> np.ndarray:
            tilted = np.exp(push * (self.ease[held] - self.ease[held].max() * np.sign(push)))
            return np.asarray(tilted / tilted.sum())

        def missed(push: float) -> float:
            there = replace(self, shares=np.broadcast_to(shares(push), self.shares.shape))
            first, second = (np.mean(there._scores(metric, side, held)) for side in (0, 1))
            return float(first - second) - difference

        most = 5 / self.ease[held].std()
        return shares(brentq(missed, -most, most, xtol=1e-9))

    def _scores(self, metric: str, side: int, held: int) -> np.ndarray:
        judge, weights = catalog.metric(metric), self.shares[held] * len(self.truth)
        everything = np.arange(len(self.truth))
        forms = (self.answer(side, held, fit, everything) for fit in range(self.fits))
        return np.array([judge.score(self.truth, form.to(judge.scores), weights) for form in forms])
