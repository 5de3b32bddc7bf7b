"""How often any fair test could see the losses of gate_simulation.py: gate_limit.py [WAY ...].

A test at 5 % that knew how much items and seeds spread would call "regressed" with the power of a one-sided z test.
No test that has to estimate the spread does better on average, so this is what the gate's share is to be held against.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from gate_simulation import MARGIN, SEEDS
from scipy.stats import norm
from simulated_tasks import ITEMS
from tabular_population import WAYS, spoilt

LOSS = 2 * MARGIN


@dataclass(frozen=True)
class Limit:
    """What a way to spoil a procedure leaves to be seen, one value a training set: all (sets,).

    Attributes:
        right: share of the items that the procedure itself is right on, before it is spoilt.
        moved: standard deviation of that share between seeds.
        error: standard error of the mean loss of 1,000 items and 5 seeds a side; `power`: of a test that knew it.
    """

    right: np.ndarray
    moved: np.ndarray
    error: np.ndarray

    @property
    def power(self) -> np.ndarray:
        return np.asarray(norm.cdf((LOSS - MARGIN) / self.error - norm.ppf(0.95)))


def limit(way: str) -> Limit:
    """Return what can be seen of a loss that comes in a way."""
    there = spoilt(way).tilted("accuracy", LOSS)
    found = []
    for held in range(there.sets):
        shares = there.shares[held]
        right = there.answer.values[:, held].argmax(axis=-1) == there.truth.target  # type: ignore[attr-defined]
        by_item = right.mean(axis=1)
        loss = by_item[0] - by_item[1]
        items = shares @ (loss - shares @ loss) ** 2
        chance = (by_item * (1 - by_item)) @ shares
        seeds = (right @ shares).var(axis=1, ddof=1)
        variance = (items + chance.sum() / SEEDS) / ITEMS["accuracy"] + seeds.sum() / SEEDS
        found.append((by_item[0] @ shares, np.sqrt(seeds[0]), np.sqrt(variance)))
    return Limit(*np.array(found).T)


def main(ways: list[str]) -> int:
    """Print all of it for each way to spoil a procedure."""
    for way in ways or WAYS:
        found = limit(way)
        print(
            f"{way:<28} right on {found.right.mean():.3f} of the items, moved {found.moved.mean():.4f} by a seed, "
            f"standard error {found.error.mean():.4f}, at most {found.power.mean():.3f} of the losses seen",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
