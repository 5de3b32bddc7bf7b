"""PASCAL VOC: a folder of xml files, one a picture, and lists of pictures.

A corner is a pixel, counted from 1, and lies inside the box, as does the opposite one (Everingham et al., The PASCAL
Visual Object Classes Challenge development kit, 2012): from xmin to xmax there are xmax − xmin + 1 pixels, and the box
begins at xmin − 1. Corners that coincide along an axis were never drawn, and the object is left out.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlbench.core.errors import DataError
from dlbench.datasets.annotations import Annotated, Annotations
from dlbench.datasets.picture_files import walked
from dlbench.datasets.pictures import SUFFIXES
from dlbench.datasets.voc_names import Named, below, named

ENCODINGS = ("gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949")
"""Encodings of a file that are read though the parser does not know them."""
MOST_BYTES = 1 << 24
"""Bytes of an xml file that is read."""
_DECLARED = re.compile(rb"""<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
PICTURES = ("JPEGImages", "images", "Images", ".")
_LISTS = ("train", "val", "trainval", "test")


def read(folder: Path) -> Annotations:
    """Return the pictures of a folder with `Annotations`, `JPEGImages` and, where there are any, `ImageSets/Main`.

    A picture and its xml file have one path below their folders, or else a name that no other picture and no other xml
    file has. Lists part the pictures: those of test.txt are the test part, or those of val.txt where train.txt is there
    and test.txt is not; what no list names is left out. Pictures without an xml file, and the other way round, are
    counted.

    Raises:
        DataError: no such folders, no picture, a name that may mean several pictures, or xml that defines entities.
    """
    if not (folder / "Annotations").is_dir():
        raise DataError(f"{folder}: no folder Annotations in it; expected Annotations, JPEGImages and ImageSets/Main")
    names = named(_pictures(folder), below(folder / "Annotations", walked(folder / "Annotations", (".xml",))))
    pictures, files = names.pictures, names.annotations
    train, test = _parts(folder / "ImageSets" / "Main", names)
    listed = train | test or pictures.keys() | files.keys()
    noted: Counter[str] = Counter()
    noted["pictures that no list names: left out"] = len((pictures.keys() & files.keys()) - listed)
    noted["pictures without a file of annotations: left out"] = len((listed & pictures.keys()) - files.keys())
    noted["files of annotations without a picture: left out"] = len((listed & files.keys()) - pictures.keys())
    noted["names in lists without picture and annotations"] = len(listed - files.keys() - pictures.keys())
    found = []
    for name in sorted(listed & pictures.keys() & files.keys()):
        root = _parsed(files[name])
        if root is None:
            noted["damaged files of annotations: pictures left out"] += 1
        else:
            found.append(_picture(name, pictures[name], root, noted, test=name in test))
    if not found:
        raise DataError(f"{folder}: no picture with annotations")
    classes = sorted({label for one in found for label in one.labels})
    return Annotations(tuple(found), tuple(classes), noted, bool(test))


def _pictures(folder: Path) -> Mapping[str, Path]:
    for name in PICTURES:
        if (folder / name).is_dir() and (found := walked(folder / name, SUFFIXES)):
            return below(folder / name, found)
    raise DataError(f"{folder}: no pictures in {PICTURES[0]}")


def _parts(folder: Path, names: Named) -> tuple[set[str], set[str]]:
    """Return the names that train and those that test; both empty without lists."""
    lists = {name: names.listed(folder / f"{name}.txt") for name in _LISTS}
    train = lists["train"] | lists["val"] | lists["trainval"]
    if lists["test"]:
        return train - lists["test"], lists["test"]
    if lists["train"] and lists["val"]:
        return lists["train"], lists["val"] - lists["train"]
    return train, set()


def _parsed(path: Path) -> Any:
    """Return the root of an xml file; None where it is damaged.

    Raises:
        DataError: it defines entities or names a document type, which a file of annotations never needs.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    if path.stat().st_size > MOST_BYTES:
        raise DataError(
            f"{path}: {path.stat().st_size / 2**20:.0f} MiB of xml, {MOST_BYTES >> 20} are the most of a file"
        )
    try:
        return _root(path.read_bytes())
    except DefusedXmlException as error:
        raise DataError(
            f"{path}: xml with a document type or entities, which could unpack without end: {error}"
        ) from error
    except (ParseError, ValueError, LookupError):
        return None


def _root(content: bytes) -> Any:
    """Return the root of xml, decoded before it is parsed where the parser does not know its encoding.

    Raises:
        ParseError, ValueError, LookupError: damaged, or of an encoding that nobody knows.
    """
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(content, forbid_dtd=True)
    except (ValueError, LookupError):
        named = _DECLARED.match(content)
        encoding = codecs.lookup(named[1].decode("ascii")).name if named else ""
        if encoding not in ENCODINGS:
            raise
        return fromstring(content.decode(encoding), forbid_dtd=True)


def _picture(name: str, path: Path, root: Any, noted: Counter[str], *, test: bool) -> Annotated:
    boxes: list[tuple[float, ...]] = []
    labels: list[str] = []
    difficult: list[float] = []
    for thing in root.iter("object"):
        label, box = (thing.findtext("name") or "").strip(), _box(thing.find("bndbox"))
        if not label or box is None:
            noted["objects without a name or without four numbers: left out"] += 1
        elif box[2] <= 1 or box[3] <= 1:
            noted["objects without width or height: left out"] += 1
        else:
            boxes.append(box)
            labels.append(label)
            difficult.append(float((thing.findtext("difficult") or "0").strip() == "1"))
    return Annotated.of(name, path, boxes, labels, test=test, size=_size(root.find("size")), difficult=difficult)


def _size(found: Any) -> tuple[int, int] | None:
    """Return height and width; None without two numbers above 0."""
    try:
        height, width = (int(found.findtext(name)) for name in ("height", "width"))
    except (AttributeError, TypeError, ValueError):
        return None
    return (height, width) if min(height, width) > 0 else None


def _box(found: Any) -> tuple[float, float, float, float] | None:
    """Return left, top, width, height; None without four finite numbers."""
    try:
        told = [float(found.findtext(name)) for name in ("xmin", "ymin", "xmax", "ymax")]
    except (AttributeError, TypeError, ValueError):
        return None
    left, top, right, bottom = told
    return (left - 1, top - 1, right - left + 1, bottom - top + 1) if all(map(math.isfinite, told)) else None
