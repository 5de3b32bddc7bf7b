"""Exported detectors, segmenters and restorers: their scripts run without dlbench and say what the record says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dlbench import api
from dlbench.core import catalog
from dlbench.core.errors import DataError, UsageError
from dlbench.engine.recorded_job import find_job
from dlbench.exporting.join import needed
from dlbench.exporting.standalone.pictured import COLUMNS

SCENES = {"rows": 16, "size": 32}
TASKS = {
    "boxes": {"dataset": {"name": "scenes", **SCENES}, "models": ["average_boxes", "hog_windows", "yolo"]},
    "masks": {"dataset": {"name": "scene_masks", **SCENES}, "models": ["pixel_forest", "unet"]},
    "clean": {"dataset": {"name": "degraded_digits", "degradation": "denoise"}, "models": ["patch_pca", "unet"]},
}
MODELS = [
    "average_boxes",
    {"name": "hog_windows", "cells": 5, "steps": 2, "rounds": 0},
    {"name": "yolo", "filters": 8, "width": 16, "batch_size": 8},
    {"name": "pixel_forest", "n_estimators": 4, "pixels": 500},
    {"name": "patch_pca"},
    {"name": "unet", "filters": 4, "depth": 1, "batch_size": 8},
]
JOBS = [(task, model) for task, told in TASKS.items() for model in told["models"]]
FITTED_AGAIN = [("masks", "pixel_forest"), ("masks", "unet"), ("clean", "patch_pca"), ("clean", "unet")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `results`, which hold the run `pictured`."""
    folder = tmp_path_factory.mktemp("pictured")
    tasks = [{**told, "as": name, "limit": 10} for name, told in TASKS.items()]
    given = {"name": "pictured", "tasks": tasks, "models": MODELS, "search": {"oracle": "none", "epochs": 2}}
    given |= {"protocol": {"folds": 1}, "policy": {"keep_models": "all"}}
    assert api.run(api.load_suite(given), output=folder / "results", jobs=1).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def exported(place: Path) -> Callable[[str, str], Any]:
    """Export a job once."""
    made: dict[tuple[str, str], Any] = {}

    def of(task: str, model: str) -> Any:
        if (task, model) not in made:
            made[task, model] = api.export(job(task, model), place / f"{task}-{model}", output=place / "results")
        return made[task, model]

    return of


def job(task: str, model: str) -> str:
    return f"pictured:{task} {model}"


def kept(place: Path, task: str, model: str, count: int) -> tuple[np.ndarray, Any]:
    """Return the first images of the test part as they lie in the data, and the prediction of them that was kept."""
    found = find_job(job(task, model), place / "results")
    arrays = found.store.arrays("jobs", found.record, "predictions.npz")
    settings = {key: value for key, value in TASKS[task]["dataset"].items() if key != "name"}  # type: ignore[attr-defined]
    data = catalog.dataset(TASKS[task]["dataset"]["name"]).load(settings)  # type: ignore[index]
    form = catalog.form(found.record["form"]).from_arrays(arrays)
    return data.inputs.pixels[arrays["ids"].astype(int)[:count]], form.take(np.arange(count))  # type: ignore[union-attr]


def table(form: Any) -> np.ndarray:
    """Return the kept boxes as rows: image, class, score, left, top, width, height."""
    owner = np.repeat(np.arange(len(form.offsets) - 1), np.diff(form.offsets))
    return np.column_stack([owner, form.codes, form.scores, form.boxes])


def written(path: Path) -> list[list[str]]:
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize(("task", "model"), JOBS)
def test_both_ways_to_predict_give_what_was_kept(
    task: str, model: str, place: Path, exported: Callable[..., Any], isolated: Callable[..., Any], tmp_path: Path
) -> None:
    made = exported(task, model)
    assert any("the one that the run kept" in note for note in made.notes)
    images, form = kept(place, task, model, 3)
    np.savez(tmp_path / "images.npz", images=images)
    suffix = ".csv" if task == "boxes" else ".npz"
    done = isolated(made.folder / "predict.py", tmp_path / "images.npz", "-o", tmp_path / f"alone{suffix}")
    assert done.returncode == 0, done.stderr
    found = api.predict(made.folder, tmp_path / "images.npz", file=tmp_path / f"within{suffix}")
    if task == "boxes":
        assert (tmp_path / "alone.csv").read_text() == (tmp_path / "within.csv").read_text()
        np.testing.assert_allclose(found, table(form), atol=1e-3)
        head, *lines = written(tmp_path / "alone.csv")
        assert tuple(head) == COLUMNS
        classes = catalog.dataset("scenes").load({"rows": 1}).classes
        assert [line[1] for line in lines] == [classes[code] for code in form.codes]
        return
    with np.load(tmp_path / "alone.npz") as alone, np.load(tmp_path / "within.npz") as within:
        name = "masks" if task == "masks" else "pictures"
        np.testing.assert_array_equal(alone[name], within[name])
        np.testing.assert_array_equal(within[name], found)
        assert alone["names"].tolist() == [0, 1, 2]
    (array,) = form.arrays().values()
    np.testing.assert_allclose(found, array, atol=1e-5)


