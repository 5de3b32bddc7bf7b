"""Rolling origins, and the windows of the past that are seen from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.core.errors import DataError, UsageError
from dlbench.prepare.series import Series

ALWAYS_TRAIN = 4
"""Blocks at the start that no fold tests: with one fold the last fifth of the time is tested."""


@dataclass(frozen=True)
class Windows:
    """What is known at n origins; nothing from an origin onwards is in here.

    Attributes:
        contexts: (n, context, channels) float64, the last step before the origin at the end.
        channel: position of the forecast one.
    """

    contexts: np.ndarray
    channel: int = 0

    modality = "series"

    def __len__(self) -> int:
        return len(self.contexts)

    @property
    def shape(self) -> tuple[int, ...]:
        """(context, channels)."""
        return self.contexts.shape[1:]

    def take(self, index: np.ndarray) -> Windows:
        """Return the windows at `index`."""
        return Windows(self.contexts[index], self.channel)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return the content, for a fingerprint."""
        return (self.contexts,)


@dataclass(frozen=True)
class Origins:
    """Origins of one fold, ascending; origin t forecasts the steps t, …, t + horizon − 1 from those before t.

    Attributes:
        whole: all whose forecast ends before the test block: what the refit learns from.
        train, valid: of these, the ones whose forecast ends before the validation block, and those inside it.
        test: those whose forecast lies inside the test block.
        valid_start, test_start: first steps of the blocks; the history of a judge ends there.
    """

    whole: np.ndarray
    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    valid_start: int
    test_start: int


def rolling_origins(series: Series, *, folds: int, fold: int, share: float, limit: int | None = None) -> Origins:
    """Return the origins of one fold: time is cut into folds + 4 blocks, fold 0 tests the first of the last `folds`.

    Training is everything before the test block; its last `share` validates. No draw is made: repeats see the
    same split.

    Args:
        series: the whole of it; only its length and settings are read.
        folds, fold: how many blocks are tested in turn, and which one is.
        share: of the training steps that validate.
        limit: training origins at most, the latest ones; None for all.

    Raises:
        UsageError: numbers that cannot be meant.
        DataError: a series too short for its horizon and context.
    """
    if folds < 1 or not 0 <= fold < folds or not 0 < share < 1 or (limit is not None and limit < 2):
        raise UsageError(
            f"fold {fold} of {folds}, share {share}, limit {limit}: expected counts from 1, a share in (0, 1)"
        )
    block = len(series) // (folds + ALWAYS_TRAIN)
    start = len(series) - (folds - fold) * block
    whole = _origins(series, series.context, start)[-(limit or len(series)) :]
    first = int(whole[0]) if len(whole) else start
    # A forecast of full length must fit into the validation block, and one origin must be left to train.
    split = min(start - max(round(share * (start - first)), series.horizon), start - 1)
    train, valid = _origins(series, first, split), whole[whole >= split]
    test = _origins(series, start, start + block)[:: series.step]
    if not (len(train) and len(valid) and len(test)):
        raise DataError(
            f"{len(series)} steps are too few for {folds} folds, horizon {series.horizon}, context {series.context}: "
            "lower `protocol.folds`, `horizon` or `context`"
        )
    return Origins(whole, train, valid, test, split, start)


def windows(series: Series, origins: np.ndarray) -> Windows:
    """Return copies of the `context` steps before each origin."""
    steps = origins[:, np.newaxis] + np.arange(-series.context, 0)
    return Windows(series.values[steps], series.channel)


def futures(series: Series, origins: np.ndarray) -> np.ndarray:
    """Return (n, horizon) values of the forecast channel from each origin on."""
    return np.asarray(series.target[origins[:, np.newaxis] + np.arange(series.horizon)])


def _origins(series: Series, first: int, end: int) -> np.ndarray:
    """Return the origins from `first` on whose forecast ends before step `end`."""
    return np.arange(first, max(first, end - series.horizon + 1))
