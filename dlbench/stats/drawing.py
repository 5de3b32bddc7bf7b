"""How a test set is drawn again: item by item within strata, in blocks, or by halves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Drawing(Protocol):
    """A way to draw (n,) items again.

    Attributes:
        stretch: by how much what is drawn varies too little.
        centred: whether it is the spread alone that counts, because fewer items are drawn than there are.
    """

    @property
    def stretch(self) -> float: ...

    @property
    def centred(self) -> bool: ...

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return (n,) float weights: how often each item is drawn."""
        ...


@dataclass(frozen=True)
class Items:
    """Items one by one with replacement, each group to its own size.

    Attributes:
        groups: positions of the items of each group.
    """

    groups: tuple[np.ndarray, ...]

    stretch = 1.0
    centred = False

    @property
    def count(self) -> int:
        """Items in all."""
        return sum(map(len, self.groups))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return (n,) weights.

        >>> Items((np.array([0, 1]), np.array([2]))).draw(np.random.default_rng(0))
        array([0., 2., 1.])
        """
        weights: np.ndarray = self.draws(rng, 1)[0]
        return weights

    def draws(self, rng: np.random.Generator, resamples: int) -> np.ndarray:
        """Return (resamples, n) weights, those of `draw` one after the other.

        Every item of a group gives way to one of the group, group after group.
        """
        sizes = np.array([len(group) for group in self.groups])
        most = self.count if len(sizes) == 1 else np.repeat(sizes, sizes)
        firsts = np.repeat(np.cumsum(sizes) - sizes, sizes)
        drawn = np.concatenate(self.groups)[firsts + rng.integers(most, size=(resamples, self.count))]
        flat = np.bincount((drawn + self.count * np.arange(resamples)[:, None]).ravel(), minlength=drawn.size)
        return flat.reshape(drawn.shape).astype(np.float64)


@dataclass(frozen=True)
class Subsample:
    """Some of the items, each at most once: for scores that a repeated item would spoil, such as pair counts.

    Source: Politis and Romano, Large sample confidence regions based on subsamples under minimal assumptions, 1994;
    without replacement b of n items vary by √((n − b)/b) of what n independent ones do, which `stretch` undoes. Half
    the items need no stretch. The level of a score may depend on the number of items, so only the spread is used.

    Attributes:
        count: items in all.
        size: items in a subsample.
    """

    count: int
    size: int

    centred = True

    @property
    def stretch(self) -> float:
        """By how much a subsample varies more than the whole, turned round.

        >>> Subsample(100, 50).stretch, round(Subsample(100, 20).stretch, 3)
        (1.0, 0.5)
        """
        return math.sqrt(self.size / (self.count - self.size))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return (n,) zeros and ones."""
        weights = np.zeros(self.count)
        weights[rng.choice(self.count, size=self.size, replace=False)] = 1.0
        return weights


def drawn_again(drawing: Drawing, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Return (resamples, n) weights, those of `draw` one after the other; of items by themselves all at once."""
    if isinstance(drawing, Items):
        return drawing.draws(rng, resamples)
    return np.array([drawing.draw(rng) for _ in range(resamples)])


def drawing_of(items: int, strata: np.ndarray | None, blocks: Drawing | None) -> Drawing:
    """Return blocks where there are some, else items within strata (all together where None).

    Raises:
        ValueError: not one stratum an item.
    """
    if blocks is not None:
        return blocks
    if strata is None:
        return Items((np.arange(items),))
    if np.shape(strata) != (items,):
        raise ValueError(f"expected a stratum for each of {items} items, got shape {np.shape(strata)}")
    return Items(tuple(np.flatnonzero(strata == code) for code in np.unique(strata)))
