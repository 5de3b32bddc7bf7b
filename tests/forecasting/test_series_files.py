"""A user's own series: times, gaps, seasons, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import dlbench
from dlbench.core import catalog
from dlbench.core.errors import DataError, DataUnavailable, DlbenchError
from dlbench.datasets.seasons import season_of_values
from dlbench.datasets.time_table import read


def write(folder: Path, text: str) -> Path:
    path = folder / "sales.csv"
    path.write_text(text, encoding="utf-8")
    return path


def dated(steps: int, frequency: str, season: int = 5) -> str:
    times = pd.date_range("2020-01-01", periods=steps, freq=frequency)
    rows = [f"{time},{np.sin(2 * np.pi * i / season):.4f},{i},word" for i, time in enumerate(times)]
    return "\n".join(["when,sales,stock,note", *rows])


@pytest.mark.parametrize(
    ("frequency", "season"), [("h", 24), ("D", 7), ("MS", 12), ("15min", 96), ("QS", 4), ("W", 52), ("3D", 5)]
)
def test_the_season_is_read_off_the_times_else_off_the_values(tmp_path: Path, frequency: str, season: int) -> None:
    found = read(write(tmp_path, dated(200, frequency)), "sales", "when")
    assert found.season == season
    assert found.names == ("sales", "stock")


def test_noise_and_constants_have_no_season() -> None:
    assert season_of_values(np.random.default_rng(0).normal(size=300).cumsum()) == 1
    assert season_of_values(np.ones(50)) == 1


def test_rows_are_sorted_and_gaps_filled_from_the_past_alone(tmp_path: Path) -> None:
    text = "t;y;late\n2020-01-04;4;1\n2020-01-02;NA;\n2020-01-03;;\n2020-01-01;7;\n2020-01-05;5;2"
    found = read(write(tmp_path, text), "y", "t")
    assert found.values[:, found.channel].tolist() == [7, 7, 7, 4, 5]
    assert found.names == ("y",)  # nothing is known of `late` at the start
    assert found.labels[0] == "2020-01-01"


def test_rows_before_the_first_known_target_are_left_out(tmp_path: Path) -> None:
    found = read(write(tmp_path, "t,y\n3,5\n1,\n2,4\n"), "y", "t")
    assert found.labels.tolist() == ["2", "3"]
    assert found.values.tolist() == [[4], [5]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t,sales\n1,2\n", "time: no column 'when'"),
        ("when,x\n1,2\n", "target: no column 'sales'"),
        ("when,sales\n2020-01-01,1\nsoon,2\n", ":3: 'soon' is no time"),
        ("when,sales\n2020-01-01,1\n2020-01-01,2\n", ":3: '2020-01-01' stands there twice"),
        ("when,sales\n2020-01-01,1\n2020-01-02,many\n", ":3: target 'sales': 'many' is no finite number"),
        ("when,sales\n2020-01-01,\n", "no row has a value"),
        ("when,sales\n", "No columns"),
        ("when,sales\n1,2\n1,2,3,4\n", "line 3"),
        ("when,sales\n1,2,3\n1,2,3\n", ":2: 3 fields"),
        ("when,sales,sales\n1,2,3\n", "twice"),
        ("", "No columns"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read(path, "sales", "when")
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    problems = catalog.dataset("series").problems({"series": str(path), "target": "sales", "time": "when"})
    assert problems == [str(caught.value)]


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "none.csv", "y", "t")
    (tmp_path / "binary.csv").write_bytes(bytes(range(128, 256)))
    with pytest.raises(DataError, match="UTF-8"):
        read(tmp_path / "binary.csv", "y", "t")


def test_windows_follow_the_parameters_and_else_the_season(tmp_path: Path) -> None:
    path = write(tmp_path, dated(200, "D"))
    params = {"series": str(path), "target": "sales", "time": "when"}
    series: Any = catalog.dataset("series").load(params).inputs
    assert (series.season, series.horizon, series.context, series.step) == (7, 7, 14, 1)
    series = catalog.dataset("series").load({**params, "horizon": 3, "context": 4, "season": 5, "step": 3}).inputs
    assert (series.season, series.horizon, series.context, series.step) == (5, 3, 5, 3)
    assert "horizon: expected at least 1" in catalog.dataset("series").problems({**params, "horizon": -1})[0]


def test_a_suite_names_an_own_series_by_its_path(tmp_path: Path) -> None:
    write(tmp_path, dated(200, "D"))
    (tmp_path / "suite.yaml").write_text(
        "name: own\nmodels: [seasonal_naive, ridge]\n"
        "tasks: [{dataset: {series: sales.csv, target: sales, time: when}}]\n"
    )
    planned = dlbench.plan(dlbench.load_suite(tmp_path / "suite.yaml"))
    assert {job.task.type for job in planned.jobs} == {"forecasting"}
    assert {job.task.label for job in planned.jobs} == {"sales"}
    (skip,) = planned.skipped
    assert skip.contestant == "ridge"
    assert skip.reason.endswith("not series")


def test_horizon_and_content_are_part_of_the_identity(tmp_path: Path) -> None:
    params = {"series": str(write(tmp_path, dated(60, "D"))), "target": "sales", "time": "when"}
    dataset = catalog.dataset("series")
    first = dataset.identity(params)
    assert dataset.identity({**params, "horizon": 3}) != first
    write(tmp_path, dated(61, "D"))
    assert dataset.identity(params) != first


@pytest.mark.parametrize("name", ["etth1", "airline_passengers"])
def test_published_series_that_are_not_here_say_what_helps(name: str, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    with pytest.raises(DataUnavailable, match=f"set DLBENCH_DATA_DIR to a folder that holds {name}/"):
        catalog.dataset(name).load({})
    assert catalog.dataset(name).identity({})["sha256"]
    assert issubclass(DataUnavailable, DlbenchError)
