"""How often 95 % intervals of several fits on one test set hold the truth, whatever the spread comes from.

Scores are means over items: an item's own part, a shift of each seed, and what a seed does to an item alone. Told
beside it is the way not taken: seeds drawn again like items. 2,000 draws a line take some ten minutes. Run it with
`python benchmarks/crossed_coverage.py [DRAWS]`.
"""

from __future__ import annotations

import sys

import numpy as np

from dlbench.stats.additive import Additive, crossed_sums
from dlbench.stats.bootstrap import crossed_interval

ITEMS, RESAMPLES = 300, 400
SPREADS = {
    "items alone": (1.0, 0.0, 0.0),
    "items, fits that differ a little": (1.0, 0.0, 0.7),
    "fits that err each on items of its own": (0.15, 0.0, 1.0),
    "items and seeds": (1.0, 0.06, 0.7),
    "seeds above all": (0.3, 0.3, 0.3),
}
"""Standard deviations: of items, of seeds, and of a seed on an item."""


def table(spreads: tuple[float, float, float], seeds: int, rng: np.random.Generator) -> Additive:
    """Return the per-item statistics of a mean whose truth is 0."""
    items, shifts, own = spreads
    values = (
        items * rng.normal(size=ITEMS) + shifts * rng.normal(size=(seeds, 1)) + own * rng.normal(size=(seeds, ITEMS))
    )
    return Additive(np.stack([np.ones(values.shape), values], axis=2), mean)


def mean(sums: np.ndarray) -> np.ndarray:
    """Return the mean behind weighted sums."""
    return np.asarray(sums[..., 1] / sums[..., 0])


def seeds_drawn_again(score: Additive, rng: np.random.Generator) -> tuple[float, float]:
    """Return the interval of the pigeonhole bootstrap."""
    drawn = mean(crossed_sums(score.statistics, rng, RESAMPLES)[1])
    seeds = drawn.shape[1]
    times = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=RESAMPLES)
    low, high = np.quantile((times * drawn).sum(axis=1) / seeds, [0.025, 0.975])
    return float(low), float(high)


def covered(spreads: tuple[float, float, float], seeds: int, draws: int) -> tuple[float, float]:
    """Return the share of draws whose interval holds 0: ours, and with seeds drawn again."""
    rng, held = np.random.default_rng(seeds), np.zeros(2)
    for _ in range(draws):
        score = table(spreads, seeds, rng)
        ours = crossed_interval(score, ITEMS, seeds, rng, RESAMPLES)
        low, high = seeds_drawn_again(score, rng)
        held += (ours.low <= 0 <= ours.high, low <= 0 <= high)
    return float(held[0] / draws), float(held[1] / draws)


def main(draws: int) -> None:
    """Print a line for each spread and number of seeds."""
    print(f"{'what varies':40} seeds  interval  seeds drawn again")
    for name, spreads in SPREADS.items():
        for seeds in (1, 2, 3, 5, 10):
            if seeds > 1 or not spreads[1]:
                ours, again = covered(spreads, seeds, draws)
                print(f"{name:40} {seeds:5}  {ours:8.3f}  {again:17.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
