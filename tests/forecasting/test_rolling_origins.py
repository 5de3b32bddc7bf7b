"""Rolling origins: nothing of the future is seen, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import data_of, job, seasonal

from dlbench.core.errors import DataError, UsageError
from dlbench.engine.parts import cut
from dlbench.prepare.series import Series, naive_error
from dlbench.prepare.windows import futures, rolling_origins, windows

SERIES = st.builds(
    lambda steps, horizon, context, season, step: Series(
        np.arange(float(steps))[:, np.newaxis], 0, horizon, max(context, season), season, step
    ),
    st.integers(60, 200),
    st.integers(1, 6),
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(1, 4),
)


@settings(max_examples=150, deadline=None)
@given(SERIES, st.integers(1, 4), st.floats(0.05, 0.5), st.data())
def test_every_forecast_ends_before_the_next_block_begins(series: Series, folds: int, share: float, data) -> None:
    fold = data.draw(st.integers(0, folds - 1))
    found = rolling_origins(series, folds=folds, fold=fold, share=share)
    ahead = series.horizon
    assert found.train.max() + ahead <= found.valid_start <= found.valid.min()
    assert found.valid.max() + ahead <= found.test_start <= found.test.min()
    assert found.test.max() + ahead <= len(series)
    assert found.whole.max() + ahead <= found.test_start
    assert set(found.train) | set(found.valid) <= set(found.whole)
    assert found.train.min() >= series.context
    assert set(np.diff(found.test)) <= {series.step}


def test_folds_test_one_block_after_the_other_up_to_the_end() -> None:
    series = seasonal(120, horizon=3)
    tested = [rolling_origins(series, folds=2, fold=fold, share=0.2).test for fold in (0, 1)]
    assert [(block.min(), block.max()) for block in tested] == [(80, 97), (100, 117)]


def test_a_limit_keeps_the_latest_origins() -> None:
    series = seasonal(120)
    whole = rolling_origins(series, folds=1, fold=0, share=0.2)
    limited = rolling_origins(series, folds=1, fold=0, share=0.2, limit=20)
    assert limited.whole.tolist() == whole.whole[-20:].tolist()
    assert limited.test.tolist() == whole.test.tolist()
    assert len(limited.train)


def test_windows_hold_the_past_and_futures_what_follows() -> None:
    series = Series(np.arange(10.0)[:, np.newaxis], 0, 2, 3)
    assert windows(series, np.array([3, 8])).contexts[..., 0].tolist() == [[0, 1, 2], [5, 6, 7]]
    assert futures(series, np.array([3, 8])).tolist() == [[3, 4], [8, 9]]


def test_a_series_that_is_too_short_is_refused_with_the_cure() -> None:
    with pytest.raises(DataError, match=r"40 steps are too few for 3 folds.*lower"):
        rolling_origins(seasonal(40, horizon=12), folds=3, fold=0, share=0.2)
    with pytest.raises(UsageError, match="fold 2 of 2"):
        rolling_origins(seasonal(), folds=2, fold=2, share=0.2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1), st.integers(0, 19), st.floats(-1e6, 1e6))
def test_a_spike_in_the_test_block_changes_nothing_that_is_learned_from(fold: int, place: int, spike: float) -> None:
    series = seasonal(120, channels=2)
    values = series.values.copy()
    values[80 + 20 * fold + place] += 1 + abs(spike)
    clean, spiked = (
        cut(data_of(each), job(fold=fold), "Forecast") for each in (series, replace(series, values=values))
    )
    for name in ("train", "valid", "whole", "search"):
        ours, theirs = getattr(clean[0], name), getattr(spiked[0], name)
        np.testing.assert_array_equal(ours.inputs.contexts, theirs.inputs.contexts)
        np.testing.assert_array_equal(ours.target, theirs.target)
    np.testing.assert_array_equal(clean[0].valid_truth.target, spiked[0].valid_truth.target)
    np.testing.assert_array_equal(clean[1].scale, spiked[1].scale)
    assert clean[0].schema == spiked[0].schema
    assert not np.array_equal(clean[1].target, spiked[1].target) or place > 19


def test_a_spike_in_training_is_seen() -> None:
    series = seasonal(120)
    values = series.values.copy()
    values[79] += 1
    clean, spiked = (cut(data_of(each), job(), "Forecast") for each in (series, replace(series, values=values)))
    assert not np.array_equal(clean[0].whole.target, spiked[0].whole.target)
    assert clean[1].scale[0] != spiked[1].scale[0]


def test_windows_share_no_memory_with_the_series() -> None:
    series = seasonal()
    parts, _ = cut(data_of(series), job(), "Forecast")
    held = parts.whole.inputs.contexts
    while held is not None:
        assert not np.shares_memory(held, series.values)
        held = held.base


def test_the_truth_carries_the_naive_error_of_its_own_history() -> None:
    series = seasonal(120)
    parts, truth = cut(data_of(series), job(), "Forecast")
    assert truth.scale.tolist() == pytest.approx([naive_error(series.target[:80], 6)] * len(truth))
    history = 80 - round(0.2 * (80 - 12))
    assert parts.valid_truth.scale[0] == pytest.approx(naive_error(series.target[:history], 6))
    assert truth.ids[:4].tolist() == ["t00080+1", "t00080+2", "t00080+3", "t00081+1"]
    assert len(truth) == len(parts.test_ids) * 3


def test_search_rows_are_the_latest_training_origins() -> None:
    parts, _ = cut(data_of(seasonal()), job(rows=10), "Forecast")
    np.testing.assert_array_equal(parts.search.target, parts.train.target[-10:])
