"""The pretraining stage: made once, shared by all who start from it, charged and shown, and blind to test items."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

import dlbench
from dlbench import api
from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord, DataUnavailable
from dlbench.engine.orders import believed
from dlbench.engine.pretraining import images_of
from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.planning import plan_suite
from dlbench.prepare.bringing import brought, brought_target
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images
from dlbench.store import Store
from dlbench.training.weight_files import read_weights

SHARED = {"name": "lenet5", "filters": 3, "batch_size": 16}


def other_set(folder: Path, *, twins: int = 0, rows: int = 60) -> Path:
    """Write 12×12 pictures in colour of three classes; a sixth are tests, all white, and some are digits scaled up."""
    random = np.random.default_rng(0)
    images = random.integers(0, 200, (rows, 12, 12, 3), dtype=np.uint8)
    labels = np.arange(rows) % 3
    images[np.arange(rows), labels * 3] = 255
    test = np.arange(rows) >= rows - rows // 6
    images[test] = 255
    if twins:
        digits = catalog.dataset("digits").load({}).inputs
        assert isinstance(digits, Images)
        images = np.zeros((rows, 8, 8, 1), np.uint8) + random.integers(1, 99, (rows, 1, 1, 1), dtype=np.uint8)
        images[:twins] = np.rint(digits.unit()[:twins] * 255)
    path = folder / "other.npz"
    np.savez(path, images=images, labels=labels, test=test, classes=np.array(["a", "b", "c"]))
    return path


def suite(folder: Path, **more: Any) -> Any:
    start = {"dataset": {"images": str(folder / "other.npz")}, "limit": 40, "epochs": 2, "batch_size": 8}
    content = {
        "name": "transfer",
        "tasks": [{"dataset": "digits", "limit": 60}],
        "models": [
            {**SHARED, "as": "searched", "pretrain": start},
            {**SHARED, "as": "head", "pretrain": start, "unfreeze": "head"},
            {"name": "greedy_ensemble", "of": "searched"},
        ],
        "search": {"trials": 2, "epochs": 2},
        "protocol": {"folds": 2},
        **more,
    }
    return dlbench.load_suite(content)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("transfer")
    other_set(folder)
    made = suite(folder)
    outcome = dlbench.run(made, output=folder / "results", jobs=2)
    store = Store(folder / "results")
    records = [store.record("jobs", entry["key"], entry["attempt"]) for entry in outcome.folder.attempts().values()]
    assert {record["status"] for record in records} == {"ok"}, [record["reason"] for record in records]
    return folder, made, store, {(one["job"]["contestant"]["label"], one["job"]["fold"]): one for one in records}


def test_one_stage_serves_all_folds_trials_and_ways_of_unfreezing(run: Any) -> None:
    _, made, store, records = run
    (key,) = {job.pretrain_key for job in plan_suite(made).jobs if job.pretrain_key}
    assert store.attempts("stages", key) == [1]
    stage = store.record("stages", key, 1)
    assert set(stage["files"]) == {"model.keras"}
    assert stage["recipe"]["model"] == "lenet5"
    assert (stage["rounds"], stage["values"]["batch_size"], stage["values"]["filters"]) == ({"lenet5": 2}, 8, 3)
    assert stage["seen"]["rows"] == 40
    for (label, _), record in records.items():
        if label != "greedy_ensemble":
            assert record["stages"][0] == key
            assert record["pretrained"]["seen"] == stage["seen"]
            assert record["pretrained"]["loaded"]["numbers"] == record["pretrained"]["loaded"]["of"] > 0


def test_its_seconds_are_charged_to_all_and_own_to_one(run: Any) -> None:
    _, _, store, records = run
    ledgers = [record["ledger"] for (label, _), record in records.items() if label != "greedy_ensemble"]
    key = records["head", 0]["stages"][0]
    seconds = store.record("stages", key, 1)["seconds"]["pretraining"]
    assert [ledger["pretraining"] for ledger in ledgers] == pytest.approx([seconds] * 4)
    assert sorted(ledger["pretraining_shared"] for ledger in ledgers) == [False, True, True, True]
    for ledger in ledgers:
        assert ledger["used_seconds"] == pytest.approx(ledger["pretraining"] + ledger["search"] + ledger["refit"])
        own = ledger["used_seconds"] - (seconds if ledger["pretraining_shared"] else 0.0)
        assert ledger["own_used_seconds"] == pytest.approx(own)


def test_the_report_tells_what_was_learned_first_and_finds_no_breach(run: Any) -> None:
    folder, *_ = run
    said = " ".join(dlbench.report("transfer", output=folder / "results").render("markdown").split())
    assert "learned other data first, before any search and granted what it took" in said
    assert "is broken" not in said


def test_an_ensemble_starts_its_members_from_the_same_weights(tmp_path: Path) -> None:
    """Of one trial it has one member, and so answers as that one does."""
    other_set(tmp_path)
    outcome = dlbench.run(suite(tmp_path, search={"trials": 1, "epochs": 2}), output=tmp_path / "results", jobs=1)
    store = Store(tmp_path / "results")
    attempts = outcome.folder.attempts()
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in attempts.items()]
    found = {(one["job"]["contestant"]["label"], one["job"]["fold"]): one for one in records}
    for fold in (0, 1):
        ensemble, member = found["greedy_ensemble", fold], found["searched", fold]
        assert ensemble["ledger"]["pretraining_shared"]
        (only,) = ensemble["chosen"]["members"]
        assert only["values"] == member["chosen"]
        mine, its = (store.prediction(one).arrays()["values"] for one in (ensemble, member))
        np.testing.assert_allclose(mine, its)


def test_a_run_that_lost_its_jobs_pretrains_and_searches_nothing_again(run: Any, tmp_path: Path) -> None:
    folder, made, _, records = run
    root = shutil.copytree(folder / "results", tmp_path / "results")
    shutil.rmtree(root / "jobs" / records["head", 0]["key"])
    outcome = dlbench.run(made, output=root, jobs=1)
    store, key = Store(root), records["head", 0]["key"]
    again = store.record("jobs", key, outcome.folder.attempts()[key]["attempt"])
    assert again["ledger"]["pretraining_shared"]
    assert [store.attempts("stages", stage) for stage in again["stages"]] == [[1], [1]]
    np.testing.assert_array_equal(
        store.prediction(again).arrays()["values"], run[2].prediction(records["head", 0]).arrays()["values"]
    )


@pytest.mark.parametrize("kept", [True, False], ids=["from the stored weights", "pretrained anew"])
def test_a_rerun_repeats_it_to_the_digit(run: Any, tmp_path: Path, kept: bool) -> None:
    folder, *_, records = run
    root = shutil.copytree(folder / "results", tmp_path / "results")
    if not kept:
        shutil.rmtree(root / "stages" / records["searched", 1]["stages"][0])
    again = api.rerun("transfer:digits searched fold 2/2", output=root)
    assert again.equal, [row for row in again.rows if not row.equal]


def job_of(folder: Path, **more: Any) -> Any:
    return plan_suite(suite(folder, **more)).jobs[0]


def test_neither_test_items_nor_what_stands_in_the_task_is_learned_first(tmp_path: Path) -> None:
    other_set(tmp_path)
    job = job_of(tmp_path)
    taken = images_of(job, job.contestant.start)
    assert taken.schema.shape == taken.part.inputs.shape == (8, 8, 1)
    assert (taken.told["shape"], taken.told["brought_to"], taken.told["excluded"]) == ([12, 12, 3], [8, 8, 1], 0)
    assert taken.part.inputs.unit().min(axis=(1, 2, 3)).max() < 1, "a white picture is of the test part"
    other_set(tmp_path, twins=9)
    job = job_of(tmp_path)
    taken = images_of(job, job.contestant.start)
    assert taken.told["excluded"] == 9
    other_set(tmp_path, twins=60)
    with pytest.raises(DataUnavailable, match="every image of images stands in the data of digits"):
        images_of(job, job.contestant.start)


def test_images_are_brought_to_the_shape_of_the_task() -> None:
    colour = np.zeros((1, 4, 4, 3), np.uint8)
    colour[..., 0], colour[..., 2] = 255, 51
    grey = brought(Images(colour), (2, 2, 1))
    assert grey.unit().shape == (1, 2, 2, 1)
    np.testing.assert_allclose(grey.unit(), 0.4, atol=1e-6)
    np.testing.assert_allclose(brought(grey, (8, 6, 3)).unit(), np.full((1, 8, 6, 3), 0.4), atol=1e-6)


def test_another_machine_may_hand_over_this_stage_alone(tmp_path: Path) -> None:
    other_set(tmp_path)
    job = job_of(tmp_path)
    event = {"event": "stage", "record": {"key": job.pretrain_key}}
    believed(event, {"outside/pretraining/model.keras": b""}, job)
    with pytest.raises(CorruptRecord, match="wrong place"):
        believed(event, {"outside/other/model.keras": b""}, job)
    with pytest.raises(CorruptRecord, match="the stage of another job"):
        believed({"event": "stage", "record": {"key": "0" * 32}}, {}, job)


def test_the_weights_of_the_stage_are_a_file_that_another_suite_may_start_from(run: Any, tmp_path: Path) -> None:
    folder, _, store, records = run
    stage = store.folder("stages", records["head", 0]["stages"][0], 1)
    assert set(read_weights(stage / "model.keras")) >= {"conv2d", "conv2d_1"}
    made = suite(folder, name="from-file", models=[{**SHARED, "pretrain": {"weights": str(stage)}}],
                 search={"oracle": "none", "epochs": 1})  # fmt: skip
    outcome = dlbench.run(made, output=tmp_path, jobs=1)
    (record, *_) = [
        Store(tmp_path).record("jobs", entry["key"], entry["attempt"]) for entry in outcome.folder.attempts().values()
    ]
    assert record["pretrained"]["weights"] == "model.keras"
    assert record["pretrained"]["loaded"]["numbers"] > 0
    assert record["stages"] == []
    assert "pretraining" not in record["ledger"]


def spots(folder: Path, rows: int = 8) -> Path:
    """Write grey pictures of 12×12 with a bright square each, and its mask."""
    for kind in ("images", "masks"):
        (folder / "spots" / kind).mkdir(parents=True)
    for row in range(rows):
        mask = np.zeros((12, 12), np.uint8)
        mask[row % 6 : row % 6 + 6, 3:9] = 255
        Image.fromarray(mask).save(folder / "spots" / "masks" / f"{row}.png")
        Image.fromarray(mask // 2 + np.uint8(row)).save(folder / "spots" / "images" / f"{row}.png")
    return folder / "spots"


def test_a_net_of_masks_learns_other_masks_first_and_has_a_new_last_layer(tmp_path: Path) -> None:
    start = {"dataset": {"image_masks": str(spots(tmp_path)), "size": 12}, "limit": 6, "epochs": 2, "batch_size": 2}
    content = {
        "name": "masks",
        "tasks": [{"dataset": {"name": "scene_masks", "rows": 8, "size": 32}}],
        "models": [{"name": "unet", "filters": 4, "depth": 1, "batch_size": 4, "pretrain": start}],
        "search": {"oracle": "none", "epochs": 1},
        "protocol": {"folds": 2},
    }
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path / "results", jobs=1)
    store = Store(tmp_path / "results")
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    assert [record["status"] for record in records] == ["ok", "ok"], [record["reason"] for record in records]
    for record in records:
        told = record["pretrained"]
        assert (told["seen"]["rows"], told["seen"]["classes"], told["seen"]["brought_to"]) == (6, 2, [32, 32, 3])
        assert told["loaded"]["numbers"] == told["loaded"]["of"] > 0
        assert told["loaded"]["left"] == []
    stage = store.folder("stages", records[0]["stages"][0], 1)
    shapes = [arrays[0].shape for arrays in read_weights(stage / "model.keras").values()]
    assert (1, 1, 4, 2) in shapes, "its last layer told two classes apart, that of the task five"


def outlined_squares(folder: Path, rows: int = 6) -> tuple[str, str]:
    """Write 48×48 pictures with a bright square each, and COCO's file of their outlines; return file and folder."""
    (folder / "squares").mkdir()
    annotations = []
    for row in range(rows):
        pixels = np.full((48, 48, 3), row, np.uint8)
        pixels[8 : 24 + row, 10:30] = 255
        Image.fromarray(pixels).save(folder / "squares" / f"{row}.png")
        outline = [10, 8, 30, 8, 30, 24 + row, 10, 24 + row]
        box = [10, 8, 20, 16 + row]
        annotations.append({"id": row + 1, "image_id": row, "category_id": 1, "bbox": box, "segmentation": [outline]})
    content = {
        "images": [{"id": row, "file_name": f"{row}.png", "width": 48, "height": 48} for row in range(rows)],
        "categories": [{"id": 1, "name": "square"}],
        "annotations": [{**one, "iscrowd": 0, "area": one["bbox"][2] * one["bbox"][3]} for one in annotations],
    }
    (folder / "squares.json").write_text(json.dumps(content))
    return str(folder / "squares.json"), str(folder / "squares")


