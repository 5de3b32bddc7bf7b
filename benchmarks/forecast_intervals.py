"""How often 95 % intervals of a forecast's MAE hold the true one: origins drawn in blocks, and items one by one.

Autoregressive series are forecast by their last value from every origin, so that forecasts overlap. Run it with
`python benchmarks/forecast_intervals.py [SERIES]`; 400 series a line take some two minutes.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.signal import lfilter

from dlbench.stats.blocks import Blocks
from dlbench.stats.bootstrap import Score, crossed_interval

CASES = ((120, 6, 0.5), (240, 12, 0.5), (480, 12, 0.5), (480, 24, 0.8), (1000, 24, 0.8))
RESAMPLES = 300
LONG = 20_000


def absolute_errors(origins: int, horizon: int, memory: float, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return (origins, horizon) truths and errors of the last value as a forecast; `memory` is the series' own."""
    series = lfilter([1], [1, -memory], rng.normal(size=origins + horizon + 100))[99:]
    truth = np.lib.stride_tricks.sliding_window_view(series[1:], horizon)[:origins]
    return truth, np.abs(truth - series[:origins, None])


def mean_of(errors: np.ndarray) -> Score:
    """Return the weighted mean of errors as a score of one seed."""
    return lambda seed, weights: float(errors @ weights / weights.sum())


def covered(case: tuple[int, int, float], series: int, rng: np.random.Generator) -> tuple[int, float, float]:
    """Return the blocks of a case, and the share of series whose interval holds the truth: by blocks, by items."""
    true = np.mean([absolute_errors(LONG, *case[1:], rng)[1].mean() for _ in range(10)])
    held = np.zeros(2)
    for _ in range(series):
        truth, errors = absolute_errors(*case, rng)
        blocks, flat = Blocks.of(truth), errors.reshape(-1)
        for way, drawn in enumerate((blocks, None)):
            found = crossed_interval(mean_of(flat), len(flat), 1, rng, RESAMPLES, blocks=drawn)
            held[way] += found.low <= true <= found.high
    return blocks.count, *(held / series)


def main(series: int) -> None:
    """Print a line a case."""
    print("origins  horizon  memory  blocks  by blocks  by items")
    for case in CASES:
        count, blocks, items = covered(case, series, np.random.default_rng(7))
        print(f"{case[0]:7}  {case[1]:7}  {case[2]:6}  {count:6}  {blocks:9.3f}  {items:8.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
