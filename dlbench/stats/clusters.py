"""Clusters of items: rows of one patient, pictures of one film. They err together, so they are drawn again whole.

Source: Davison and Hinkley, Bootstrap methods and their application, 1997, section 3.8; few of them are stretched as
blocks are (`blocks`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.stats.blocks import Whole


@dataclass(frozen=True, eq=False)
class Clusters(Whole):
    """How items that hang together are drawn again.

    Attributes:
        codes: (n,) whole numbers from 0, one for each cluster.
    """

    codes: np.ndarray

    @classmethod
    def of(cls, names: np.ndarray) -> Clusters:
        """Return the clusters of (n,) names.

        >>> Clusters.of(np.array([7, 7, 3])).codes.tolist()
        [1, 1, 0]
        """
        return cls(np.unique(names, return_inverse=True)[1])

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.codes.max()) + 1 if len(self.codes) else 0

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Return (n,) weights: how often each item is drawn.

        >>> Clusters(np.array([0, 0, 1])).draw(np.random.default_rng(2))
        array([1., 1., 1.])
        """
        drawn = np.bincount(rng.integers(self.count, size=self.count), minlength=self.count)
        return np.asarray(drawn[self.codes], dtype=np.float64)
