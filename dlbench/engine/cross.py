"""The inner folds that a trial is scored on: `search.folds`.

With 1 a trial trains on the training part and is judged on the validation part. With more, train and validation
together are cut again, as the outer folds are: stratified, groups whole, and where time counts into a growing past.
Every item is then predicted by a fit that has not seen it (Stone, Cross-validatory choice and assessment of
statistical predictions, 1974); the earliest items of a growing past are predicted by none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.errors import DataError
from dlbench.forms.joining import joined
from dlbench.forms.truth import Truth
from dlbench.prepare import splits
from dlbench.prepare.part import Part

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.engine.parts import Parts
    from dlbench.prepare.splits import Bonds

Cut = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Inner:
    """One inner fold: what a trial trains on, what it predicts, and what that is judged by."""

    train: Part
    valid: Part
    truth: Truth


@dataclass(frozen=True)
class Folds:
    """Two or more inner folds.

    Attributes:
        cuts: places in `Parts.whole` that train (no more than `search.rows`) and that validate, of each fold.
        truths: of the items that validate, of each fold.
    """

    cuts: tuple[Cut, ...]
    truths: tuple[Truth, ...]

    @property
    def order(self) -> np.ndarray:
        """How to take what the folds predict, one after another, so that it stands in the items' order."""
        return np.argsort(np.concatenate([valid for _, valid in self.cuts]), kind="stable")

    def joined(self, predictions: Sequence[Form]) -> Form:
        """Return the out-of-fold predictions of all folds in the items' order."""
        return joined(predictions).take(self.order)

    def truth(self) -> Truth:
        """Return the truth of `joined` predictions. Folds of a series, whose items have many truths, are in order."""
        truth = Truth.joined(self.truths)
        return truth.take(self.order) if len(truth) == len(self.order) else truth


def inner(parts: Parts) -> tuple[Inner, ...]:
    """Return what a trial is scored on. The folds are copies: so many of them hold so many times the data."""
    if parts.folds is None:
        return (Inner(parts.search, parts.valid, parts.valid_truth),)
    found = zip(parts.folds.cuts, parts.folds.truths, strict=True)
    return tuple(Inner(parts.whole.take(train), parts.whole.take(valid), truth) for (train, valid), truth in found)


def cut_folds(
    bonds: Bonds, strata: np.ndarray | None, n: int, folds: int, *, rows: int | None, seed: int,
    truth: Callable[[np.ndarray], Truth],
) -> Folds:  # fmt: skip
    """Cut train and validation together into inner folds.

    Args:
        bonds: groups or times of those items; given folds are those of the outer split, and of no account here.
        strata: (n,) class codes to stratify by, or None.
        n: items.
        folds: 2 or more.
        rows: most that train in a fold; None for all.
        seed: of this draw.
        truth: gives the truth of the items at some places.

    Raises:
        DataError: too few items, groups or times.
    """
    held = replace(bonds, folds=None)
    try:
        found = [
            splits.outer(n, strata, None, folds=folds, repeat=0, fold=fold, split_seed=seed, bonds=held)
            for fold in range(folds)
        ]
    except DataError as error:
        raise _too_few(folds) from error

    def limited(train: np.ndarray) -> np.ndarray:
        return splits.limit(train, None if strata is None else strata[train], rows or len(train), seed=seed)

    return Folds(tuple((limited(train), valid) for train, valid in found), tuple(truth(valid) for _, valid in found))


def cut_rolling(
    origins: np.ndarray, horizon: int, folds: int, *, rows: int | None, truth: Callable[[np.ndarray, int], Truth]
) -> Folds:
    """Cut origins into inner folds of a growing past; no training forecast reaches into what is validated.

    Args:
        origins: (n,) ascending steps; origin t forecasts t, …, t + horizon − 1.
        horizon: steps ahead.
        folds: 2 or more.
        rows: most that train in a fold, the latest ones; None for all.
        truth: gives the truth of some origins, in the scale of what lies before a step.

    Raises:
        DataError: too few origins.
    """
    n = len(origins)
    first = max(n // (folds + 1), int(np.searchsorted(origins, origins[0] + horizon)))
    if n - first < folds:
        raise _too_few(folds)
    found, truths = [], []
    for begin, end in pairwise(first + (n - first) * place // folds for place in range(folds + 1)):
        start, valid = origins[begin], np.arange(begin, end)
        train = np.flatnonzero(origins + horizon <= start)
        found.append((train[-(rows or len(train)) :], valid))
        truths.append(truth(origins[valid], int(start)))
    return Folds(tuple(found), tuple(truths))


def _too_few(folds: int) -> DataError:
    return DataError(f"too few items to score trials on {folds} inner folds: lower `search.folds` or bring more rows")
