"""Forecasting from the suite to the report, on a made series and, where it is here, on a published one."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_series import seasonal

import dlbench
from dlbench.core.form import Form
from dlbench.store import Store

SEARCH = {"oracle": "random", "trials": 2, "epochs": 3}


def run(folder: Path, dataset: Any, models: list[Any]) -> tuple[list[dict[str, Any]], Store]:
    suite = dlbench.load_suite(
        {
            "name": "forecasts",
            "tasks": [{"dataset": dataset}],
            "models": models,
            "search": SEARCH,
            "protocol": {"folds": 2},
        }
    )
    outcome = dlbench.run(suite, output=folder / "results", jobs=1)
    assert outcome.exit_code == 0
    store = Store(folder / "results")
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    return records, store


def mean_mase(records: list[dict[str, Any]], label: str) -> float:
    return fmean(r["scores"]["mase"]["value"] for r in records if r["job"]["contestant"]["label"] == label)


def test_a_series_of_ones_own_is_forecast_judged_and_reported(tmp_path: Path) -> None:
    series = seasonal(150)
    times = pd.date_range("2020-01-01", periods=150, freq="D").strftime("%Y-%m-%d")
    path = tmp_path / "sales.csv"
    pd.DataFrame({"day": times, "sales": series.target}).to_csv(path, index=False)
    dataset = {"series": str(path), "target": "sales", "time": "day", "season": 6, "horizon": 3, "context": 12}
    net = {"name": "lag_mlp", "learning_rate": 0.01, "batch_size": 16, "scaling": "window"}
    records, store = run(tmp_path, dataset, ["seasonal_naive", "lag_ridge", net])
    assert [record["status"] for record in records] == ["ok"] * 6
    floor = mean_mase(records, "seasonal_naive")
    assert mean_mase(records, "lag_ridge") < floor
    assert mean_mase(records, "lag_mlp") < floor
    record = next(r for r in records if r["job"]["contestant"]["label"] == "lag_ridge" and r["job"]["fold"] == 1)
    truth, prediction = store.truth(record), store.prediction(record)
    assert isinstance(prediction, Form)
    assert prediction.name == record["form"] == "Forecast"
    assert truth.target.reshape(prediction.values.shape)[-1].tolist() == pytest.approx(series.target[-3:].tolist())
    error = np.abs(prediction.to("Values").values - truth.target).mean() / truth.scale[0]
    assert record["scores"]["mase"]["value"] == pytest.approx(error)
    assert record["validation"]["metric"] == "mase"


AIRLINE = Path(os.environ.get("DLBENCH_DATA_DIR", "")) / "airline_passengers" / "airline-passengers.csv"


@pytest.mark.skipif(
    not os.environ.get("DLBENCH_DATA_DIR") or not AIRLINE.is_file(),
    reason="DLBENCH_DATA_DIR names no folder with airline_passengers",
)
def test_airline_passengers_are_forecast_better_than_by_the_last_season(tmp_path: Path) -> None:
    net = {"name": "lag_mlp", "learning_rate": 0.01, "batch_size": 16}
    records, _ = run(tmp_path, "airline_passengers", ["seasonal_naive", "lag_ridge", net])
    assert mean_mase(records, "lag_ridge") < mean_mase(records, "seasonal_naive")
