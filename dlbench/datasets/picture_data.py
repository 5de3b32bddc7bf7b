"""Pictures of class folders as the data of a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.errors import DataError
from dlbench.datasets import class_folders
from dlbench.datasets.picture_files import files_of
from dlbench.datasets.picture_survey import PictureSurvey, left_out, survey
from dlbench.datasets.pictures import SUFFIXES, Unreadable, Wanted, pixels
from dlbench.datasets.regular_file import room
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SPREAD = 6
"""Bytes of memory that a byte of pixels may take: bytes, float32, and the parts cut from them."""


def loaded(path: Path, size: int | None = None, colour: bool | None = None) -> Data:
    """Return all pictures that can be read, in the order of their names.

    Args:
        path: folder or archive of class folders.
        size: side that pictures are scaled to fit; None where all have one size.
        colour: three channels or one; None takes three where any picture has colour.

    Raises:
        DataError: too many pixels for the memory at hand, or a class that loses its pictures as they are read.
    """
    found = survey(path)
    height, width = (size, size) if size else found.middle
    wanted = Wanted(height, width, bool(found.colour) if colour is None else colour)
    _require_room(path, found, wanted)
    names, images, bad = _decoded(path, wanted)
    places = class_folders.places(path, names)
    held = class_folders.counts(places)
    lost = [label for label in found.classes if label not in held]
    if wrong := [
        *class_folders.problems(path, held),
        *(f"{path}: class {label!r}: no picture can be read" for label in lost),
    ]:
        raise DataError("\n".join([*wrong, left_out(tuple(bad))]).strip())
    classes = tuple(held)
    code = {label: number for number, label in enumerate(classes)}
    target = np.array([code[places[name].label] for name in names], dtype=np.int64)
    test = np.array([places[name].test for name in names])
    return Data(
        Images(images),
        target,
        classes,
        np.array(names),
        test if test.any() else None,
        inferred=told(found, wanted, bad),
    )


def told(found: PictureSurvey, wanted: Wanted, bad: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[str] | int]:
    """Return what was done to the pictures, for the record."""
    least, most = (f"{height}×{width}" for height, width in (found.least, found.most))
    came = least if found.sizes == 1 else f"{found.sizes} sizes from {least} to {most}"
    colour = "colour" if wanted.colour else "grey"
    became = f"pictures of {came}, read as {wanted.height}×{wanted.width} in {colour}"
    left: dict[str, Sequence[str] | int] = {"left out": [f"{name}: {why}" for name, why in bad]} if bad else {}
    empty: dict[str, Sequence[str] | int] = {"empty class folders": list(found.empty)} if found.empty else {}
    return {"pictures": [became], **left, **empty}


def _decoded(path: Path, wanted: Wanted) -> tuple[list[str], np.ndarray, list[tuple[str, str]]]:
    read: dict[str, np.ndarray] = {}
    bad = []
    for file in files_of(path, SUFFIXES):
        try:
            read[file.name] = pixels(file.content, wanted)
        except Unreadable as error:
            bad.append((file.name, str(error)))
    names = sorted(read)
    if not names:
        raise DataError(f"{path}: no picture can be read: {left_out(tuple(bad))}")
    return names, np.stack([read[name] for name in names]), bad


def _require_room(path: Path, found: PictureSurvey, wanted: Wanted) -> None:
    count = found.grey + found.colour
    size = count * wanted.height * wanted.width * (3 if wanted.colour else 1) * SPREAD
    if size > (free := room()):
        raise DataError(
            f"{path}: {count} pictures of {wanted.height}×{wanted.width} take about {size / 2**30:.1f} GiB, and "
            f"{free / 2**30:.1f} GiB of memory are free: set a smaller size, or bring fewer pictures"
        )
