"""`pretrain:` in a suite: what may be written, what is wrong with the rest, and that it is told again as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlbench.core.errors import SuiteError
from dlbench.suite import json_schema, load_suite


def loaded(start: Any, model: Any = "resnet", **more: Any) -> Any:
    entry = {"name": model, "pretrain": start, **more}
    return load_suite({"name": "t", "tasks": ["digits"], "models": [entry]})


def mistake(start: Any, model: Any = "resnet", **more: Any) -> str:
    with pytest.raises(SuiteError) as caught:
        loaded(start, model, **more)
    return str(caught.value)


def test_defaults_are_filled_in_and_told_again() -> None:
    suite = loaded({"dataset": "mnist", "limit": 500, "batch_size": 128}, filters=8, unfreeze="head")
    start = suite.models[0].contestant.start
    assert (start.dataset, start.limit, start.epochs, start.parameters) == ("mnist", 500, 5, {"batch_size": 128})
    told = suite.resolved()
    assert told["models"][0]["pretrain"] == {
        "dataset": {"name": "mnist"}, "limit": 500, "epochs": 5, "batch_size": 128,
    }  # fmt: skip
    assert load_suite(told).resolved() == told
    assert load_suite(told).digest == suite.digest
    plain = load_suite({"name": "t", "tasks": ["digits"], "models": ["resnet"]}).resolved()
    assert "pretrain" not in plain["models"][0]


def test_one_of_its_words_can_be_laid_over() -> None:
    content = {"name": "t", "tasks": ["digits"], "models": [{"name": "resnet", "pretrain": {"dataset": "mnist"}}]}
    suite = load_suite(content, overrides={"models.resnet.pretrain.limit": 50, "models.resnet.filters": 4})
    assert suite.models[0].contestant.start.limit == 50
    assert suite.models[0].contestant.parameters == {"filters": 4}


def test_a_file_is_relative_to_the_suite_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "exported").mkdir()
    (tmp_path / "exported" / "model.keras").touch()
    path = tmp_path / "suite.yaml"
    path.write_text("name: t\ntasks: [digits]\nmodels:\n- {name: resnet, pretrain: {weights: exported}}\n")
    suite = load_suite(path)
    assert suite.models[0].contestant.start.weights == str(tmp_path / "exported" / "model.keras")
    assert suite.resolved()["models"][0]["pretrain"] == {"weights": "exported/model.keras"}


@pytest.mark.parametrize(
    ("start", "model", "told"),
    [
        ({}, "resnet", "expected either dataset: (which it learns first) or weights: (a file)"),
        ({"dataset": "mnist", "weights": "a.keras"}, "resnet", "expected either dataset:"),
        ({"dataset": "mnits"}, "resnet", "unknown dataset 'mnits'; did you mean 'mnist'?"),
        ({"dataset": "iris"}, "resnet", "iris holds no images with one class each"),
        ({"dataset": "mnist", "epoch": 3}, "resnet", "unknown parameter 'epoch'; did you mean 'epochs'?"),
        ({"dataset": "mnist", "epochs": 0}, "resnet", "expected at least 1"),
        ({"dataset": "mnist", "filters": 8}, "resnet", "filters is part of the architecture"),
        ({"dataset": "mnist", "learning_rate": -1}, "resnet", "expected a number > 0"),
        ({"weights": "gone.keras"}, "resnet", "gone.keras: no such file or folder"),
        ({"weights": "imagenet"}, "resnet", "nobody publishes such weights for resnet; take backbone, or name a file"),
        ({"weights": "imagenet", "epochs": 3}, "backbone", "weights: are read as they are; leave out epochs:"),
        ({"dataset": "mnist"}, "svm", "svm is no net of images"),
        ({"dataset": "mnist"}, "yolo", "mnist holds no pictures with boxes, which is what yolo learns first"),
        ({"dataset": "mnist"}, "unet", "mnist holds no images with masks or outlined objects or clean pictures, which"),
        ({"dataset": "scene_masks"}, "resnet", "scene_masks holds no images with one class each"),
        ({"dataset": "degraded_mnist", "loss": "soft_dice"}, "unet", "'soft_dice' learns masks, the net values"),
        ({"dataset": "mnist"}, "autoencoder+mlp", "a model behind stages cannot start from weights"),
        ("mnist", "resnet", "expected a mapping"),
    ],
)
def test_mistakes_are_told_with_what_would_be_right(start: Any, model: str, told: str) -> None:
    assert told in mistake(start, model)


def test_fine_tuning_is_for_loaded_weights_alone() -> None:
    assert "unknown parameter 'unfreeze'" in str(_without(unfreeze="head"))
    assert "'top' is none of" in mistake({"dataset": "mnist"}, unfreeze="top")


def _without(**more: Any) -> SuiteError:
    with pytest.raises(SuiteError) as caught:
        load_suite({"name": "t", "tasks": ["digits"], "models": [{"name": "resnet", **more}]})
    return caught.value


def test_the_schema_knows_the_word() -> None:
    kinds = json_schema()["$defs"]
    assert set(kinds["PretrainShape"]["properties"]) == {"dataset", "limit", "epochs", "weights"}
    assert "pretrain" in kinds["ModelShape"]["properties"]