@pytest.mark.parametrize(("task", "model"), FITTED_AGAIN)
def test_masks_and_pictures_are_fitted_again(
    task: str, model: str, exported: Callable[..., Any], isolated: Callable[..., Any]
) -> None:
    done = isolated(exported(task, model).folder / "reproduce.py")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()[-1]
    assert told.startswith("reproduced") if model == "unet" else told == "reproduced"


@pytest.mark.parametrize("model", TASKS["boxes"]["models"])  # type: ignore[arg-type]
def test_detectors_have_no_script_to_fit_them_and_say_why(model: str, exported: Callable[..., Any]) -> None:
    made = exported("boxes", model)
    assert "reproduce.py" not in made.files
    assert "data.npz" not in made.files
    assert any("no reproduce.py: it learns from the objects of pictures" in note for note in made.notes)


def test_a_folder_of_pictures_is_read_and_boxes_are_told_in_its_pixels(
    place: Path, exported: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = exported("boxes", "average_boxes").folder
    shown = tmp_path / "shown"
    shown.mkdir()
    images, form = kept(place, "boxes", "average_boxes", 1)
    Image.fromarray(images[0]).save(shown / "a.png")
    Image.fromarray(np.zeros((64, 128, 3), np.uint8)).save(shown / "wide.png")
    (shown / "torn.png").write_bytes(b"\x89PNG")
    found = api.predict(folder, shown, file=tmp_path / "boxes.csv")
    _, *lines = written(tmp_path / "boxes.csv")
    assert {line[0] for line in lines} == {"a.png", "wide.png"}
    own = table(form)
    np.testing.assert_allclose(found[: len(own)], own)
    wide = found[len(own) :]
    np.testing.assert_allclose(wide[:, 3], own[:, 3] * 4)  # 32 pixels show 128
    top = np.clip((own[:, 4] - 8) * 4, 0, 64)  # and 8 rows of black lie above
    np.testing.assert_allclose(wide[:, 4], top)
    assert "torn.png: left out" in capsys.readouterr().err


def test_masks_need_a_file_and_an_empty_folder_is_told(exported: Callable[..., Any], tmp_path: Path) -> None:
    folder = exported("masks", "unet").folder
    np.savez(tmp_path / "images.npz", images=np.zeros((1, 32, 32, 3)))
    for file in (None, tmp_path / "out.csv"):
        with pytest.raises(UsageError, match=r"ends in \.npz"):
            api.predict(folder, tmp_path / "images.npz", file=file)
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="no picture can be read"):
        api.predict(folder, tmp_path / "none", file=tmp_path / "out.npz")


def test_carried_modules_come_after_what_they_import_and_hold_the_standard_stack_alone() -> None:
    found = needed(["dlbench.prepare.window_detector", "dlbench.prepare.mean_boxes"])
    assert found.index("dlbench.forms.ragged") < found.index("dlbench.forms.boxes")
    assert found[-1] == "dlbench.prepare.mean_boxes"
    assert len(found) == len(set(found))
    assert not {
        name for name in found if name.startswith(("dlbench.training", "dlbench.engine", "dlbench.core.catalog"))
    }


def test_names_of_modules_that_are_put_together_do_not_meet() -> None:
    import ast
    from importlib import import_module
    from inspect import getsource

    from dlbench.exporting.scripts import _READING, _STANDALONE

    seen: dict[str, str] = {}
    joined = ("predict_main", "refit", "training")
    training = [f"dlbench.training.{name}" for name in ("pixels", "schedules", "optimisers")]
    training += [type(loss).__module__ for loss in catalog.losses().values()]
    for module in dict.fromkeys([*_READING, *(f"{_STANDALONE}.{name}" for name in joined), *training]):
        for node in ast.parse(getsource(import_module(module))).body:
            named = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            named += [one.id for one in targets if isinstance(one, ast.Name)]
            for name in named:
                assert name not in seen or name == "main", f"{name} stands in {seen[name]} and in {module}"
                seen[name] = module
