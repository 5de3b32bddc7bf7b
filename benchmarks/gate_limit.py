"""How often any fair test could see the losses of gate_simulation.py: gate_limit.py [WAY ...].

A test at 5 % that knew how much items and seeds spread would call "regressed" with the power of a one-sided z test.
No test that has to estimate the spread does better on average, so this is what the gate's share is to be held against.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.stats import norm
from tabular_population import WAYS, spoilt

ITEMS, SEEDS, LOSS, MARGIN = 1000, 5, 0.06, 0.03


def limits(way: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (sets,) standard errors of the mean loss of 1,000 items and 5 seeds a side, and the power they leave."""
    there = spoilt(way).tilted("accuracy", LOSS)
    errors = []
    for held in range(there.sets):
        shares = there.shares[held]
        right = there.answer.values[:, held].argmax(axis=-1) == there.truth.target  # type: ignore[attr-defined]
        by_item = right.mean(axis=1)
        loss = by_item[0] - by_item[1]
        items = shares @ (loss - shares @ loss) ** 2
        chance = (by_item * (1 - by_item)) @ shares
        seeds = (right @ shares).var(axis=1, ddof=1)
        errors.append((items + chance.sum() / SEEDS) / ITEMS + seeds.sum() / SEEDS)
    found = np.sqrt(np.array(errors))
    return found, norm.cdf((LOSS - MARGIN) / found - norm.ppf(0.95))


def main(ways: list[str]) -> int:
    """Print both for each way to spoil a procedure."""
    for way in ways or WAYS:
        errors, power = limits(way)
        print(
            f"{way:<28} standard error {errors.mean():.4f}, at most {power.mean():.3f} of the losses seen", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
