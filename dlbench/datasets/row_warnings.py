"""What is wrong with rows taken together: some stand there twice, or their order is that of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlbench.prepare.duplicates import hashes, repeated

FEW_ROWS = 20
"""Rows below which neither says anything."""

OFTEN = 0.01
"""Share of rows that stand there twice from which that is pointed out where no test file is given."""


def copied(columns: Sequence[np.ndarray], tested: np.ndarray | None) -> str:
    """Return a warning where rows of a test file stand in the training file, or rows stand there more than once.

    Args:
        columns: (n,) each, the target among them: what rows that are equal agree in.
        tested: (n,) booleans, True for rows of the test file; None without one.

    >>> column = np.arange(40.0)
    >>> copied([np.append(column, [3.0, 50.0])], np.arange(42) >= 40)
    '1 of 2 test rows stands in the training file: what is learned of it there is tested here'
    >>> copied([column], None), copied([column % 30], None)[:43]
    ('', '20 of 40 rows stand there more than once (5')
    """
    blocks = [column[:, np.newaxis] for column in columns]
    if tested is not None:
        found = repeated([block[~tested] for block in blocks], [block[tested] for block in blocks])
        stand, it = ("stands", "it") if found == 1 else ("stand", "them")
        told = f"{found} of {int(tested.sum())} test rows {stand} in the training file"
        return f"{told}: what is learned of {it} there is tested here" if found else ""
    rows = len(blocks[0])
    counts = np.unique(hashes(blocks), return_counts=True)[1]
    found = int(counts[counts > 1].sum())
    if rows < FEW_ROWS or found < OFTEN * rows:
        return ""
    told = f"{found} of {rows} rows stand there more than once ({found / rows:.1%})"
    return f"{told}: folds learn one and test its copy; where copies are one thing, keep them together: `group_column`"


def in_order(name: str, times: np.ndarray) -> str:
    """Return a warning where rows stand in the order of their dates, each date once: a series, not a set.

    Args:
        name: of the column.
        times: (n,) datetime64[s], NaT where there is none.

    >>> in_order("day", np.arange("2020-01-01", "2020-02-01", dtype="datetime64[D]"))[:40]
    'rows stand in its order, one a date, yet'
    >>> in_order("day", np.array(["2020-01-01", "2020-01-01"] * 20, dtype="datetime64[s]"))
    ''
    """
    if len(times) < FEW_ROWS or np.isnat(times).any():
        return ""
    steps = np.diff(times).astype(np.int64)
    if not ((steps > 0).all() or (steps < 0).all()):
        return ""
    return (
        "rows stand in its order, one a date, yet splits are drawn at random, so that the future is learned from: "
        f"to test on later rows, write `time_column: {name}` (--set tasks.0.dataset.time_column={name}); "
        f"to forecast, `dataset: {{series: FILE, target: …, time: {name}}}`"
    )
