"""Columns that give the answer away: one alone tells the target, or names groups that the given split parts."""

from __future__ import annotations

import numpy as np

LOOKED_AT = 20_000
"""Rows that are looked at, at even distances."""

FEW_ROWS = 30
"""Rows below which one column may tell the target by chance."""

GIVES_AWAY = "gives the answer away: it alone tells the target; drop it unless it is known before the answer"
MISTAKES = 0.001
CUTS = 8
"""Pieces into which a column of numbers may be cut: the leaves of a tree of depth three."""

GROUPED = 10
"""Rows a level must have on average before levels can tell anything."""


def gives_away(column: np.ndarray, target: np.ndarray, kind: str) -> str:
    """Return a warning where one column tells the target, else nothing.

    Args:
        column: (n,) floats with NaN, or strings as objects.
        target: (n,) class codes or values, as `kind` says (classes, values).

    >>> gives_away(np.array(["no", "yes"] * 20, dtype=object), np.array([0, 1] * 20), "classes")
    'gives the answer away: it alone tells the target; drop it unless it is known before the answer'
    >>> gives_away(np.arange(40.0) % 7, np.array([0, 1] * 20), "classes")
    ''
    """
    step = max(1, len(column) // LOOKED_AT)
    column, target = column[::step], target[::step]
    if len(column) < FEW_ROWS:
        return ""
    if kind == "values":
        found = column.dtype.kind == "f" and _same_order(column, target)
    elif column.dtype.kind == "f":
        found = _cut_apart(column, target)
    else:
        found = _levels_tell(np.unique(column.astype(str), return_inverse=True)[1], target)
    return GIVES_AWAY if found else ""


def parted(groups: np.ndarray, tested: np.ndarray) -> str:
    """Return a warning where a given split parts groups whose rows belong together, else nothing.

    Args:
        groups: (n,) codes or names.
        tested: (n,) booleans, True for rows of the test file.

    >>> parted(np.array([0, 0, 1, 2]), np.array([False, True, False, True]))
    '1 of 3 groups stands in the training file and in the test file: what is learned of it there is tested here'
    >>> parted(np.array([0, 0, 1]), np.array([False, False, True]))
    ''
    """
    both = len(np.intersect1d(groups[~tested], groups[tested]))
    if not both:
        return ""
    stand, it = ("stands", "it") if both == 1 else ("stand", "them")
    told = f"{both} of {len(np.unique(groups))} groups {stand} in the training file and in the test file"
    return f"{told}: what is learned of {it} there is tested here"


def _levels_tell(codes: np.ndarray, target: np.ndarray) -> bool:
    """Whether the most frequent class of each level is right but for `MISTAKES`, far beyond chance."""
    levels = int(codes.max()) + 1
    if levels * GROUPED > len(codes) and levels > len(np.unique(target)):
        return False
    table = np.zeros((levels, int(target.max()) + 1), dtype=np.int64)
    np.add.at(table, (codes, target), 1)
    return _right(int(table.max(axis=1).sum()), target)


def _right(right: int, target: np.ndarray) -> bool:
    wrong, floor = len(target) - right, len(target) - int(np.bincount(target).max())
    return wrong <= MISTAKES * len(target) and wrong * 20 <= floor


def _cut_apart(column: np.ndarray, target: np.ndarray) -> bool:
    """Whether few cuts of the sorted numbers, the missing ones as a piece of their own, leave almost pure pieces."""
    values, codes = np.unique(column, return_inverse=True)
    table = np.zeros((len(values), int(target.max()) + 1), dtype=np.int64)
    np.add.at(table, (codes, target), 1)
    best = table.argmax(axis=1)
    pieces = int((best[1:] != best[:-1]).sum()) + 1
    return pieces <= CUTS and _right(int(table.max(axis=1).sum()), target)


def _same_order(column: np.ndarray, target: np.ndarray) -> bool:
    """Whether the ranks of column and target are the same, or each other's reverse, but for `MISTAKES`."""
    held = np.isfinite(column)
    if held.sum() < max(FEW_ROWS, 0.9 * len(column)) or len(np.unique(column[held])) < CUTS:
        return False
    ranks = [np.unique(values[held], return_inverse=True)[1].astype(np.float64) for values in (column, target)]
    if len(np.unique(ranks[1])) < 2:
        return False
    return abs(float(np.corrcoef(ranks[0], ranks[1])[0, 1])) > 1 - MISTAKES / 10
