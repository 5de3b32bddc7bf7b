"""Parts of a YOLO set: what data.yaml names, however it is written, and nothing outside of the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from made_annotations import picture, yolo

from dlbench.datasets.annotations import Annotations
from dlbench.datasets.yolo_txt import read

LINE = "0 .5 .5 .2 .2"
YEARS = dict.fromkeys(("train2017/a", "train2017/b", "val2017/c", "val2017/d"), LINE)


def told(**parts: Any) -> str:
    return yaml.safe_dump({"names": ["cell", "speck"], **parts})


def in_test(found: Annotations) -> str:
    return "".join(Path(one.name).stem for one in found.pictures if one.test)


def held(found: Annotations) -> str:
    return "".join(Path(one.name).stem for one in found.pictures)


def noted(found: Annotations) -> dict[str, int]:
    return {what: count for what, count in found.noted.items() if count}


@pytest.mark.parametrize(
    "parts",
    [
        {"train": "images/train2017", "val": "images/val2017"},
        {"train": "images/train2017/", "val": ["./images/val2017"], "test": None},
        {"path": "images", "train": "train2017", "val": "val2017"},
        {"path": "../datasets/mine", "train": "images/train2017", "val": "images/val2017"},
        {"train": "../images/train2017", "val": "../images/val2017"},
        {"train": "images\\train2017", "val": "images\\val2017"},
        {"train": ["images/train2017"], "val": ["images/val2017/c.png", "images/val2017/d.png"]},
        {"train": "images", "val": "images/val2017"},
        {"train": "train.txt", "val": "val.txt"},
        {"train": "lists/train.txt", "val": "lists/val.txt"},
    ],
)
def test_data_yaml_names_the_parts(tmp_path: Path, parts: dict[str, Any]) -> None:
    folder = yolo(tmp_path / "y", YEARS, told(**parts))
    (folder / "train.txt").write_text("./images/train2017/a.png\nimages/train2017/b.png\n")
    (folder / "val.txt").write_text(f"{folder / 'images' / 'val2017' / 'c.png'}\n\nimages/val2017/d.png\n")
    (folder / "lists").mkdir()
    (folder / "lists" / "train.txt").write_text("../images/train2017/a.png\nimages/train2017/b.png\n")
    (folder / "lists" / "val.txt").write_text("images/val2017/c.png\nimages/val2017/d.png\n")
    found = read(folder)
    assert (held(found), in_test(found), found.parted) == ("abcd", "cd", True)
    assert noted(found) == {}


def test_what_is_named_as_test_goes_before_what_is_named_as_val(tmp_path: Path) -> None:
    parts = {"train": "images/train2017", "val": "images/val2017/c.png", "test": "images/val2017/d.png"}
    found = read(yolo(tmp_path / "y", YEARS, told(**parts)))
    assert (held(found), in_test(found)) == ("abcd", "d")


def test_pictures_in_no_part_are_left_out_where_it_is_said_what_trains(tmp_path: Path) -> None:
    lines = {**YEARS, "test2017/e": "odd"}
    found = read(yolo(tmp_path / "y", lines, told(train="images/train2017", val="images/val2017")))
    assert (held(found), in_test(found)) == ("abcd", "cd")
    assert noted(found) == {"pictures that data.yaml names in no part: left out": 1}
    found = read(yolo(tmp_path / "y", lines, told(val="images/val2017")))
    assert (held(found), in_test(found)) == ("eabcd", "cd")


def test_one_folder_to_learn_from_and_to_validate_on_is_no_parts(tmp_path: Path) -> None:
    found = read(yolo(tmp_path / "y", YEARS, told(train="images", val="images")))
    assert (held(found), in_test(found), found.parted) == ("abcd", "", False)


def test_folders_named_as_parts_stand_where_data_yaml_names_none_of_this_folder(tmp_path: Path) -> None:
    lines = {"train/a": LINE, "train/b": LINE, "valid/c": LINE}
    for parts in ({}, {"path": "/far/away", "train": "/far/away/train", "val": 5, "test": ["gone"]}):
        found = read(yolo(tmp_path / "y", lines, told(**parts)))
        assert (held(found), in_test(found)) == ("abc", "c")
    assert noted(found) == {"paths in data.yaml without a picture of this folder: passed over": 2}


@pytest.mark.parametrize("way", ["../outside", "../outside/list.txt", "ABSOLUTE", "linked", "linked.txt", "../y2"])
def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, way: str) -> None:
    """A list out there even names pictures in here."""
    outside, folder = tmp_path / "outside", yolo(tmp_path / "y", YEARS)
    for place in (outside, tmp_path / "y2"):
        place.mkdir()
        (place / "z.png").write_bytes(picture())
    (outside / "list.txt").write_text(f"{folder}/images/val2017/c.png\nimages/val2017/c.png\n")
    (folder / "linked").symlink_to(outside)
    (folder / "linked.txt").symlink_to(outside / "list.txt")
    (folder / "data.yaml").write_text(told(val=str(outside / "list.txt") if way == "ABSOLUTE" else way))
    found = read(folder)
    assert (held(found), in_test(found), found.parted) == ("abcd", "", False)
    assert noted(found) == {"paths in data.yaml without a picture of this folder: passed over": 1}


def test_lines_of_a_list_that_name_no_picture_are_counted(tmp_path: Path) -> None:
    folder = yolo(tmp_path / "y", YEARS, told(train="images/train2017", val="val.txt"))
    (folder / "val.txt").write_text("images/val2017/c.png\nimages/val2017/gone.png\n../../../etc/passwd\n")
    found = read(folder)
    assert (held(found), in_test(found)) == ("abc", "c")
    assert noted(found) == {
        "lines in lists without a picture of this folder: passed over": 2,
        "pictures that data.yaml names in no part: left out": 1,
    }


def test_names_with_keys_of_two_kinds_are_a_mistake_of_the_file(tmp_path: Path) -> None:
    from dlbench.core.errors import DataError

    folder = yolo(tmp_path / "y", YEARS, "names: {0: a, b: c}")
    with pytest.raises(DataError, match=r"data\.yaml: names: expected a list, or numbers from 0"):
        read(folder)
