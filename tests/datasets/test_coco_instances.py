"""Outlines in COCO's JSON as objects with masks: what lies inside, what is scaled along, what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dlbench.core import catalog
from dlbench.core.errors import DataError
from dlbench.forms.outlined import OutlinedObjects

OWN = catalog.dataset("coco_instances")
BOX = [2.0, 3.0, 10.0, 3.0, 10.0, 9.0, 2.0, 9.0]
SMALL = [4.0, 4.0, 6.0, 4.0, 6.0, 6.0, 4.0, 6.0]


def written(folder: Path, annotations: list[dict[str, Any]], size: int = 16) -> dict[str, Any]:
    (folder / "pictures").mkdir(exist_ok=True)
    Image.fromarray(np.full((12, 16, 3), 9, np.uint8)).save(folder / "pictures" / "a.png")
    held = [{"image_id": 7, "iscrowd": 0, "area": 1.0, **one} for one in annotations]
    image = {"id": 7, "file_name": "a.png", "height": 12, "width": 16}
    told = {"images": [image], "annotations": held, "categories": [{"id": 9, "name": "cat"}, {"id": 3, "name": "dog"}]}
    (folder / "marks.json").write_text(json.dumps(told))
    return {"coco_instances": str(folder / "marks.json"), "images": str(folder / "pictures"), "size": size}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_CACHE_DIR", str(tmp_path / "cache"))


def objects(params: dict[str, Any]) -> OutlinedObjects:
    assert OWN.problems(params) == []
    found = OWN.load(params).target
    assert isinstance(found, OutlinedObjects)
    return found


def test_every_outline_is_an_object_also_where_they_overlap(tmp_path: Path) -> None:
    marks = [{"category_id": 9, "segmentation": [SMALL]}, {"category_id": 3, "segmentation": [BOX]}]
    params = written(tmp_path, marks)
    found = objects(params)
    assert OWN.load(params).classes == ("dog", "cat")
    assert found.codes.tolist() == [1, 0]
    assert found.areas.tolist() == [4, 48]
    assert found.boxes.tolist() == [[4, 4, 2, 2], [2, 3, 8, 6]]
    assert (found.masks.decode(0) & found.masks.decode(1)).sum() == 4
    assert found.masks.sizes.tolist() == [[16, 16]] * 2


def test_crowds_are_marked_and_masks_are_scaled_with_their_pictures(tmp_path: Path) -> None:
    runs = {"size": [12, 16], "counts": [24, 12, 12, 2, 142]}  # the third column, two pixels of the fifth
    marks = [{"category_id": 3, "iscrowd": 1, "segmentation": runs}, {"category_id": 9, "segmentation": [BOX]}]
    found = objects(written(tmp_path, marks, size=32))
    assert found.crowd.tolist() == [True, False]
    assert found.areas.tolist() == [14 * 4, 48 * 4]
    assert found.boxes[1].tolist() == [4, 6, 16, 12]


def test_what_holds_no_pixel_is_left_out_and_counted(tmp_path: Path) -> None:
    marks: list[dict[str, Any]] = [{"category_id": 3, "segmentation": [[1.0, 1.0, 5.0, 5.0]]}]
    marks += [{"category_id": 3, "segmentation": {"size": [12, 16], "counts": [14, 1, 177]}}]
    marks += [{"category_id": 9, "segmentation": [BOX]}]
    params = written(tmp_path, marks, size=8)
    assert objects(params).codes.tolist() == [1]
    told = OWN.load(params).inferred["objects"]
    assert told[1:] == ["1 degenerate outlines: left out", "1 objects without a pixel at this size: left out"]  # type: ignore[index]
    params = written(tmp_path, [])
    assert objects(params).counts.tolist() == [0]


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    params = written(tmp_path, [])
    (tmp_path / "marks.json").write_text('{"images": [], "annotations": []}')
    (problem,) = OWN.problems(params)
    assert "categories: expected a list" in problem
    with pytest.raises(DataError, match="categories: expected a list"):
        OWN.load(params)
