"""Series that can be learned, as the tests need them."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.prepare.data import Data
from dlbench.prepare.series import Series


def seasonal(steps: int = 120, *, season: int = 6, channels: int = 1, seed: int = 0, **how: int) -> Series:
    """Return a season whose level follows a slow wave: the last season is a poor guess, lags tell all."""
    time = np.arange(steps)
    level = 3 * np.sin(2 * np.pi * time / (4.7 * season))
    wave = np.sin(2 * np.pi * time / season)
    noise = np.random.default_rng(seed).normal(0, 0.02, (steps, channels))
    values = (50 + level + wave)[:, np.newaxis] + noise
    return Series(values, **{"horizon": 3, "context": 12, "season": season, **how})


def data_of(series: Series) -> Data:
    """Return a series as a dataset's `load` does, its ids ascending."""
    return Data(cast(Any, series), series.target, ids=np.array([f"t{step:05}" for step in range(len(series))]))


def job(model: str = "lag_ridge", *, folds: int = 2, fold: int = 0, limit: int | None = None, rows: int | None = None):
    """Return a job of a forecasting task, without a search."""
    task = TaskSpec("made", "forecasting", "series", {}, ("mase", "mae", "rmse"), "mase", limit)
    return JobSpec(
        "", "", task, Contestant.named(model), SearchSpec("none", rows=rows), SplitSpec(folds, 0, fold, 0, 0.2)
    )