@pytest.mark.parametrize(
    ("model", "task", "parameters", "heads"),
    [
        ("yolo", "scenes", {"filters": 4, "width": 8}, 1),
        ("faster_rcnn", "scenes", {"filters": 4, "width": 8, "units": 8, "proposals": 8}, 2),
        ("unet", "scene_instances", {"filters": 4, "depth": 1}, 1),
    ],
)
def test_a_net_of_objects_learns_other_objects_first_and_has_a_new_head(
    model: str, task: str, parameters: dict[str, int], heads: int, tmp_path: Path
) -> None:
    file, pictures = outlined_squares(tmp_path)
    first = {"coco": file, "pictures": pictures} if task == "scenes" else {"coco_instances": file, "images": pictures}
    start = {"dataset": {**first, "size": 48}, "epochs": 1, "batch_size": 2}
    content = {
        "name": "objects",
        "tasks": [{"dataset": {"name": task, "rows": 6, "size": 32}}],
        "models": [{"name": model, **parameters, "batch_size": 4, "unfreeze": "head", "pretrain": start}],
        "search": {"oracle": "none", "epochs": 1},
        "protocol": {"folds": 1},
        "policy": {"keep_models": "all"},
    }
    (job,) = plan_suite(dlbench.load_suite(content)).jobs
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path / "results", jobs=1)
    store = Store(tmp_path / "results")
    (record,) = (store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items())
    assert record["status"] == "ok", record["reason"]
    told = record["pretrained"]
    assert (told["seen"]["shape"], told["seen"]["brought_to"]) == ([48, 48, 3], [32, 32, 3])
    assert told["loaded"]["numbers"] == told["loaded"]["of"] > 0
    assert told["loaded"]["left"] == []
    learned = read_weights(store.folder("stages", record["stages"][0], 1) / "model.keras")
    taught = read_weights(store.folder("jobs", job.key, record["attempt"]) / "model.keras")
    moved = {
        name
        for name, arrays in taught.items()
        if any(not np.array_equal(one, other) for one, other in zip(arrays, learned[name], strict=True))
    }
    assert len(moved) == heads, "all but the head was loaded, and frozen to the digit"


