"""Known tables as they are published, thrown at the reader as they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from dlbench import own
from dlbench.core import catalog
from dlbench.suite import load_suite

ROOT = os.environ.get("DLBENCH_DATA_DIR", "")
FACTS: dict[str, tuple[str, str, int, int, int]] = {
    # file → target, task, rows, numbers, categories
    "titanic/titanic.csv": ("survived", "tabular_classification", 891, 5, 9),
    "mammography/mammography.csv": ("-1", "tabular_classification", 11183, 6, 0),
    "adult/adult-train.csv": ("-1", "tabular_classification", 32561, 6, 8),
    "abalone/abalone.csv": ("-1", "tabular_regression", 4177, 7, 1),
    "wine_quality_red/winequality-red.csv": ("quality", "tabular_classification", 1599, 11, 0),
    "california_housing/housing.csv": ("median_house_value", "tabular_regression", 20640, 8, 1),
    "airline_passengers/airline-passengers.csv": ("Passengers", "tabular_regression", 144, 3, 0),
    "etth1/ETTh1.csv": ("OT", "tabular_regression", 17420, 10, 0),
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def given(file: str) -> Path:
    path = Path(ROOT) / file
    if not ROOT or not path.is_file():
        pytest.skip(f"DLBENCH_DATA_DIR holds no {file}")
    return path


def loaded(file: str, target: str, **more: Any) -> Any:
    suite = load_suite(own.suite(given(file), target, **more))
    return catalog.dataset("csv").load(suite.tasks[0].dataset_params), suite


@pytest.mark.parametrize("file", FACTS)
def test_a_published_table_is_understood_without_help(file: str) -> None:
    target, task, rows, numbers, categories = FACTS[file]
    data, suite = loaded(file, target)
    assert suite.tasks[0].type == task
    assert len(data) == rows
    assert (data.inputs.numbers.shape[1], data.inputs.categories.shape[1]) == (numbers, categories)


def test_the_test_labels_of_adult_are_those_of_its_training_file() -> None:
    data, suite = loaded("adult/adult-train.csv", "-1", test=given("adult/adult-test.csv"))
    assert suite.tasks[0].split == "official"
    assert data.classes == ("<=50K", ">50K")
    assert (len(data), int(data.test.sum()), int(data.target.sum())) == (48842, 16281, 7841 + 3846)
    assert int((data.inputs.categories == "").sum()) == 4262 + 2203


def test_the_leaking_column_of_titanic_is_pointed_out() -> None:
    params = {"csv": str(given("titanic/titanic.csv")), "target": "survived"}
    told = own.inferred("csv", params)
    warned = {one["column"]: one["warning"] for one in told if one["warning"]}
    assert set(warned) == {"survived", "alive"}
    assert "gives" in warned["alive"]
    assert "rows" in warned["survived"], "copies of rows are told at the target"


def test_the_quoted_labels_of_mammography_are_understood() -> None:
    data, _ = loaded("mammography/mammography.csv", "-1")
    assert data.classes == ("-1", "1")
    assert int(data.target.sum()) == 260
