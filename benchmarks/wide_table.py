"""Reads a large table, and holds the time against pandas with pyarrow: wide_table.py [ROWS] [COLUMNS]."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from dlbench.core import catalog

ROUNDS = 3


def write(path: Path, rows: int, columns: int) -> None:
    """Write a table of random numbers and a target of two classes."""
    rng = np.random.default_rng(0)
    content = {f"v{i}": rng.standard_normal(rows).round(6) for i in range(columns - 1)}
    csv.write_csv(pa.table({**content, "y": rng.integers(0, 2, rows)}), path)


def best(what: Callable[[], Any]) -> float:
    """Return the shortest of some runs in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        what()
        times.append(time.perf_counter() - start)
    return min(times)


def main(rows: int = 1_000_000, columns: int = 50) -> None:
    """Print both times, their ratio and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.csv"
        write(path, rows, columns)
        reader, params = catalog.dataset("csv"), {"csv": str(path), "target": "y"}
        ours = best(lambda: reader.load(params))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        theirs = best(lambda: pd.read_csv(path, engine="pyarrow"))
        print(f"{path.stat().st_size / 2**20:.0f} MiB, {rows} × {columns}: dlbench {ours:.2f} s, pandas {theirs:.2f} s")
        print(f"ratio {ours / theirs:.2f}, peak {peak:.2f} GiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
