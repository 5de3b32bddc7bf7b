"""Horizon curves and the intervals of forecasts: by hand, from made forecasts, in every format."""

from __future__ import annotations

import doctest
import importlib
import json
from dataclasses import replace

import numpy as np
import pytest
from made_forecasts import STEPS, forecasts

from dlbench.forms.forecast import Forecast
from dlbench.reporting import render
from dlbench.reporting.board import board
from dlbench.reporting.findings import find
from dlbench.reporting.horizons import Horizon, crossing, horizons, shown_steps
from dlbench.reporting.intervals import gap, interval
from dlbench.reporting.source import Record
from dlbench.reporting.weighing import Weighed, weigh


def curve(name: str, kind: str, *errors: float) -> Horizon:
    return Horizon("t", "", name, kind, errors, errors, None, ())


def test_a_curve_is_the_mean_over_folds_of_the_error_at_each_step() -> None:
    source = forecasts(folds=3, seeds=2)
    held = {found.contestant: found for found in horizons(source, board(source))}
    by_hand = []
    for fold in range(3):
        truth = source.truth({"fingerprints": {"truth": f"truth-{fold}"}}).target.reshape(-1, STEPS)
        found = [source.predictions({"key": f"gru-{fold}-{seed}"}).arrays()["values"] for seed in range(2)]
        by_hand.append(np.mean([np.abs(values - truth).mean(axis=0) for values in found], axis=0))
    assert held["gru"].mae == pytest.approx(np.mean(by_hand, axis=0))
    assert held["gru"].scaled == pytest.approx(np.mean(by_hand, axis=0) / 2.0)
    assert all(rmse >= mae for rmse, mae in zip(held["gru"].rmse, held["gru"].mae, strict=True))
    assert held["gru"].keys == tuple(f"gru-{fold}-{seed}" for fold in range(3) for seed in range(2))


def test_the_mean_of_a_curve_is_the_metric_of_the_ranking() -> None:
    source = forecasts()
    findings = find(source)
    for row in findings.rows:
        held = next(found for found in findings.horizons if found.contestant == row.contestant)
        assert np.mean(held.scaled or ()) == pytest.approx(row.value)


def test_the_leader_near_and_the_leader_far_are_told_where_they_differ() -> None:
    near, far = curve("near", "classic", 1, 2, 3, 9, 9, 9), curve("far", "deep", 3, 3, 4, 4, 4, 4)
    assert crossing([near, far], "mae") == (
        "near errs least up to 3 steps ahead, far from step 4 on to the last, 6: means, not a test."
    )
    assert crossing([near, curve("worse", "deep", 2, 3, 4, 10, 10, 10)], "mae") == ""
    assert crossing([near, curve("floor", "floor", 3, 3, 4, 4, 4, 4)], "mae") == ""
    assert crossing([near, curve("level", "deep", 1, 1, 1, 1, 1, 1)], "mae") == ""
    assert crossing([near], "mae") == crossing([near, far], "scaled") == ""
    back = curve("back", "deep", 2, 1, 4, 4, 9, 8)
    assert "near errs least one step ahead, back from step 6 on" in crossing([near, back], "mae")


def test_the_tables_show_few_steps_in_the_unit_and_scaled() -> None:
    source = forecasts()
    text = render(source, "markdown")
    assert "| contestant | +1 | +2 | +3 | +6 | +12 |" in text
    assert text.index("in units of the seasonal naive error") < text.index("Mean absolute error by step ahead")
    assert "ridge errs least up to" in text
    assert text.count("errs least") == 1
    terminal = render(source, "terminal", width=100, color=False)
    assert "ridge errs least up to" in terminal
    held = {found.contestant: found for found in horizons(source, board(source))}
    assert f"{held['gru'].mae[5]:.3f}"[:4] in terminal
    told = json.loads(render(source, "json"))["horizons"]
    assert [len(one["mae"]) for one in told] == [STEPS] * 3


