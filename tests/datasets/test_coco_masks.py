"""Outlines in COCO's JSON as masks: what is drawn over what, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_annotations import TURNED, turned
from PIL import Image

from dlbench import own
from dlbench.core import catalog
from dlbench.core.errors import DataError
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.run_lengths import RunLengths
from dlbench.suite import load_suite

OWN = catalog.dataset("coco_masks")
BOX = [2.0, 3.0, 10.0, 3.0, 10.0, 9.0, 2.0, 9.0]


def written(folder: Path, annotations: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    (folder / "pictures").mkdir(exist_ok=True)
    Image.fromarray(np.full((12, 16, 3), 9, np.uint8)).save(folder / "pictures" / "a.png")
    held = [{"image_id": 7, "iscrowd": 0, "area": 1.0, **one} for one in annotations]
    image = {"id": 7, "file_name": "a.png", "height": 12, "width": 16, **more}
    told = {"images": [image], "annotations": held, "categories": [{"id": 9, "name": "cat"}, {"id": 3, "name": "dog"}]}
    (folder / "marks.json").write_text(json.dumps(told))
    return {"coco_masks": str(folder / "marks.json"), "images": str(folder / "pictures"), "size": 16}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_CACHE_DIR", str(tmp_path / "cache"))


def test_polygons_are_filled_and_the_smaller_object_lies_above(tmp_path: Path) -> None:
    small = [4.0, 4.0, 6.0, 4.0, 6.0, 6.0, 4.0, 6.0]
    params = written(
        tmp_path,
        [
            {"category_id": 9, "area": 4.0, "segmentation": [small]},
            {"category_id": 3, "area": 48.0, "segmentation": [BOX]},
        ],
    )
    assert OWN.problems(params) == []
    data = OWN.load(params)
    assert data.classes == ("ground", "dog", "cat")
    wanted = np.zeros((12, 16), dtype=int)
    wanted[3:9, 2:10], wanted[4:6, 4:6] = 1, 2
    np.testing.assert_array_equal(data.target[0][:12], wanted)  # type: ignore[index]
    assert (data.target[0][12:] == -1).all()  # type: ignore[index]


def test_run_lengths_are_read_down_the_columns_and_crowds_belong_to_no_class(tmp_path: Path) -> None:
    """12 pixels a column: the third column whole, then the first two pixels of the fifth."""
    counts = [24, 12, 12, 2, 142]
    text = RunLengths(12, 16, tuple(counts)).to_coco()
    params = written(tmp_path, [{"category_id": 3, "segmentation": {"size": [12, 16], "counts": counts}}])
    mask = OWN.load(params).target[0]  # type: ignore[index]
    assert (mask[:12, 2] == 1).all()
    assert mask[:12, 4].tolist() == [1, 1] + [0] * 10
    assert (mask[:12] == 1).sum() == 14
    params = written(tmp_path, [{"category_id": 3, "segmentation": text}])
    np.testing.assert_array_equal(OWN.load(params).target[0], mask)  # type: ignore[index]
    params = written(
        tmp_path,
        [
            {"category_id": 3, "iscrowd": 1, "segmentation": {"size": [12, 16], "counts": counts}},
            {"category_id": 9, "area": 48.0, "segmentation": [BOX]},
        ],
    )
    mask = OWN.load(params).target[0]  # type: ignore[index]
    assert (mask[0, 2], mask[5, 2], mask[0, 0]) == (-1, 2, 0)


@pytest.mark.parametrize(
    "outline",
    [
        [],
        [[1.0, 1.0, 5.0, 5.0]],
        [[1.0, 1.0, 5.0, 5.0, 3.0]],
        {"size": [12, 17], "counts": [204]},
        {"size": [12, 16], "counts": [5, 3]},
        {"size": [12, 16], "counts": "\x7f"},
        {"size": [12, 16], "counts": "1P"},
        {"counts": [192]},
        [["x"] * 6],
        [[0.0, 0.0, 1e12, 0.0, 1e12, 5.0]],
    ],
)
def test_degenerate_outlines_are_left_out_and_counted(tmp_path: Path, outline: Any) -> None:
    params = written(tmp_path, [{"category_id": 3, "segmentation": outline}, {"category_id": 9, "segmentation": [BOX]}])
    data = OWN.load(params)
    assert data.inferred == {"objects": ["1 degenerate outlines: left out"]}
    assert set(np.unique(data.target)) == {-1, 0, 2}  # type: ignore[arg-type]


def test_files_that_are_none_or_lead_astray_are_told(tmp_path: Path) -> None:
    params = written(tmp_path, [], height=13)
    assert "12×16 pixels, listed as 13×16" in OWN.problems(params)[0]
    params = written(tmp_path, [], file_name="../secret.png")
    assert "leaves the folder of pictures" in OWN.problems(params)[0]
    (tmp_path / "marks.json").write_text("[1]")
    with pytest.raises(DataError, match="expected an object with images, categories and annotations"):
        OWN.load(params)
    params = written(tmp_path, [], file_name="b.png")
    assert "none of its pictures is in" in OWN.problems(params)[0]
    assert OWN.identity(params) == {"unavailable": True, "size": 16}


def test_the_smaller_object_lies_above_where_no_area_is_told(tmp_path: Path) -> None:
    small = {"category_id": 9, "segmentation": [[4.0, 4.0, 6.0, 4.0, 6.0, 6.0, 4.0, 6.0]], "area": None}
    marks = [small, {"category_id": 3, "segmentation": [BOX]}]
    params = written(tmp_path, marks)
    content = json.loads((tmp_path / "marks.json").read_text())
    del content["annotations"][1]["area"]
    (tmp_path / "marks.json").write_text(json.dumps(content))
    mask = OWN.load(params).target[0]  # type: ignore[index]
    assert ((mask == 1).sum(), (mask == 2).sum()) == (44, 4)


@pytest.mark.parametrize("name", ["coco_masks", "coco_instances"])
@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ({"segmentation": None}, "1 annotations without an outline: left out"),
        ({"category_id": 99}, "1 annotations of unknown categories: left out"),
        ({"category_id": None}, "1 annotations of unknown categories: left out"),
        ({"image_id": 99}, "1 annotations of pictures that are not listed: left out"),
        ({"segmentation": [[30.0, 3.0, 40.0, 3.0, 40.0, 9.0]]}, "1 outlines that hold no pixel of their picture"),
        ({"segmentation": {"size": [12, 16], "counts": [192]}}, "1 outlines that hold no pixel of their picture"),
        ({"segmentation": []}, "1 degenerate outlines: left out"),
    ],
)
def test_what_is_wrong_with_one_annotation_is_counted(
    tmp_path: Path, name: str, mark: dict[str, Any], note: str
) -> None:
    good = {"category_id": 9, "segmentation": [BOX]}
    params = written(tmp_path, [{**good, **mark}, good])
    params = {**params, name: params["coco_masks"]}
    assert catalog.dataset(name).problems(params) == []
    assert note in str(catalog.dataset(name).load(params).inferred["objects"])
    objects, pictures = own.inferred(name, params)
    assert objects["why"] == "1 outlines of 2 classes"
    assert note in objects["warning"]
    assert pictures["warning"] == ""


def parts(folder: Path, train: dict[str, int], test: dict[str, int] | None = None) -> dict[str, Any]:
    """Pictures of 12×16 by path below the folder, each of one grey and with one box."""
    params: dict[str, Any] = {"images": str(folder), "size": 16}
    for name, pictures in (("coco_masks", train), ("test", test or {})):
        images = []
        for number, (path, grey) in enumerate(pictures.items()):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((12, 16, 3), grey, np.uint8)).save(folder / path)
            images.append({"id": number, "file_name": path, "height": 12, "width": 16})
        marks = [{"image_id": one["id"], "category_id": 1, "segmentation": [BOX]} for one in images]
        told = {"images": images, "annotations": marks, "categories": [{"id": 1, "name": f"of {name}"}]}
        if images:
            (folder / f"{name}.json").write_text(json.dumps(told))
            params[name] = str(folder / f"{name}.json")
    return {**params, "coco_instances": params["coco_masks"]}


@pytest.mark.parametrize("name", ["coco_masks", "coco_instances"])
def test_pictures_that_are_absent_damaged_or_others_are_counted(tmp_path: Path, name: str) -> None:
    params = parts(tmp_path, {"a.png": 1, "b.png": 2, "c.png": 3, "d.png": 4})
    (tmp_path / "b.png").unlink()
    (tmp_path / "c.png").write_bytes(b"no picture")
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(tmp_path / "d.png")
    dataset = catalog.dataset(name)
    assert dataset.problems(params) == []
    data = dataset.load(params)
    assert data.item_ids.tolist() == ["a.png"]
    assert "1 listed pictures that are not there: left out" in str(data.inferred["objects"])
    assert [str(one).split(":")[0] for one in data.inferred["left out"]] == ["c.png", "d.png"]  # type: ignore[union-attr]
    objects, pictures = own.inferred(name, params)
    assert "1 listed pictures that are not there" in objects["warning"]
    assert "2 left out: c.png: no picture" in pictures["warning"]
    assert "d.png: 5×5 pixels, listed as 12×16" in pictures["warning"]


@pytest.mark.parametrize("name", ["coco_masks", "coco_instances"])
def test_a_second_file_is_the_test_part_and_ids_are_unique(tmp_path: Path, name: str) -> None:
    params = parts(tmp_path, {"a/1.png": 1, "b/1.png": 2, "a/2.png": 3}, {"t/1.png": 4, "t/3.png": 5})
    dataset = catalog.dataset(name)
    assert dataset.problems(params) == []
    assert dataset.parted(params)
    data = dataset.load(params)
    assert data.item_ids.tolist() == ["a/1.png", "2.png", "b/1.png", "t/1.png", "3.png"]
    assert data.test is not None
    assert data.test.tolist() == [False] * 3 + [True] * 2
    assert data.classes[-2:] == ("of coco_masks", "of test")
    assert dataset.identity(params) != dataset.identity({**params, "test": None})
    suite = load_suite({"name": "s", "tasks": [{"dataset": {name: params[name], "images": str(tmp_path),
        "size": 16, "test": params["test"]}}], "models": ["pixel_forest"]})  # fmt: skip
    assert suite.tasks[0].split == "official"


def test_a_test_part_of_training_pictures_is_told_when_the_suite_is_planned(tmp_path: Path) -> None:
    params = parts(tmp_path, {"a/1.png": 1, "a/2.png": 2}, {"b/1.png": 1, "b/2.png": 3})
    (problem,) = OWN.problems(params)
    assert "1.png: in both parts: the test part must not hold training pictures" in problem


@pytest.mark.parametrize("turn", range(1, 9))
def test_masks_turn_with_their_picture(tmp_path: Path, turn: int) -> None:
    """Drawn on the picture as it lies in its file, or as it is looked at."""
    (tmp_path / "a.jpg").write_bytes(turned(turn))
    outline = [4.0, 2.0, 14.0, 2.0, 14.0, 8.0, 4.0, 8.0]
    left, top, width, height = TURNED[turn]
    seen = [left, top, left + width, top, left + width, top + height, left, top + height]
    for size, told in (((30, 40), outline), (None, outline), ((40, 30), seen)):
        if size == (40, 30) and turn < 5:
            continue
        image = {"id": 1, "file_name": "a.jpg", **(dict(zip(("height", "width"), size, strict=True)) if size else {})}
        mark = {"image_id": 1, "category_id": 1, "segmentation": [told]}
        content = {"images": [image], "annotations": [mark], "categories": [{"id": 1, "name": "spot"}]}
        (tmp_path / "marks.json").write_text(json.dumps(content))
        params = {"coco_masks": str(tmp_path / "marks.json"), "images": str(tmp_path), "size": 40}
        data = OWN.load(params)
        bright = data.inputs.arrays()[0][0, ..., 0] > 127
        np.testing.assert_array_equal(data.target[0] == 1, bright)  # type: ignore[index]
        found = catalog.dataset("coco_instances").load({**params, "coco_instances": params["coco_masks"]}).target
        assert isinstance(found, OutlinedObjects)
        assert found.boxes.tolist() == [[left, top, width, height]]
