"""How fast the machine is just now: a fixed workload, run before and after each job, by which its times are divided."""

from __future__ import annotations

import time
from statistics import median

import numpy as np

REPEATS = 3
_SIZE = 128
_STEPS = 10_000


def pace() -> float:
    """Return the median seconds of a few milliseconds' work: a matrix product, a sort and a loop of Python.

    The work never changes, so that two figures differ by the machine and its load alone. The first repeat, which
    warms caches, does not count.
    """
    rng = np.random.default_rng(0)
    square, line = rng.normal(size=(_SIZE, _SIZE)), rng.normal(size=_STEPS)
    return median([_once(square, line) for _ in range(REPEATS + 1)][1:])


def _once(square: np.ndarray, line: np.ndarray) -> float:
    began = time.perf_counter()
    np.sort(line)
    total = float((square @ square)[0, 0])
    for step in range(_STEPS):
        total += step & 7
    return time.perf_counter() - began
