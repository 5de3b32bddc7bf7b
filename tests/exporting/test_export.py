"""Exported folders: their scripts run without dlbench and say what the record says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench import api
from dlbench.core import catalog
from dlbench.core.errors import DataError, UsageError
from dlbench.engine.recorded_job import find_job

TABLES = ["hist_gradient_boosting", "rbf_network", "pca+svm"]


def kept(place: Path, job: str) -> dict[str, np.ndarray]:
    found = find_job(job, place / "results")
    return found.store.arrays("jobs", found.record, "predictions.npz")


def written(path: Path) -> list[list[str]]:
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("model", TABLES)
def test_a_table_model_is_fitted_again_to_the_ninth_digit(
    model: str, place: Path, exported: Callable[[str], Any], isolated: Callable[..., Any]
) -> None:
    made = exported(f"rows:t {model} fold 1/2")
    assert any("equal the kept ones to the digit" in note for note in made.notes)
    done = isolated(made.folder / "reproduce.py", place / "table.csv")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "reproduced"), done.stdout + done.stderr


@pytest.mark.parametrize("model", [*TABLES, "mlp", "greedy_ensemble"])
def test_both_ways_to_predict_give_the_kept_numbers(
    model: str, place: Path, exported: Callable[[str], Any], isolated: Callable[..., Any], tmp_path: Path
) -> None:
    job = f"rows:t {model} fold 1/2"
    made, alone = exported(job), tmp_path / "alone.csv"
    done = isolated(made.folder / "predict.py", place / "table.csv", "-o", alone)
    assert done.returncode == 0, done.stderr
    found = api.predict(made.folder, place / "table.csv", file=tmp_path / "within.csv")
    assert alone.read_text() == (tmp_path / "within.csv").read_text()
    record = kept(place, job)
    rows = record["ids"].astype(int)  # places in the file
    np.testing.assert_allclose(found[rows], record["values"], atol=1e-6)
    head, *lines = written(alone)
    assert head[:2] == ["row", "prediction"]
    assert [lines[row][1] for row in rows] == [["no", "yes"][code] for code in record["values"].argmax(axis=1)]


def test_a_net_is_fitted_again(place: Path, exported: Callable[[str], Any], isolated: Callable[..., Any]) -> None:
    made = exported("rows:t mlp fold 1/2")
    done = isolated(made.folder / "reproduce.py", place / "table.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "reproduced" in done.stdout


@pytest.mark.parametrize("model", ["hog+logistic", "lenet5"])
def test_models_of_images_read_arrays(
    model: str, place: Path, exported: Callable[[str], Any], isolated: Callable[..., Any], tmp_path: Path
) -> None:
    job = f"pictures:digits {model} fold 1/2"
    made = exported(job)
    assert any("the one that the run kept" in note for note in made.notes)
    pixels = catalog.dataset("digits").load({}).inputs.pixels
    record = kept(place, job)
    np.savez(tmp_path / "images.npz", images=pixels[record["ids"].astype(int)[:9]])
    done = isolated(made.folder / "predict.py", tmp_path / "images.npz", "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    numbers = np.array([line[2:] for line in written(tmp_path / "out.csv")[1:]], dtype=float)
    np.testing.assert_allclose(numbers, record["values"][:9], atol=1e-5)
    done = isolated(made.folder / "reproduce.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_description_names_columns_classes_and_the_score(exported: Callable[[str], Any]) -> None:
    made = exported("rows:t hist_gradient_boosting fold 1/2")
    told = json.loads((made.folder / "model.json").read_text())
    kinds = {column["name"]: column["kind"] for column in told["columns"]}
    assert kinds == {"age": "number", "colour": "category", "when": "date", "cost": "number", "note": "text"}
    assert next(column for column in told["columns"] if column["name"] == "when")["format"] == "%d.%m.%Y"
    assert (told["classes"], told["target"], told["score"]["metric"]) == (["no", "yes"], "label", "accuracy")
    assert told["score"]["low"] <= told["score"]["mean_of_folds"] <= told["score"]["high"]
    assert any(
        line.startswith("scikit-learn==") for line in (made.folder / "requirements.txt").read_text().splitlines()
    )
    for script in ("predict.py", "reproduce.py"):
        text = (made.folder / script).read_text()
        assert "SPDX-License-Identifier: Apache-2.0" in text.splitlines()[0]
        assert not re.findall(r"^\s*(?:from|import) dlbench", text, re.MULTILINE)


def test_other_tables_are_told_what_is_missing_and_may_hold_unseen_words(
    place: Path, exported: Callable[[str], Any], tmp_path: Path
) -> None:
    made = exported("rows:t hist_gradient_boosting fold 1/2")
    short, new = tmp_path / "short.csv", tmp_path / "new.jsonl"
    short.write_text("age,when\n1,01.02.2020\n2,01.03.2020\n")
    with pytest.raises(DataError, match="'colour'"):
        api.predict(made.folder, short)
    row = {"age": 30, "colour": "purple", "when": "01.02.2020", "cost": 0.5, "note": "the quick animal goes home now"}
    new.write_text("".join(json.dumps({**row, "age": age}) + "\n" for age in (20, 70)))
    assert api.predict(made.folder, new, file=tmp_path / "out.csv").shape == (2, 2)


@pytest.mark.parametrize("name", ["model.skops", "model.json", "predict.py"])
def test_an_altered_folder_is_refused(
    name: str, place: Path, exported: Callable[[str], Any], isolated: Callable[..., Any], tmp_path: Path
) -> None:
    import shutil

    folder = shutil.copytree(exported("rows:t hist_gradient_boosting fold 1/2").folder, tmp_path / "copy")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b"yes", b"yet") if name == "model.json" else content + b"\n#")
    with pytest.raises(UsageError, match="altered"):
        api.predict(folder, place / "table.csv")
    done = isolated(folder / "predict.py", place / "table.csv")
    assert done.returncode == 2
    assert "altered" in done.stderr


def test_a_folder_in_use_is_left_alone(place: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        api.export("rows:t mlp fold 1/2", tmp_path, output=place / "results")


def test_forecasters_stay(tmp_path: Path) -> None:
    days = np.datetime64("2020-01-01") + np.arange(60)
    lines = [f"{day},{10 + step % 6}.{step % 10}" for step, day in enumerate(days)]
    (tmp_path / "sales.csv").write_text("\n".join(["day,sales", *lines]) + "\n")
    series = {"series": str(tmp_path / "sales.csv"), "target": "sales", "time": "day", "season": 6, "horizon": 3}
    given = {
        "name": "ahead", "description": "x", "tasks": [{"dataset": {**series, "context": 12}}],
        "models": ["seasonal_naive"], "search": {"oracle": "none"}, "protocol": {"folds": 2},
    }  # fmt: skip
    outcome = api.run(api.load_suite(given), output=tmp_path / "results", jobs=1)
    job = outcome.folder.header()["jobs"][0]["key"]
    with pytest.raises(UsageError, match="forecaster"):
        api.export(f"ahead:{job}", tmp_path / "out", output=tmp_path / "results")
