"""Metrics from included files: reports and gates know their direction without their code; a broken one costs itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def dlbench(*arguments, cwd):
    return subprocess.run([sys.executable, "-m", "dlbench", *arguments], cwd=cwd, capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("odd")
    (path / "odd.yaml").write_text(
        f"name: odd\ninclude: ['{Path(__file__).with_name('odd_metrics.py')}']\n"
        "tasks: [{dataset: iris, metrics: [error_rate, broken, accuracy]}]\n"
        "models: [majority, logistic]\nsearch: {oracle: none}\nprotocol: {folds: 3}\n"
    )
    done = dlbench("run", "odd.yaml", "--allow-code", "-q", cwd=path)
    assert done.returncode == 0, done.stderr
    return path


def test_a_broken_judge_costs_its_own_values_alone(folder):
    report = json.loads(dlbench("report", "odd", "--format", "json", cwd=folder).stdout)
    cells = {(row["contestant"], row["metric"]): row for row in report["rows"]}
    assert cells["logistic", "broken"]["value"] is None
    assert cells["logistic", "accuracy"]["value"] > 0.9
    assert report["failed"] == []


def test_a_lower_one_that_is_better_ranks_so_without_its_code(folder):
    report = json.loads(dlbench("report", "odd", "--format", "json", cwd=folder).stdout)
    ranks = {row["contestant"]: (row["rank"], row["better"]) for row in report["rows"] if row["metric"] == "error_rate"}
    assert ranks == {"logistic": (1, "lower"), "majority": (2, "lower")}


def test_the_gate_catches_a_regression_of_it(folder):
    assert dlbench("baseline", "save", "odd", "-o", "base.json", cwd=folder).returncode == 0
    worse = (folder / "odd.yaml").read_text().replace("logistic]", "{name: majority, as: logistic}]")
    (folder / "worse.yaml").write_text(worse)
    assert dlbench("run", "worse.yaml", "--allow-code", "-q", cwd=folder).returncode == 0
    done = dlbench("check", "odd", "--baseline", "base.json", cwd=folder)
    assert done.returncode == 1, done.stdout
    assert "error_rate" in done.stdout
