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
    told = _told(path)
    names = {one["id"]: str(one.get("name", one["id"])) for one in _listed(path, told, "categories")}
    classes = [names[key] for key in sorted(names, key=str if any(isinstance(key, str) for key in names) else None)]
    if len(set(classes)) < len(classes):
        raise DataError(f"{path}: two categories of one name")
    images = {one["id"]: one for one in _listed(path, told, "images")}
    noted: Counter[str] = Counter()
    held: dict[Any, list[_Object]] = defaultdict(list)
    for one in _listed(path, told, "annotations", key="image_id"):
        if one["image_id"] not in images:
            noted["annotations of pictures that are not listed: left out"] += 1
        elif (object_ := _object(one, names, noted)) is not None:
            held[one["image_id"]].append(object_)
    found: list[Annotated] = []
    for key, image in images.items():
        place = _place(path, pictures, image)
        if place is None or not place.is_file():
            noted["listed pictures that are not there: left out"] += 1
            continue
        own = held[key]
        crowd, areas = [one.crowd for one in own], [one.area for one in own]
        boxes, labels = [one.box for one in own], [one.label for one in own]
        found.append(Annotated.of(str(image["file_name"]), place, boxes, labels, test=test, crowd=crowd, areas=areas))
    if not found:
        raise DataError(f"{path}: none of its pictures is in {pictures}")
    found.sort(key=lambda one: one.name)
    return Annotations(tuple(found), tuple(classes), noted)


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


def _object(one: Mapping[str, Any], names: Mapping[Any, str], noted: Counter[str]) -> _Object | None:
    """Return box, label, crowd and area of an annotation; None, and a note, where it cannot be used."""
    box = one.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(_finite(side) for side in box):
        noted["annotations without a box of four numbers: left out"] += 1
    elif not _plain(one.get("category_id")) or one["category_id"] not in names:
        noted["annotations of unknown categories: left out"] += 1
    elif box[2] <= 0 or box[3] <= 0:
        noted["objects without width or height: left out"] += 1
    else:
        crowd = float(bool(one.get("iscrowd")))
        return _Object(tuple(map(float, box)), names[one["category_id"]], crowd, _area(one))
    return None


def _finite(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _area(one: Mapping[str, Any]) -> float:
    """Return the area that is told, else that of the outline; NaN where neither is there."""
    if _finite(one.get("area")) and one["area"] >= 0:
        return float(one["area"])
    from dlbench.datasets.outlines import area_of

    return area_of(one.get("segmentation"))
