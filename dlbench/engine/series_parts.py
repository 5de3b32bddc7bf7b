"""Cuts a series: what lies before the test block, and the block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.schema import Column
from dlbench.engine.cross import cut_rolling
from dlbench.engine.parts import Parts
from dlbench.forms.truth import Truth
from dlbench.prepare import splits
from dlbench.prepare.part import Part
from dlbench.prepare.series import Series, naive_error
from dlbench.prepare.series_schema import SeriesSchema
from dlbench.prepare.windows import futures, rolling_origins, windows

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.prepare.data import Data


def cut_series(data: Data, series: Series, spec: JobSpec, form: str) -> tuple[Parts, Truth]:
    """Return what `cut` does, of time: limits keep the latest origins, none is drawn.

    Args:
        data: the dataset whose inputs are `series`.
        series: its inputs.
        spec, form: as `cut` takes them.
    """
    ids, split = data.item_ids, spec.split
    found = rolling_origins(series, folds=split.folds, fold=split.fold, share=split.validation, limit=spec.task.limit)
    train = np.searchsorted(found.whole, found.train)
    folds = None
    if spec.search.folds > 1 and spec.search.oracle != "none":
        folds = cut_rolling(
            found.whole, series.horizon, spec.search.folds,
            rows=spec.search.rows, truth=lambda origins, history: _truth(series, ids, origins, history),
        )  # fmt: skip
    parts = Parts(
        whole=Part(windows(series, found.whole), futures(series, found.whole)),
        train_rows=train,
        valid_rows=np.searchsorted(found.whole, found.valid),
        search_rows=train[-(spec.search.rows or len(train)) :],
        test_inputs=windows(series, found.test),
        test_ids=ids[found.test],
        schema=_schema(series, form, len(found.whole)),
        fingerprints={"data": data.fingerprint(), "split": splits.fingerprint(ids[found.whole], ids[found.test])},
        valid_truth=folds.truth() if folds else _truth(series, ids, found.valid, found.valid_start),
        folds=folds,
    )
    return parts, _truth(series, ids, found.test, found.test_start)


def _truth(series: Series, ids: np.ndarray, origins: np.ndarray, history: int) -> Truth:
    """Return the futures of origins one below the other, in the scale of the steps before `history`."""
    target = futures(series, origins).reshape(-1)
    names = [f"{ids[origin]}+{step}" for origin in origins for step in range(1, series.horizon + 1)]
    scale = np.full(len(target), naive_error(series.target[:history], series.season))
    return Truth(np.array(names, dtype=np.str_), target, scale=scale)


def _schema(series: Series, form: str, rows: int) -> SeriesSchema:
    channels = tuple(Column(name) for name in series.names)
    return SeriesSchema(
        series.modality, form, series.shape, channels, (), rows, series.horizon, series.season, series.channel,
    )  # fmt: skip
