"""Pictures with boxes in the three ways of writing them down, and all that is wrong with real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_annotations import TURNED, bomb, picture, turned, voc, xml, yolo

from dlbench import own
from dlbench.core import catalog
from dlbench.core.errors import DataError, DataUnavailable, SuiteError
from dlbench.datasets.object_pictures import placed
from dlbench.datasets.pictures import Wanted, pixels
from dlbench.forms.objects import Objects
from dlbench.prepare.data import Data
from dlbench.suite import load_suite

GOOD = [("cell", (1, 1, 10, 5)), ("speck", (21, 11, 40, 30))]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def load(name: str, path: Path, **more: Any) -> Data:
    return catalog.dataset(name).load({name: str(path), **more})


def objects(data: Data) -> Objects:
    assert isinstance(data.target, Objects)
    return data.target


def told(data: Data) -> str:
    return " | ".join(str(one) for one in data.inferred["objects"])  # type: ignore[union-attr]


def test_voc_corners_are_pixels_inside_the_box(tmp_path: Path) -> None:
    data = load("voc", voc(tmp_path / "v", {"a": GOOD, "b": []}))
    assert data.classes == ("cell", "speck")
    assert data.item_ids.tolist() == ["a", "b"]
    assert data.inputs.shape == (30, 40, 3)
    assert objects(data).boxes.tolist() == [[0, 0, 10, 5], [20, 10, 20, 20]]
    assert objects(data).counts.tolist() == [2, 0]
    assert objects(data).areas.tolist() == [50, 400]
    assert data.test is None


@pytest.mark.parametrize(
    ("lists", "tested", "held"),
    [
        ({"trainval": "ab", "test": "cd"}, "cd", "abcd"),
        ({"train": "a", "val": "b", "test": "c"}, "c", "abc"),
        ({"train": "ab", "val": "cd"}, "cd", "abcd"),
        ({"trainval": "abx", "test": "d"}, "d", "abd"),
    ],
)
def test_voc_lists_are_the_official_parts(tmp_path: Path, lists: dict[str, str], tested: str, held: str) -> None:
    folder = voc(tmp_path / "v", dict.fromkeys("abcd", GOOD), lists)  # type: ignore[arg-type]
    data = load("voc", folder)
    assert "".join(data.item_ids) == held
    assert data.test is not None
    assert "".join(data.item_ids[data.test]) == tested
    assert catalog.dataset("voc").parted({"voc": str(folder)})
    assert ("no list names" in told(data)) == (len(held) < 4)
    assert ("without picture and annotations" in told(data)) == ("x" in "".join(lists.values()))


def test_what_is_wrong_with_voc_objects_is_mended_and_counted(tmp_path: Path) -> None:
    things = [
        *GOOD, ("cell", (5, 5, 5, 9)), ("cell", (9, 9, 7, 12)), ("cell", (31, 1, 60, 10)), ("cell", (50, 50, 60, 60)),
        ("cell", ("nan", 1, 2, 3)), ("cell", ("x", 1, 2, 3)), ("", (1, 1, 4, 4)), ("cell", (0, 0, 4, 4)),
    ]  # fmt: skip
    data = load("voc", voc(tmp_path / "v", {"a": things, "b": GOOD}))
    assert len(objects(data).boxes) == 6
    assert [30, 0, 10, 10] in objects(data).boxes.tolist()
    assert (objects(data).boxes[:, 2:] > 0).all()
    assert "2 objects without width or height: left out" in told(data)
    assert "1 objects that stick out of the picture: cut at its edge" in told(data)
    assert "1 objects outside of the picture: left out" in told(data)
    assert "3 objects without a name or without four numbers: left out" in told(data)


def test_missing_and_damaged_files_are_counted(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", dict.fromkeys("abcdef", GOOD))
    (folder / "Annotations" / "a.xml").unlink()
    (folder / "JPEGImages" / "b.png").unlink()
    (folder / "Annotations" / "c.xml").write_text("<annotation><object>")
    (folder / "JPEGImages" / "d.png").write_bytes(picture(form="PNG")[:60])
    (folder / "JPEGImages" / "e.png").write_bytes(b"")
    data = load("voc", folder)
    assert data.item_ids.tolist() == ["f"]
    assert "1 pictures without a file of annotations: left out" in told(data)
    assert "1 files of annotations without a picture: left out" in told(data)
    assert "1 damaged files of annotations: pictures left out" in told(data)
    left = data.inferred["left out"]
    assert [str(one).split(":")[0] for one in left] == ["e", "d"]  # type: ignore[union-attr]


def test_difficult_objects_are_marked(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD})
    (folder / "Annotations" / "a.xml").write_text(xml(GOOD, "<difficult>1</difficult>"))
    assert objects(load("voc", folder)).difficult.tolist() == [True, True]


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("gb2312", "猫"), ("gbk", "猫"), ("shift_jis", "猫"), ("utf-16", "猫"), ("iso-8859-1", "é")],
)
def test_xml_of_any_known_encoding_is_read(tmp_path: Path, encoding: str, label: str) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD})
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + xml([(label, (1, 1, 10, 5))])
    (folder / "Annotations" / "a.xml").write_bytes(text.encode(encoding))
    assert load("voc", folder).classes == (label,)


@pytest.mark.parametrize("encoding", ["klingon", "base64", "idna", "gb2312"])
def test_xml_of_an_encoding_that_cannot_be_read_is_counted(tmp_path: Path, encoding: str) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "b": GOOD})
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + xml([("é", (1, 1, 10, 5))])
    (folder / "Annotations" / "a.xml").write_bytes(text.encode("latin-1"))
    data = load("voc", folder)
    assert data.item_ids.tolist() == ["b"]
    assert "1 damaged files of annotations: pictures left out" in told(data)


def test_marks_before_the_first_byte_of_text_are_passed_over(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "b": GOOD})
    for name, held in (("trainval", "a"), ("test", "b")):
        (folder / "ImageSets" / "Main" / f"{name}.txt").write_text(held, encoding="utf-8-sig")
    assert load("voc", folder).item_ids.tolist() == ["a", "b"]
    folder = yolo(tmp_path / "y", {"a": ""})
    (folder / "labels" / "a.txt").write_text("0 .5 .5 .2 .2", encoding="utf-8-sig")
    (folder / "data.yaml").unlink()
    (folder / "classes.txt").write_text("cell", encoding="utf-8-sig")
    data = load("yolo_txt", folder)
    assert (data.classes, len(objects(data).boxes)) == (("cell",), 1)


def spot(data: Data) -> list[int]:
    where = np.argwhere(data.inputs.arrays()[0][0, ..., 0] > 127)
    (top, left), (bottom, right) = where.min(axis=0), where.max(axis=0) + 1
    return [int(left), int(top), int(right - left), int(bottom - top)]


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_boxes_turn_with_their_picture(tmp_path: Path, turn: int, form: str) -> None:
    """Whatever the source: in pixels of the file with its size or without one, in shares, in pixels as it looks."""
    box = [4, 2, 10, 6]
    sizes: list[tuple[dict[str, int], list[int]]] = [({}, box), ({"width": 40, "height": 30}, box)]
    if turn > 4:
        sizes.append(({"width": 30, "height": 40}, list(TURNED[turn])))
    for size, written in sizes:
        path = coco(
            tmp_path / "c.json",
            images=[{"id": 7, "file_name": "a.png", **size}],
            annotations=[{"image_id": 7, "category_id": 2, "bbox": written}],
        )
        (tmp_path / "a.png").write_bytes(turned(turn, form=form))
        data = load("coco", path)
        assert spot(data) == list(TURNED[turn])
        assert objects(data).boxes.tolist() == [list(TURNED[turn])]
    folder = yolo(tmp_path / "y", {"a": "0 0.225 0.16666667 0.25 0.2"})
    (folder / "images" / "a.png").write_bytes(turned(turn, form=form))
    np.testing.assert_allclose(objects(load("yolo_txt", folder)).boxes, [TURNED[turn]], atol=1e-6)


def test_the_size_in_xml_tells_whether_boxes_were_drawn_on_the_turned_picture(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": [("cell", (5, 3, 14, 8))], "b": [("cell", (23, 5, 28, 14))]})
    for name in "ab":
        (folder / "JPEGImages" / f"{name}.png").write_bytes(turned(6))
    path = folder / "Annotations" / "b.xml"
    path.write_text(path.read_text().replace("40</width><height>30", "30</width><height>40"))
    data = load("voc", folder)
    assert objects(data).boxes.tolist() == [list(TURNED[6])] * 2
    assert "1 pictures turned as their camera says: boxes turned along" in told(data)


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><annotation>&c;</annotation>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>'


@pytest.mark.parametrize("hostile", [BOMB, OUTSIDE, "<!DOCTYPE annotation><annotation/>"])
def test_xml_with_entities_is_refused_by_name(tmp_path: Path, hostile: str) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "b": GOOD})
    (folder / "Annotations" / "b.xml").write_text(hostile)
    with pytest.raises(DataError, match=r"b\.xml: xml with a document type or entities"):
        load("voc", folder)


def test_a_picture_that_would_unpack_without_end_is_left_out(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "bomb": GOOD})
    (folder / "JPEGImages" / "bomb.png").write_bytes(bomb())
    data = load("voc", folder)
    assert data.item_ids.tolist() == ["a"]
    assert "pixels" in str(data.inferred["left out"])


@pytest.mark.parametrize(
    ("mode", "colour", "form"),
    [("CMYK", (0, 200, 200, 0), "JPEG"), ("P", 3, "PNG"), ("I;16", 9000, "PNG"), ("L", 9, "PNG")],
)
def test_pictures_of_any_mode_are_read(tmp_path: Path, mode: str, colour: Any, form: str) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "b": GOOD})
    (folder / "JPEGImages" / "b.png").write_bytes(picture(colour=colour, mode=mode, form=form))
    assert load("voc", folder).inputs.shape == (30, 40, 3)


def test_several_sizes_need_a_size_and_boxes_are_scaled_along(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD, "b": GOOD})
    (folder / "JPEGImages" / "b.png").write_bytes(picture((80, 30)))
    with pytest.raises(DataError, match="2 sizes, from 30×40 to 30×80: set size"):
        load("voc", folder)
    data = load("voc", folder, size=40)
    assert data.inputs.shape == (40, 40, 3)
    np.testing.assert_allclose(objects(data).boxes[:2], [[0, 5, 10, 5], [20, 15, 20, 20]])
    np.testing.assert_allclose(objects(data).boxes[2:], [[0, 12.5 - 0.5, 5, 2.5], [10, 17, 10, 10]], atol=0.51)


def test_one_size_keeps_its_shape(tmp_path: Path) -> None:
    data = load("voc", voc(tmp_path / "v", {"a": GOOD}), size=20)
    assert data.inputs.shape == (15, 20, 3)
    assert objects(data).boxes.tolist() == [[0, 0, 5, 2.5], [10, 5, 10, 10]]
    assert objects(data).areas.tolist() == [12.5, 100]


@settings(deadline=None, max_examples=60)
@given(st.integers(8, 90), st.integers(8, 90), st.integers(16, 60), st.integers(16, 60))
def test_boxes_lie_where_the_picture_lies(height: int, width: int, to_height: int, to_width: int) -> None:
    """A white picture on black: the box around all of it is the box around what is not black."""
    wanted = Wanted(to_height, to_width, False)
    seen = pixels(picture((width, height), 255, "L"), wanted)[..., 0] > 127
    across, down, left, top = placed(height, width, wanted)
    where = np.argwhere(seen)
    assert where.min(axis=0).tolist() == [top, left]
    np.testing.assert_allclose(where.max(axis=0) + 1, [top + down * height, left + across * width], atol=1e-6)


def coco(path: Path, **more: Any) -> Path:
    """A json file of one picture with two objects, beside it, with what is given in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "a.png").write_bytes(picture())
    content = {
        "images": [{"id": 7, "file_name": "a.png", "width": 40, "height": 30}],
        "categories": [{"id": 5, "name": "speck"}, {"id": 2, "name": "cell"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 2, "bbox": [0, 0, 10.5, 5], "area": 30.0, "iscrowd": 0},
            {"id": 2, "image_id": 7, "category_id": 5, "bbox": [20, 10, 20, 20], "iscrowd": 1},
        ],
    }
    path.write_text(json.dumps({**content, **more}))
    return path


