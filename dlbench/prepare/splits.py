"""Splits: who trains, who tunes, who is tested. Positions in, positions out, by a seed and nothing else.

All draws here share one idea: items are shuffled, then put side by side by class, and the line is cut at even
distances. Every class is then shared out within one item of its proportion, however few members it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.core.canonical import digest
from dlbench.core.errors import DataError, UsageError
from dlbench.core.seeds import derive

HOLDOUT_SHARE = 0.2
"""Test share of a task with one fold and no official test part."""


@dataclass(frozen=True)
class Bonds:
    """What a split must honour; nothing by default.

    Attributes:
        folds: (n,) numbers of the fold in which an item is tested, from 0: taken as they are.
        groups: (n,) codes; items of one group never part.
        times: (n,) numbers; tests are later than all that trains, validation lies between. Equal times never part.
    """

    folds: np.ndarray | None = None
    groups: np.ndarray | None = None
    times: np.ndarray | None = None

    def take(self, index: np.ndarray) -> Bonds:
        """Return the bonds of the items at `index`."""
        held = (self.folds, self.groups, self.times)
        return Bonds(*(None if array is None else array[index] for array in held))


FREE = Bonds()


def outer(
    n: int,
    target: np.ndarray | None,
    test: np.ndarray | None,
    *,
    folds: int,
    repeat: int,
    fold: int,
    split_seed: int,
    bonds: Bonds = FREE,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted positions that train and those that test.

    An official test part is the split, whatever the rest says. Otherwise several folds are a k-fold that is
    shuffled anew for every repeat, and one fold is a holdout of a fifth. Given folds are taken as they are; groups
    are shared out whole, large ones first, each to the fold that it leaves most even; times make folds of a growing
    past (Bergmeir and Benítez, On the use of cross-validation for time series predictor evaluation, 2012), so the
    earliest items are never tested.

    Args:
        n: items.
        target: (n,) class codes to stratify by; None to split plainly.
        test: (n,) booleans of the official test part, or None.
        folds: 1 or more; repeat: from 0; fold: from 0, below `folds`.
        split_seed: seed of the stream of splits.
        bonds: given folds, groups or times.

    Raises:
        UsageError: numbers that cannot be meant.
        DataError: too few items, groups or times; another number of given folds than asked for.
    """
    if test is not None:
        return _parts(_official(n, test))
    if folds < 1 or not 0 <= fold < folds:
        raise UsageError(f"fold {fold} of {folds}: expected at least one fold, counted from 0")
    if n < max(2, folds):
        raise DataError(f"{n} items cannot be split into {folds} folds: lower `protocol.folds` or bring more rows")
    if bonds.folds is not None:
        return _parts(_given(bonds.folds, folds, fold))
    rng = np.random.default_rng(derive("split", split_seed, repeat, folds))
    if bonds.times is not None:
        return _later(bonds.times, folds, fold)
    if bonds.groups is not None:
        shared = _shared_out(bonds.groups, target, folds if folds > 1 else round(1 / HOLDOUT_SHARE), rng)
        return _parts(shared == fold)
    if folds == 1:
        return _parts(_drawn(n, target, _count(n, HOLDOUT_SHARE), rng))
    chosen = np.empty(n, dtype=np.int64)
    chosen[_line(n, target, rng)] = np.arange(n) % folds
    return _parts(chosen == fold)