def test_the_measure_goes_with_the_primary_metric_and_the_history() -> None:
    bare = render(forecasts(metric="rmse", scale=None), "markdown")
    assert "Root mean squared error by step ahead" in bare
    assert "seasonal naive" not in bare


def test_what_is_no_forecast_or_one_step_ahead_has_no_curve() -> None:
    source = forecasts()
    classes = tuple({**held, "form": "Values"} for held in source.records)
    assert horizons(replace(source, records=classes), board(replace(source, records=classes))) == ()

    def lost(record: Record) -> Forecast:
        raise OSError("predictions.npz is gone")

    assert horizons(replace(source, predictions=lost), board(source)) == ()
    assert shown_steps(1) == (1,)


def test_one_fold_is_resampled_in_blocks_of_origins_and_said_so() -> None:
    source = forecasts(folds=1, origins=400, metric="mae")
    (place,) = board(source)
    held = weigh(source, place.cells["gru", "mae"], "mae")
    assert isinstance(held, Weighed)
    assert held.blocks is not None
    assert held.blocks.length == 3 * STEPS
    blocks = interval(source, place, "gru", "mae")
    assert blocks.rests_on == "blocks of 36 origins"
    assert "95 % intervals: blocks of 36 origins." in render(source, "markdown")
    alone = replace(held, blocks=None)
    items = alone.score(0, np.ones(alone.size[0]))
    rng = np.random.default_rng(0)
    one_by_one = [alone.score(0, rng.multinomial(4800, np.full(4800, 1 / 4800)).astype(float)) for _ in range(200)]
    assert blocks.low is not None
    assert blocks.high is not None
    assert blocks.low < items < blocks.high
    assert blocks.high - blocks.low > 2 * np.ptp(np.quantile(one_by_one, [0.025, 0.975]))


def test_differences_of_forecasts_are_drawn_in_the_same_blocks() -> None:
    source = forecasts(folds=1, origins=400, metric="mase")
    (place,) = board(source)
    found = gap(source, place, "ridge", "naive", "mase")
    assert found is not None
    assert found.low > 0
    assert gap(source, place, "ridge", "ridge", "mase").difference == 0  # type: ignore[union-attr]


def test_too_few_blocks_leave_the_seeds_and_the_reason_is_shown() -> None:
    source = forecasts(folds=1, origins=60, metric="mae")
    (place,) = board(source)
    assert interval(source, place, "gru", "mae").low is None
    assert "95 % intervals: none: 1 block of 36 origins, fewer than 6." in render(source, "markdown")
    assert gap(source, place, "gru", "ridge", "mae") is None
    several = forecasts(folds=1, origins=60, metric="mae", seeds=3)
    (place,) = board(several)
    found = interval(several, place, "gru", "mae")
    assert found.low is not None
    assert found.rests_on == "3 fit seeds: 1 block of 36 origins, fewer than 6"


def test_rows_say_what_their_interval_rests_on() -> None:
    told = json.loads(render(forecasts(folds=2), "json"))["rows"]
    assert {row["interval_from"] for row in told} == {"2 folds"}


def test_doubts_about_the_data_are_told() -> None:
    source = forecasts()
    told = {"walk": [{"column": "a|b", "kind": "group", "warning": "2 of 9 groups stand on both sides"}]}
    warned = replace(source, run={**source.run, "inferred": told})
    assert "| walk | Column a\\|b: 2 of 9 groups stand on both sides. |" in render(warned, "markdown")
    assert "Doubts that a reviewer would raise" in render(warned, "terminal", width=100, color=False)
    assert "Doubts" not in render(source, "markdown")


def test_the_worked_cases_hold() -> None:
    for name in ("dlbench.reporting.horizons", "dlbench.stats.blocks"):
        found = doctest.testmod(importlib.import_module(name))
        assert found.attempted
        assert not found.failed
