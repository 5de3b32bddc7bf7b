"""Outlines in COCO's JSON as masks: what is drawn over what, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dlbench.core import catalog
from dlbench.core.errors import DataError
from dlbench.forms.run_lengths import RunLengths

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
    ],
)
def test_degenerate_outlines_are_left_out_and_counted(tmp_path: Path, outline: Any) -> None:
    params = written(tmp_path, [{"category_id": 3, "segmentation": outline}, {"category_id": 9, "segmentation": [BOX]}])
    data = OWN.load(params)
    assert data.inferred == {"skipped": ("a.png: a degenerate outline",)}
    assert set(np.unique(data.target)) == {-1, 0, 2}  # type: ignore[arg-type]


def test_files_that_are_none_or_lead_astray_are_told(tmp_path: Path) -> None:
    params = written(tmp_path, [], height=13)
    assert "12×16 pixels, listed as 13×16" in OWN.problems(params)[0]
    params = written(tmp_path, [], file_name="../secret.png")
    assert "leads out of the folder" in OWN.problems(params)[0]
    params = written(tmp_path, [{"category_id": 5, "segmentation": [BOX]}])
    assert "KeyError: 5" in OWN.problems(params)[0]
    (tmp_path / "marks.json").write_text("[1]")
    with pytest.raises(DataError, match="not COCO's JSON"):
        OWN.load(params)
    params = written(tmp_path, [], file_name="b.png")
    assert "no such file" in OWN.problems(params)[0]