def validation(
    n: int, target: np.ndarray | None, *, share: float, seed: int, bonds: Bonds = FREE
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted positions that train and those that validate, at least one of each.

    With times the latest validate; groups go whole to one side, and given folds are of no account here.

    Args:
        n: training items.
        target: (n,) class codes to stratify by, or None.
        share: of the items that validate, between 0 and 1.
        seed: of this draw.
        bonds: groups or times of those same items.

    Raises:
        UsageError: a share outside (0, 1).
        DataError: fewer than two items, groups or times.
    """
    if not 0 < share < 1:
        raise UsageError(f"validation share {share}: expected a number between 0 and 1")
    if n < 2:
        raise DataError(f"{n} training items cannot be parted into training and validation: bring more rows")
    if bonds.times is not None:
        return _parts(_latest(bonds.times, np.argsort(bonds.times, kind="stable"), n - _count(n, share)))
    rng = np.random.default_rng(derive("validation", seed))
    if bonds.groups is not None:
        return _parts(_whole_groups(bonds.groups, target, share, rng))
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


def _given(given: np.ndarray, folds: int, fold: int) -> np.ndarray:
    names = np.unique(given)
    if len(names) != folds:
        raise DataError(
            f"the data gives {len(names)} folds, the suite asks for {folds}: set protocol.folds: {len(names)}"
        )
    return np.asarray(given == names[fold])


def _shared_out(groups: np.ndarray, target: np.ndarray | None, folds: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) folds, those of a group equal: large groups first, each to the fold that it leaves most even.

    Evenness is the sum over classes of squared counts, each class counting the same.
    """
    _, group = np.unique(groups, return_inverse=True)
    count = int(group.max()) + 1
    if count < folds:
        raise DataError(
            f"{count} groups cannot be split into {folds} folds: lower `protocol.folds` or bring more groups"
        )
    _, code = np.unique(target, return_inverse=True) if target is not None else (None, np.zeros(len(group), np.int64))
    table = np.zeros((count, int(code.max()) + 1))
    np.add.at(table, (group, code), 1)
    table /= table.sum(axis=0)
    order = rng.permutation(count)
    order = order[np.argsort(-np.bincount(group)[order], kind="stable")]
    held, of_group, members = np.zeros((folds, table.shape[1])), np.empty(count, dtype=np.int64), np.zeros(folds)
    for left, one in zip(range(count, 0, -1), order, strict=True):
        cost = 2 * held @ table[one] + (table[one] ** 2).sum()
        empty = members == 0
        chosen = np.flatnonzero(empty)[0] if left <= empty.sum() else np.lexsort((members, cost.round(12)))[0]
        held[chosen] += table[one]
        members[chosen] += 1
        of_group[one] = chosen
    return of_group[group]


def _whole_groups(groups: np.ndarray, target: np.ndarray | None, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) booleans, true for whole groups of about a share of the items."""
    names = np.unique(groups)
    if len(names) < 2:
        raise DataError("the training part holds one group, which cannot be parted: bring more groups")
    shared = _shared_out(groups, target, min(len(names), max(2, round(1 / min(share, 1 - share)))), rng)
    return np.asarray(shared == 0) if share <= 0.5 else np.asarray(shared != 0)


def _later(times: np.ndarray, folds: int, fold: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the past and the block behind it; one fold tests the latest fifth."""
    n, order = len(times), np.argsort(times, kind="stable")
    if folds == 1:
        return _parts(_latest(times, order, n - _count(n, HOLDOUT_SHARE)))
    blocks = [_boundary(times[order], n * (i + 1) // (folds + 1)) for i in range(folds)] + [n]
    start, end = blocks[fold], blocks[fold + 1]
    if start == 0 or start >= end:
        raise DataError(f"too few distinct times for {folds} folds: lower `protocol.folds` or take a finer time")
    return np.sort(order[:start]), np.sort(order[start:end])


def _latest(times: np.ndarray, order: np.ndarray, start: int) -> np.ndarray:
    """Return (n,) booleans, true for those that stand from `start` on in the order of time."""
    cut = _boundary(times[order], start)
    if not 0 < cut < len(times):
        raise DataError("all times are equal, so no part is the latest: take a finer time")
    late = np.zeros(len(times), dtype=np.bool_)
    late[order[cut:]] = True
    return late


def _boundary(times: np.ndarray, place: int) -> int:
    """Return the place nearest before `place` where the sorted times change, else the first behind it."""
    before = int(np.searchsorted(times, times[place], side="left"))
    return before or int(np.searchsorted(times, times[place], side="right"))
