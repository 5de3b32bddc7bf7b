"""Pictures of PASCAL VOC, their annotations and the lists of parts: who finds whom, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_annotations import picture, xml

from dlbench.core.errors import DataError
from dlbench.datasets.annotations import Annotations
from dlbench.datasets.voc_xml import read

LEFT = {"cell": (1, 1, 10, 10), "speck": (11, 11, 20, 20)}


def folder_of(folder: Path, pictures: str, annotations: dict[str, str], **lists: str) -> Path:
    """A folder of pictures, of xml files with one object of a class each, and of lists."""
    for name in pictures.split():
        path = folder / "JPEGImages" / (name if "." in name else f"{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture())
    for name, label in annotations.items():
        path = folder / "Annotations" / f"{name}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(xml([(label, LEFT[label])]))
    for name, lines in lists.items():
        path = folder / "ImageSets" / "Main" / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(lines)
    return folder


def seen(found: Annotations) -> dict[str, tuple[str, str]]:
    """Name → path of the picture below its folder, and the class in it."""
    return {one.name: ("/".join(one.path.parts[one.path.parts.index("JPEGImages") + 1 :]), one.labels[0])
            for one in found.pictures}  # fmt: skip


def noted(found: Annotations) -> dict[str, int]:
    return {what: count for what, count in found.noted.items() if count}


def test_pictures_of_one_name_have_the_boxes_of_their_own_folder(tmp_path: Path) -> None:
    both = "day1/0001 day2/0001"
    found = read(folder_of(tmp_path / "one", both, {"day1/0001": "cell"}))
    assert seen(found) == {"day1/0001": ("day1/0001.png", "cell")}
    assert noted(found) == {"pictures without a file of annotations: left out": 1}
    found = read(folder_of(tmp_path / "two", both, {"day1/0001": "cell", "day2/0001": "speck"}))
    assert seen(found) == {"day1/0001": ("day1/0001.png", "cell"), "day2/0001": ("day2/0001.png", "speck")}
    assert noted(found) == {}


def test_annotations_of_other_folders_are_taken_where_a_name_stands_once(tmp_path: Path) -> None:
    found = read(folder_of(tmp_path, "day1/a day2/b c", {"a": "cell", "xml/b": "speck", "old/c": "cell"}))
    assert seen(found) == {"a": ("day1/a.png", "cell"), "b": ("day2/b.png", "speck"), "c": ("c.png", "cell")}


@pytest.mark.parametrize(
    ("pictures", "annotations", "named"),
    [
        ("day1/0001 day2/0001", {"0001": "cell"}, r"Annotations/0001\.xml"),
        ("0001", {"a/0001": "cell", "b/0001": "speck"}, r"Annotations/[ab]/0001\.xml"),
        ("a/1 b/1", {"c/1": "cell"}, r"Annotations/c/1\.xml"),
    ],
)
def test_annotations_that_may_be_of_several_pictures_are_refused(
    tmp_path: Path, pictures: str, annotations: dict[str, str], named: str
) -> None:
    with pytest.raises(DataError, match=rf"{named}: .*\.png is not the only one it may belong to: put both below"):
        read(folder_of(tmp_path, pictures, annotations))


def test_what_is_left_beside_a_pair_of_one_path_is_counted(tmp_path: Path) -> None:
    found = read(folder_of(tmp_path / "one", "a", {"a": "cell", "old/a": "speck"}))
    assert seen(found) == {"a": ("a.png", "cell")}
    assert noted(found) == {"files of annotations without a picture: left out": 1}
    found = read(folder_of(tmp_path / "two", "day1/1 day2/1", {"day1/1": "cell", "day3/1": "speck"}))
    assert seen(found) == {"day1/1": ("day1/1.png", "cell")}
    assert len(noted(found)) == 2


def test_pictures_that_differ_in_their_ending_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.png: a\.jpg beside it has the same name: keep one of them"):
        read(folder_of(tmp_path, "a.jpg a.png", {"a": "cell"}))


def test_lists_name_pictures_by_their_folders(tmp_path: Path) -> None:
    names, told = "day1/1 day2/1 x/b", {"day1/1": "cell", "day2/1": "speck", "x/b": "cell"}
    found = read(folder_of(tmp_path / "v", names, told, trainval="day1/1\nb\n", test="day2/1\n"))
    assert [(one.name, one.test) for one in found.pictures] == [("b", False), ("day1/1", False), ("day2/1", True)]
    assert noted(found) == {}
    found = read(folder_of(tmp_path / "w", names, told, trainval="day1/1\nx/b\n", test="day2/1\n"))
    assert [one.name for one in found.pictures] == ["b", "day1/1", "day2/1"]
    with pytest.raises(DataError, match=r"train\.txt: '1' may be day1/1 or day2/1: write it with its folder"):
        read(folder_of(tmp_path / "u", names, told, train="1\n"))


def test_a_line_of_a_list_may_have_spaces_and_a_flag(tmp_path: Path) -> None:
    for name in ("cell 1", "cell 2", "cell", "last one", "none"):
        folder_of(tmp_path, "", {name: "cell"})
        (tmp_path / "JPEGImages").mkdir(exist_ok=True)
        (tmp_path / "JPEGImages" / f"{name}.png").write_bytes(picture())
    folder_of(tmp_path, "", {}, trainval="cell 1\n cell 2  -1\ncell  1\n", test="last one 0\nlast  two\n")
    found = read(tmp_path)
    assert [(one.name, one.test) for one in found.pictures] == [
        ("cell", False), ("cell 1", False), ("cell 2", False), ("last one", True)
    ]  # fmt: skip
    assert noted(found) == {
        "pictures that no list names: left out": 1,
        "names in lists without picture and annotations": 1,
    }
