"""Splits: who trains, who tunes, who is tested. Positions in, positions out, by a seed and nothing else.

All draws here share one idea: items are shuffled, then put side by side by class, and the line is cut at even
distances. Every class is then shared out within one item of its proportion, however few members it has.
"""

from __future__ import annotations

import numpy as np

from dlbench.core.canonical import digest
from dlbench.core.errors import DataError, UsageError
from dlbench.core.seeds import derive

HOLDOUT_SHARE = 0.2
"""Test share of a task with one fold and no official test part."""


def outer(
    n: int, target: np.ndarray | None, test: np.ndarray | None, *, folds: int, repeat: int, fold: int, split_seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted positions that train and those that test.

    An official test part is the split, whatever the rest says. Otherwise several folds are a k-fold that is
    shuffled anew for every repeat, and one fold is a holdout of a fifth.

    Args:
        n: items.
        target: (n,) class codes to stratify by; None to split plainly.
        test: (n,) booleans of the official test part, or None.
        folds: 1 or more; repeat: from 0; fold: from 0, below `folds`.
        split_seed: seed of the stream of splits.

    Raises:
        UsageError: numbers that cannot be meant.
        DataError: too few items.
    """
    if test is not None:
        return _parts(_official(n, test))
    if folds < 1 or not 0 <= fold < folds:
        raise UsageError(f"fold {fold} of {folds}: expected at least one fold, counted from 0")
    if n < max(2, folds):
        raise DataError(f"{n} items cannot be split into {folds} folds: lower `protocol.folds` or bring more rows")
    rng = np.random.default_rng(derive("split", split_seed, repeat, folds))
    if folds == 1:
        return _parts(_drawn(n, target, _count(n, HOLDOUT_SHARE), rng))
    chosen = np.empty(n, dtype=np.int64)
    chosen[_line(n, target, rng)] = np.arange(n) % folds
    return _parts(chosen == fold)


def validation(n: int, target: np.ndarray | None, *, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted positions that train and those that validate, at least one of each.

    Args:
        n: training items.
        target: (n,) class codes to stratify by, or None.
        share: of the items that validate, between 0 and 1.
        seed: of this draw.

    Raises:
        UsageError: a share outside (0, 1).
        DataError: fewer than two items.
    """
    if not 0 < share < 1:
        raise UsageError(f"validation share {share}: expected a number between 0 and 1")
    if n < 2:
        raise DataError(f"{n} training items cannot be parted into training and validation: bring more rows")
    rng = np.random.default_rng(derive("validation", seed))
    return _parts(_drawn(n, target, _count(n, share), rng))


def limit(index: np.ndarray, target: np.ndarray | None, rows: int, *, seed: int) -> np.ndarray:
    """Return a sorted subset of at most `rows` of `index`; a larger `rows` with the same seed contains it.

    Args:
        index: (m,) positions of the training items.
        target: (m,) class codes of those same items to stratify by, or None.
        rows: 1 or more.
        seed: of this draw.

    Raises:
        UsageError: fewer than one row, or a target that does not belong to `index`.
    """
    if rows < 1:
        raise UsageError(f"limit {rows}: expected at least 1 row")
    if target is not None and len(target) != len(index):
        raise UsageError(f"limit: {len(index)} positions, but {len(target)} targets")
    rng = np.random.default_rng(derive("limit", seed))
    return np.sort(index[_precedence(len(index), target, rng)[:rows]])


def fingerprint(train_ids: np.ndarray, test_ids: np.ndarray) -> str:
    """Return 16 hexadecimal digits that name a split: which items train and which test, in whatever order."""
    parts = [sorted(map(str, ids.tolist())) for ids in (train_ids, test_ids)]
    return digest(parts, 16)


def _official(n: int, test: np.ndarray) -> np.ndarray:
    if test.shape != (n,) or test.dtype != np.bool_:
        raise DataError(f"test part: expected {n} booleans, got {test.dtype} of shape {test.shape}")
    if test.all() or not test.any():
        raise DataError(f"test part: {int(test.sum())} of {n} items test, so one side is empty")
    return test


def _parts(test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.flatnonzero(~test), np.flatnonzero(test)


def _count(n: int, share: float) -> int:
    return min(max(1, round(n * share)), n - 1)


def _line(n: int, target: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Return shuffled positions, those of a class side by side."""
    order = rng.permutation(n)
    return order if target is None else order[np.argsort(target[order], kind="stable")]


def _drawn(n: int, target: np.ndarray | None, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) booleans, `count` of them true, at even distances along the line (systematic sampling)."""
    line, offset = _line(n, target, rng), int(rng.integers(n))
    steps = (np.arange(n + 1) * count + offset) // n
    drawn = np.zeros(n, dtype=np.bool_)
    drawn[line[np.diff(steps) > 0]] = True
    return drawn


def _precedence(n: int, target: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Return all positions in an order of which every prefix holds the classes in about their proportions.

    Member r of a class of m stands at (r + u) / m of the way, u drawn once a class: a rare class then comes early
    or late by chance, not always last.
    """
    order = rng.permutation(n)
    if target is None:
        return order
    _, codes, counts = np.unique(target[order], return_inverse=True, return_counts=True)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(codes, kind="stable")] = np.arange(n) - np.repeat(np.cumsum(counts) - counts, counts)
    place = (rank + rng.random(len(counts))[codes]) / counts[codes]
    return order[np.argsort(place, kind="stable")]