def test_objects_follow_their_images_to_the_shape_of_the_task() -> None:
    boxes = Objects.of([(np.array([[2.0, 4.0, 6.0, 8.0]]), np.array([1])), (np.empty((0, 4)), np.empty(0))])
    told = brought_target(boxes, (16, 8, 3), (8, 16, 1))
    assert isinstance(told, Objects)
    assert told.boxes.tolist() == [[4.0, 2.0, 12.0, 4.0]]
    assert (told.areas.tolist(), told.counts.tolist()) == ([48.0], [1, 0])
    mask, speck = np.kron([[0, 1], [1, 1]], np.ones((2, 2))), np.zeros((4, 4))
    speck[0, 0] = 1
    found = OutlinedObjects.outlined([([speck, mask], [0, 1])], np.array([False, True]))
    small = brought_target(found, (4, 4, 1), (2, 2, 1))
    assert isinstance(small, OutlinedObjects)
    np.testing.assert_array_equal(small.masks.decode(0), [[0, 1], [1, 1]])
    assert (small.codes.tolist(), small.crowd.tolist()) == ([1], [True]), "what lost its last pixel is left out"


def test_masks_and_clean_pictures_follow_their_images_to_the_shape_of_the_task() -> None:
    masks = np.array([[[0, 1], [-1, 2]]])
    small, large = (2, 2, 1), (4, 4, 1)
    np.testing.assert_array_equal(brought_target(masks, small, large)[0], np.kron(masks[0], np.ones((2, 2), int)))
    told = brought_target(np.arange(16).reshape(1, 4, 4), large, small)
    np.testing.assert_array_equal(told[0], [[5, 7], [13, 15]])
    clean = np.random.default_rng(0).random((2, 4, 4, 3), dtype=np.float32)
    np.testing.assert_array_equal(brought_target(clean, large, small), brought(Images(clean, 1.0), (2, 2, 1)).unit())


def test_a_clean_picture_of_the_task_is_not_learned_first_however_it_was_spoiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = catalog.dataset("degraded_digits").load({"degradation": "deblur"})
    rows = np.arange(5)
    foreign = np.random.default_rng(0).random((4, 8, 8, 1), dtype=np.float32)
    inputs = Images(np.concatenate([digits.inputs.take(rows).unit(), foreign * 0.5]), 1.0)
    other = Data(inputs, np.concatenate([digits.target[rows], foreign]))
    start = {"dataset": "degraded_mnist", "epochs": 1}
    job = job_of(
        tmp_path,
        tasks=[{"dataset": "degraded_digits"}],
        models=[{"name": "unet", "filters": 4, "depth": 1, "pretrain": start}],
    )
    real = catalog.dataset
    stub = SimpleNamespace(load=lambda params: other)
    monkeypatch.setattr(catalog, "dataset", lambda name: stub if name == "degraded_mnist" else real(name))
    taken = images_of(job, job.contestant.start)
    assert (taken.told["excluded"], taken.told["rows"], taken.schema.form) == (5, 4, "Pictures")
    np.testing.assert_allclose(taken.part.target, foreign, atol=1e-6)
