"""COCO: one json file with pictures, categories and annotations.

Format: cocodataset.org, Data format: `bbox` is left, top, width, height in pixels; `segmentation` is a list of
polygons, or run lengths for a crowd.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from dlbench.core.errors import DataError
from dlbench.datasets.annotations import Annotated, Annotations
from dlbench.datasets.regular_file import require_regular


class _Object(NamedTuple):
    box: tuple[float, ...]
    label: str
    crowd: float
    area: float


class Marked(NamedTuple):
    """A listed picture that is there.

    Attributes:
        name: as it is listed.
        path: of the file.
        size: height and width as they are listed; None where they are not.
        marks: class and annotation of each.
    """

    name: str
    path: Path
    size: tuple[int, int] | None
    marks: list[tuple[str, Mapping[str, Any]]]


class Contents(NamedTuple):
    """What a file holds: pictures, classes in the order of their ids, and what was wrong with how many, in words."""

    pictures: tuple[Marked, ...]
    classes: tuple[str, ...]
    noted: Counter[str]


def read(path: Path, pictures: Path, *, test: bool = False) -> Annotations:
    """Return the pictures of a file.

    Categories are classes in the order of their ids. An area is what the annotation says, else what its outline holds.

    Args:
        path: of the json file.
        pictures: folder that `file_name` starts from.
        test: whether all are of the test part.

    Raises:
        DataError: no such file, not of this form, or a `file_name` that leaves the folder.
    """
    told = contents(path, pictures)
    found: list[Annotated] = []
    for one in told.pictures:
        own = [object_ for label, mark in one.marks if (object_ := _object(mark, label, told.noted)) is not None]
        crowd, areas = [each.crowd for each in own], [each.area for each in own]
        boxes, labels = [each.box for each in own], [each.label for each in own]
        found.append(
            Annotated.of(one.name, one.path, boxes, labels, test=test, size=one.size, crowd=crowd, areas=areas)
        )
    return Annotations(tuple(found), told.classes, told.noted)


def contents(path: Path, pictures: Path) -> Contents:
    """Return the pictures of a file that are there, in the order of their names, with what is annotated of them.

    Args:
        path: of the json file.
        pictures: folder that `file_name` starts from.

    Raises:
        DataError: no such file, not of this form, or a `file_name` that leaves the folder or is listed twice.
    """
    told, noted = _told(path), Counter[str]()
    names = {one["id"]: str(one.get("name", one["id"])) for one in _listed(path, told, "categories")}
    classes = [names[key] for key in sorted(names, key=str if any(isinstance(key, str) for key in names) else None)]
    if len(set(classes)) < len(classes):
        raise DataError(f"{path}: two categories of one name")
    images = {one["id"]: one for one in _listed(path, told, "images")}
    held: dict[Any, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for one in _listed(path, told, "annotations", key="image_id"):
        if one["image_id"] not in images:
            noted["annotations of pictures that are not listed: left out"] += 1
        elif not _plain(one.get("category_id")) or one["category_id"] not in names:
            noted["annotations of unknown categories: left out"] += 1
        else:
            held[one["image_id"]].append((names[one["category_id"]], one))
    found: dict[str, Marked] = {}
    for key, image in images.items():
        place = _place(path, pictures, image)
        if place is None or not place.is_file():
            noted["listed pictures that are not there: left out"] += 1
            continue
        name = str(image["file_name"])
        if name in found:
            raise DataError(f"{path}: file_name {name!r} is listed twice")
        found[name] = Marked(name, place, _size(image), held[key])
    if not found:
        raise DataError(f"{path}: none of its pictures is in {pictures}")
    return Contents(tuple(found[name] for name in sorted(found)), tuple(classes), noted)


def _told(path: Path) -> Mapping[str, Any]:
    require_regular(path)
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not json ({error})") from error
    if not isinstance(told, dict):
        raise DataError(f"{path}: expected an object with images, categories and annotations")
    return told


def _listed(path: Path, told: Mapping[str, Any], name: str, key: str = "id") -> list[dict[str, Any]]:
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) and _plain(one.get(key)) for one in found):
        raise DataError(f"{path}: {name}: expected a list of objects with {key}")
    return found


def _plain(key: Any) -> bool:
    return isinstance(key, int | str)


def _place(path: Path, pictures: Path, image: Mapping[str, Any]) -> Path | None:
    name = image.get("file_name")
    if not isinstance(name, str) or not name:
        return None
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts:
        raise DataError(f"{path}: file_name {name!r} leaves the folder of pictures")
    return pictures / inside


def _size(image: Mapping[str, Any]) -> tuple[int, int] | None:
    height, width = image.get("height"), image.get("width")
    if not isinstance(height, int) or not isinstance(width, int) or min(height, width) <= 0:
        return None
    return height, width


def _object(one: Mapping[str, Any], label: str, noted: Counter[str]) -> _Object | None:
    """Return box, label, crowd and area of an annotation; None, and a note, where it cannot be used."""
    box = one.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(finite(side) for side in box):
        noted["annotations without a box of four numbers: left out"] += 1
    elif box[2] <= 0 or box[3] <= 0:
        noted["objects without width or height: left out"] += 1
    else:
        return _Object(tuple(map(float, box)), label, float(bool(one.get("iscrowd"))), _area(one))
    return None


def finite(number: Any) -> bool:
    """Whether a value of json is a number that can be reckoned with."""
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _area(one: Mapping[str, Any]) -> float:
    """Return the area that is told, else that of the outline; NaN where neither is there."""
    if finite(one.get("area")) and one["area"] >= 0:
        return float(one["area"])
    from dlbench.datasets.outlines import area_of

    return area_of(one.get("segmentation"))