def test_coco_has_crowds_areas_and_classes_by_id(tmp_path: Path) -> None:
    data = load("coco", coco(tmp_path / "c.json"))
    assert data.classes == ("cell", "speck")
    assert objects(data).boxes.tolist() == [[0, 0, 10.5, 5], [20, 10, 20, 20]]
    assert objects(data).codes.tolist() == [0, 1]
    assert objects(data).crowd.tolist() == [False, True]
    assert objects(data).areas.tolist() == [30, 400]


def _annotated(**more: Any) -> dict[str, Any]:
    return {"annotations": [{"id": 1, "image_id": 7, "category_id": 2, "bbox": [0, 0, 10, 10], **more}]}


@pytest.mark.parametrize(
    ("outline", "area"),
    [
        ([[0, 0, 8, 0, 8, 4, 0, 4]], 32.0), ([[0, 0, 2, 0, 2, 2, 0, 2], [5, 5, 7, 5, 7, 7, 5, 7]], 8.0),
        ({"size": [30, 40], "counts": [0, 60, 1140]}, 60.0), ([], 100.0), ("odd", 100.0),
    ],
)  # fmt: skip
def test_an_area_that_is_not_told_is_that_of_the_outline(tmp_path: Path, outline: Any, area: float) -> None:
    data = load("coco", coco(tmp_path / "c.json", **_annotated(segmentation=outline)))
    assert objects(data).areas.tolist() == [area]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"bbox": [0, 0, 0, 9]}, "1 objects without width or height"), ({"bbox": [0, 0, -3, 9]}, "without width"),
        ({"bbox": [0, 0, 3]}, "1 annotations without a box"), ({"bbox": [0, 0, "3", 3]}, "without a box"),
        ({"bbox": [0, 0, True, 3]}, "without a box"), ({"category_id": 99}, "1 annotations of unknown categories"),
        ({"category_id": None}, "unknown categories"), ({"image_id": 99}, "1 annotations of pictures that are"),
        ({"bbox": [30, 0, 20, 9]}, "1 objects that stick out"), ({"bbox": [99, 0, 20, 9]}, "1 objects outside"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_coco_objects_is_counted(tmp_path: Path, more: dict[str, Any], note: str) -> None:
    assert note in told(load("coco", coco(tmp_path / "c.json", **_annotated(**more))))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not json"), ("[]", "an object"), ("{}", "categories: expected a list"), ("[" * 99999, "not json"),
        (json.dumps({"categories": [{"id": 1}], "images": [{"id": 1, "file_name": "/etc/passwd"}], "annotations": []}),
         "leaves the folder"),
        (json.dumps({"categories": [{"id": 1}], "images": [{"id": 1, "file_name": "../a.png"}], "annotations": []}),
         "leaves the folder"),
        (json.dumps({"categories": [{"id": 1}], "images": [{"id": 1, "file_name": "no.png"}], "annotations": []}),
         "none of its pictures"),
        (json.dumps({"categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "a"}], "images": [], "annotations": []}),
         "two categories of one name"),
    ],
)  # fmt: skip
def test_a_json_file_that_is_not_coco_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = coco(tmp_path / "c.json")
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        load("coco", path)


def test_a_second_json_file_is_the_test_part(tmp_path: Path) -> None:
    first, second = coco(tmp_path / "one" / "c.json"), coco(tmp_path / "two" / "c.json")
    (second.parent / "b.png").write_bytes(picture())
    content = json.loads(second.read_text())
    content["images"][0]["file_name"] = "b.png"
    second.write_text(json.dumps(content))
    params = {"test": str(second), "test_pictures": str(second.parent)}
    data = load("coco", first, **params)
    assert data.test is not None
    assert data.item_ids[data.test].tolist() == ["b.png"]


def test_pictures_of_one_name_in_both_parts_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    first, second = coco(tmp_path / "one" / "c.json"), coco(tmp_path / "two" / "c.json")
    (second.parent / "a.png").write_bytes(picture(colour=(1, 2, 3)))
    params = {"test": str(second), "test_pictures": str(second.parent)}
    assert catalog.dataset("coco").problems({"coco": str(first), **params}) == []
    data = load("coco", first, **params)
    assert data.item_ids.tolist() == ["one/a.png", "two/a.png"]
    assert data.test is not None
    assert data.test.tolist() == [False, True]


@pytest.mark.parametrize("copied", [True, False])
def test_a_test_part_of_training_pictures_is_a_mistake_of_the_suite(tmp_path: Path, copied: bool) -> None:
    """The same bytes under the same name, or one file by two names."""
    first, second = coco(tmp_path / "c.json"), coco(tmp_path / "two" / "c.json")
    if not copied:
        second.write_text(second.read_text().replace("a.png", "two.png"))
        (tmp_path / "two" / "two.png").symlink_to(tmp_path / "a.png")
    params = {"coco": str(first), "test": str(second), "test_pictures": str(second.parent)}
    (problem,) = catalog.dataset("coco").problems(params)
    assert "the test part must not hold training pictures" in problem
    with pytest.raises(SuiteError, match="must not hold training pictures"):
        load_suite({"name": "s", "tasks": [{"dataset": params}], "models": ["average_boxes"]})


def test_a_picture_that_is_listed_twice_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    path = coco(tmp_path / "c.json", images=[{"id": 7, "file_name": "a.png"}, {"id": 8, "file_name": "a.png"}])
    (problem,) = catalog.dataset("coco").problems({"coco": str(path)})
    assert "'a.png' is listed twice" in problem


def test_what_was_left_out_is_told_when_the_suite_is_planned(tmp_path: Path) -> None:
    path = coco(tmp_path / "c.json", **_annotated(category_id=99))
    content = json.loads(path.read_text())
    content["images"] += [{"id": 8, "file_name": "gone.png"}, {"id": 9, "file_name": "odd.png"}]
    content["annotations"].append({"id": 2, "image_id": 7, "category_id": 2, "bbox": [90, 0, 5, 5]})
    path.write_text(json.dumps(content))
    (tmp_path / "odd.png").write_text("no picture")
    things, pictures = own.inferred("coco", {"coco": str(path)})
    assert things["why"] == "0 boxes of 2 classes"
    for note in ("1 annotations of unknown categories", "1 listed pictures that are not there", "1 objects outside"):
        assert note in things["warning"]
    assert pictures["warning"].startswith("1 left out: odd.png: no picture")
    assert pictures["missing"] == 0.5


def test_yolo_boxes_are_shares_of_the_picture(tmp_path: Path) -> None:
    folder = yolo(tmp_path / "y", {"train/a": "0 .5 .5 .5 .2\n1 .1 .1 .2 .2\n", "val/b": "", "test/c": "1 0.5 0.5 1 1"})
    data = load("yolo_txt", folder)
    assert data.classes == ("cell", "speck")
    assert objects(data).counts.tolist() == [1, 2, 0]
    np.testing.assert_allclose(objects(data).boxes, [[0, 0, 40, 30], [10, 12, 20, 6], [0, 0, 8, 6]], atol=1e-9)
    assert data.test is not None
    assert data.item_ids[data.test].tolist() == ["images/test/c.png"]


def test_what_is_wrong_with_yolo_lines_is_counted(tmp_path: Path) -> None:
    lines = "0 .5 .5 .2 .2\n0 .5 .5 0 .2\n0 .9 .5 .4 .2\n9 .5 .5 .2 .2\nx 1 2 3 4\n0 1 2\n0 nan .5 .2 .2\n0 2 2 .1 .1\n"
    folder = yolo(tmp_path / "y", {"a": lines, "b": "0 .1 .1 .5 .1 .5 .5 .1 .5"})
    (folder / "images" / "c.png").write_bytes(picture())
    data = load("yolo_txt", folder)
    np.testing.assert_allclose(objects(data).boxes[-1], [4, 3, 16, 12])
    assert objects(data).counts.tolist() == [2, 1, 0]
    for note in (
        "1 pictures without a text file", "3 lines that are no class and box", "1 objects of a class without a name",
        "1 objects without width", "1 objects that stick out", "1 objects outside",
    ):  # fmt: skip
        assert note in told(data)


@pytest.mark.parametrize(
    ("names", "classes"),
    [("names: {0: a, 1: b}", ("a", "b")), ("names: [a, a]", None), ("names: 5", None), ("[", None), ("nc: 3", None)],
)
def test_names_of_yolo_classes(tmp_path: Path, names: str, classes: tuple[str, ...] | None) -> None:
    folder = yolo(tmp_path / "y", {"a": "0 .5 .5 .2 .2"}, names)
    if classes is None:
        with pytest.raises(DataError, match=r"data\.yaml"):
            load("yolo_txt", folder)
    else:
        assert load("yolo_txt", folder).classes == classes


@pytest.mark.parametrize("name", ["voc", "coco", "yolo_txt"])
def test_nothing_there_is_an_error_that_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    assert catalog.dataset(name).problems({name: str(tmp_path / "empty")})
    with pytest.raises(DataError):
        load(name, tmp_path / "empty")


@pytest.mark.parametrize("size", [None, 5])
def test_what_is_wrong_with_pictures_is_said_once_of_the_folder(tmp_path: Path, size: int | None) -> None:
    folder = yolo(tmp_path / "y", {"a": "0 .5 .5 .2 .2"})
    if size is None:
        (folder / "images" / "a.png").write_bytes(b"")
    (problem,) = catalog.dataset("yolo_txt").problems({"yolo_txt": str(folder), "size": size})
    told = "size: expected" if size else "no picture can be read: images/a.png"
    assert problem.startswith(f"{folder}: {told}")


def test_the_identity_follows_the_content(tmp_path: Path) -> None:
    folder = voc(tmp_path / "v", {"a": GOOD})
    dataset, params = catalog.dataset("voc"), {"voc": str(folder)}
    first = dataset.identity(params)
    assert dataset.identity(params) == first
    assert dataset.identity({**params, "size": 20}) != first
    (folder / "Annotations" / "a.xml").write_text(xml(GOOD[:1]))
    assert dataset.identity(params) != first
    assert dataset.identity({"voc": str(tmp_path / "none")})["unavailable"]


def test_a_suite_takes_a_folder_by_its_path(tmp_path: Path) -> None:
    voc(tmp_path / "v", dict.fromkeys("abcd", GOOD), {"trainval": "abc", "test": "d"})  # type: ignore[dict-item]
    written = {"name": "s", "tasks": [{"dataset": {"voc": str(tmp_path / "v")}}], "models": ["average_boxes"]}
    (task,) = load_suite(written).tasks
    assert (task.type, task.split) == ("object_detection", "official")
    written["tasks"] = [{"dataset": {"voc": str(tmp_path / "v"), "size": 5}}]
    with pytest.raises(SuiteError, match="size: expected a number from 16"):
        load_suite(written)


def test_bccd_without_its_folder_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    with pytest.raises(DataUnavailable, match="DLBENCH_DATA_DIR"):
        catalog.dataset("bccd").load({})
    voc(tmp_path / "bccd", dict.fromkeys("ab", GOOD), {"trainval": "a", "test": "b"})  # type: ignore[dict-item]
    data = catalog.dataset("bccd").load({"size": 20})
    assert data.inputs.shape == (15, 20, 3)


def test_published_bccd_is_whole() -> None:
    dataset = catalog.dataset("bccd")
    if dataset.identity({}).get("unavailable"):
        pytest.skip("bccd is not under DLBENCH_DATA_DIR")
    data = dataset.load({})
    assert data.test is not None
    assert (len(data), int(data.test.sum())) == (364, 72)
    assert data.inputs.shape == (240, 320, 3)
    assert dict(zip(data.classes, np.bincount(objects(data).codes).tolist(), strict=True)) == {
        "Platelets": 361, "RBC": 4153, "WBC": 372,
    }  # fmt: skip
    assert "2 objects without width or height: left out" in told(data)
