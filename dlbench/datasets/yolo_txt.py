"""YOLO: a text file a picture, a line an object: class, centre and sides in shares of the picture's.

Format: docs.ultralytics.com, Object detection datasets: folders `images` and `labels` with the same files below them,
split into train, val and test where there is a split; names in data.yaml, or a line each in classes.txt. There, train,
val and test may be folders, lists of folders, or text files with a picture a line.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from dlbench.core.errors import DataError
from dlbench.datasets.annotations import Annotated, Annotations
from dlbench.datasets.picture_files import walked
from dlbench.datasets.pictures import SUFFIXES
from dlbench.datasets.yolo_parts import parted
from dlbench.datasets.yolo_yaml import MOST_BYTES, described, each_once

_NAMES = ("classes.txt", "obj.names", "labels/classes.txt")

_Line = tuple[int, tuple[float, ...]]


def read(folder: Path) -> Annotations:
    """Return the pictures of a folder.

    A picture without a text file holds no object. Lines of more than five numbers are outlines, whose box is taken.
    The test part is what data.yaml names as test, else as val, else the folder test, else val.

    Raises:
        DataError: no pictures, or names or parts that cannot be read.
    """
    everything = walked(folder, SUFFIXES)
    if not everything:
        raise DataError(f"{folder}: no pictures; expected folders images and labels")
    noted, description = Counter[str](), described(folder)
    pictures, tested = parted(folder, everything, description, noted)
    lines = {path: _lines(_text_of(folder, path), noted) for path in pictures}
    seen = 1 + max((code for found in lines.values() for code, _ in found), default=-1)
    names = description.names if description is not None else _names(folder, seen)
    found = [_picture(folder, path, lines[path], names, noted, test=path in tested) for path in pictures]
    return Annotations(tuple(found), names, noted, bool(tested), relative=True)


def _text_of(folder: Path, picture: Path) -> Path:
    """Return where the lines of a picture are: below labels as it is below images, else beside it."""
    parts = list(picture.relative_to(folder).parts)
    places = [place for place, part in enumerate(parts[:-1]) if part == "images"]
    if places:
        parts[places[-1]] = "labels"
    return folder.joinpath(*parts).with_suffix(".txt")


def _lines(path: Path, noted: Counter[str]) -> list[_Line]:
    if not path.is_file():
        noted["pictures without a text file: taken as empty"] += 1
        return []
    if path.stat().st_size > MOST_BYTES:
        raise DataError(f"{path}: too large for the lines of a picture")
    found = []
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        told = _line(line.split())
        if told is not None:
            found.append(told)
        elif line.strip():
            noted["lines that are no class and box: left out"] += 1
    return found


def _line(words: Sequence[str]) -> _Line | None:
    """Return class, and left, top, width and height in shares; None for a line that is none."""
    try:
        code, told = int(words[0]), [float(word) for word in words[1:]]
    except (IndexError, ValueError):
        return None
    if code < 0 or not all(map(math.isfinite, told)):
        return None
    if len(told) == 4:
        return code, (told[0] - told[2] / 2, told[1] - told[3] / 2, told[2], told[3])
    if len(told) < 6 or len(told) % 2:
        return None
    right, down = told[::2], told[1::2]
    return code, (min(right), min(down), max(right) - min(right), max(down) - min(down))


def _picture(
    folder: Path, path: Path, lines: Iterable[_Line], names: Sequence[str], noted: Counter[str], *, test: bool
) -> Annotated:
    boxes: list[tuple[float, ...]] = []
    labels: list[str] = []
    for code, box in lines:
        if code >= len(names):
            noted["objects of a class without a name: left out"] += 1
        elif box[2] <= 0 or box[3] <= 0:
            noted["objects without width or height: left out"] += 1
        else:
            boxes.append(box)
            labels.append(names[code])
    return Annotated.of(path.relative_to(folder).as_posix(), path, boxes, labels, test=test)


def _names(folder: Path, seen: int) -> tuple[str, ...]:
    """Return the names of the classes; their numbers, of those seen, where no file names them."""
    for path in (folder / name for name in _NAMES):
        if path.is_file():
            lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            return each_once(path, [line.strip() for line in lines if line.strip()])
    return tuple(map(str, range(seen)))
