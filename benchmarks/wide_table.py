"""Asks about a large table of mixed columns: wide_table.py read|run [ROWS] [COLUMNS] [FOLDER].

`read` holds the time of reading against pandas with pyarrow: both take turns, so that a machine that is busy for a
while is busy for both, and the ratio of their medians is what counts. `run` is the whole way,
`dlbench run BIG.csv --target y` with histogram boosting and an MLP: seconds, and the peak of resident memory summed
over the tree of processes, in which pages that processes share count once for each. Exit code 1 where a mark is missed.
The table is kept in FOLDER where one is named.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
from pyarrow import csv

from dlbench.core import catalog
from dlbench.stats.timing import ratio_of_medians

SLOWEST = 1.3
"""Times the time of pandas that reading may take."""

MOST_MEMORY = 8.0
"""GiB that the whole run may take."""

PAIRS = 11
PIECE = 50_000
POLL = 0.1
LEVELS = (2, 3, 5, 12, 50, 300, 5000)
ASKED = (
    "--model", "hist_gradient_boosting", "--model", "mlp", "--folds", "1", "--trials", "1",
    "--set", "search.epochs=2", "--force", "--no-progress", "-v",
)  # fmt: skip


def piece(rng: np.random.Generator, rows: int, columns: int) -> pa.Table:
    """Return rows of numbers (every fourth column with gaps), whole numbers, categories, two dates and a target."""
    content: dict[str, Any] = {}
    for i in range(columns - len(LEVELS) - 6):
        values = rng.standard_normal(rows).round(6)
        content[f"v{i}"] = pa.array(values, mask=rng.random(rows) < 0.1 if i % 4 == 0 else None)
    content |= {f"count{i}": rng.integers(0, 10 ** (i + 1), rows) for i in range(3)}
    for levels in LEVELS:
        words = np.array([f"level {i}" for i in range(levels)])
        content[f"kind{levels}"] = pa.array(words[rng.integers(0, levels, rows)], mask=rng.random(rows) < 0.02)
    for i in range(2):
        content[f"seen{i}"] = (np.datetime64("2015-01-01T00", "s") + rng.integers(0, 3 * 10**8, rows)).astype(str)
    answer = content["v1"].to_numpy() + 0.01 * content["count1"] + rng.standard_normal(rows) > 0.5
    return pa.table({**content, "y": np.array(["no", "yes"])[answer.astype(int)]})


def write(path: Path, rows: int, columns: int) -> None:
    """Write the table piece by piece."""
    rng = np.random.default_rng(0)
    first = piece(rng, min(PIECE, rows), columns)
    with csv.CSVWriter(path, first.schema) as writer:
        writer.write_table(first)
        for start in range(PIECE, rows, PIECE):
            writer.write_table(piece(rng, min(PIECE, rows - start), columns))


def seconds(what: Callable[[], Any]) -> float:
    """Return the seconds of one run."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def read(path: Path) -> bool:
    """Print the times of both, their ratio and the peak of memory; return whether the mark is reached."""
    reader, params = catalog.dataset("csv"), {"csv": str(path), "target": "y"}
    reader.load(params)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    ours, theirs = [], []
    for pair in range(PAIRS):
        turns = [(ours, lambda: reader.load(params)), (theirs, lambda: pd.read_csv(path, engine="pyarrow"))]
        for times, what in turns if pair % 2 else turns[::-1]:
            times.append(seconds(what))
        print(f"pair {pair + 1}: dlbench {ours[-1]:.2f} s, pandas {theirs[-1]:.2f} s", flush=True)
    found = ratio_of_medians(np.column_stack([ours, theirs]), np.random.default_rng(0))
    told = f"dlbench {np.median(ours):.2f} s, pandas {np.median(theirs):.2f} s, peak {peak:.2f} GiB"
    ratios = f"ratio of medians {found.ratio:.2f} ({found.low:.2f} … {found.high:.2f})"
    print(f"{told}, {ratios}, median of ratios {np.median(np.divide(ours, theirs)):.2f} (mark: at most {SLOWEST})")
    return found.ratio <= SLOWEST and peak <= MOST_MEMORY


def run(path: Path) -> bool:
    """Run the whole command, print the memory behind each of its lines, and return whether the mark is reached."""
    with tempfile.TemporaryDirectory() as results, tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "-m", "dlbench", "run", str(path), "--target", "y", "-o", results, *ASKED]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        peaks: dict[str, int] = {}
        while process.poll() is None:
            log.seek(0)
            said = (log.read().strip().splitlines() or ["before the first line"])[-1]
            peaks[said] = max(peaks.get(said, 0), resident(process.pid))
            time.sleep(POLL)
        for said, peak in peaks.items():
            print(f"{peak / 2**30:5.2f} GiB after: {said[:100]}")
        peak = max(peaks.values()) / 2**30
        took = f"exit {process.returncode}, {time.perf_counter() - start:.0f} s"
        print(f"{took}, peak {peak:.2f} GiB (mark: at most {MOST_MEMORY:g})")
    return process.returncode == 0 and peak <= MOST_MEMORY


def resident(root: int) -> int:
    """Return the resident bytes of a process and all below it."""
    total = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(root)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total


@contextlib.contextmanager
def table(rows: int, columns: int, folder: str | None) -> Iterator[Path]:
    """Give the path of the table, written unless it is there."""
    with tempfile.TemporaryDirectory() if folder is None else contextlib.nullcontext(folder) as place:
        path = Path(place) / f"wide-{rows}-{columns}.csv"
        if not path.exists():
            write(path, rows, columns)
        print(f"{path.stat().st_size / 2**20:.0f} MiB, {rows} × {columns}")
        yield path


def main(what: str = "read", rows: str = "1000000", columns: str = "50", folder: str | None = None) -> int:
    """Write the table, do what is asked with it, and return the exit code."""
    with table(int(rows), int(columns), folder) as path:
        return 0 if {"read": read, "run": run}[what](path) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
