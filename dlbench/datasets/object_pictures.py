"""Annotated pictures as the data of a task: pictures of one size, boxes taken along, all that was mended counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.core.errors import DataError
from dlbench.datasets.annotations import Annotated, Annotations
from dlbench.datasets.picture_files import MOST_BYTES
from dlbench.datasets.pictures import Outside, Unreadable, Wanted, outside, pixels
from dlbench.datasets.regular_file import room
from dlbench.datasets.told_rows import left_out, row
from dlbench.datasets.turns import turned_boxes, unturned
from dlbench.forms.objects import Objects
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images

LARGEST = 2048
SPREAD = 6
"""Bytes of memory that a byte of pixels may take: bytes, float32, and the parts cut from them."""
_SHOWN = 5
_SLACK = 1.0
"""Pixels by which a box may stick out without a word: sources differ by one in where they begin to count."""


@dataclass(frozen=True)
class _Read:
    """A picture that can be read, and its outside."""

    told: Annotated
    outside: Outside


def loaded(found: Annotations, size: int | None) -> Data:
    """Return the pictures that can be read, in the order of their names.

    Args:
        found: what a reader found.
        size: the longer side in pixels. Pictures of one shape keep it; of several, each is scaled to fit a square, its
            sides in proportion, black beside. None keeps the size that all have.

    Raises:
        DataError: several sizes and none asked for, too many pixels for the memory at hand, nothing that can be read.
    """
    noted, (heads, bad) = Counter(found.noted), _heads(found)
    wanted = wanted_of(heads, size)
    kept, images = [], []
    for head in heads:
        try:
            images.append(pixels(head.told.path.read_bytes(), wanted))
        except Unreadable as error:
            bad.append(f"{head.told.name}: {error}")
        else:
            kept.append(head)
    if not kept:
        raise DataError(f"no picture can be read: {'; '.join(bad[:_SHOWN])}")
    names = np.array([head.told.name for head in kept])
    code = {label: number for number, label in enumerate(found.classes)}
    objects = _objects(kept, wanted, code, relative=found.relative, noted=noted)
    test = np.array([head.told.test for head in kept]) if found.parted else None
    more = {"pictures": [_told_of_pictures(kept, wanted)], "objects": _told_of_objects(objects, found.classes, noted)}
    left = {"left out": bad} if bad else {}
    return Data(Images(np.stack(images)), objects, found.classes, names, test, inferred={**more, **left})


def checked(found: Annotations, size: int | None) -> None:
    """Look at the heads of all pictures.

    Raises:
        DataError: what `loaded` would raise, but for pictures that are cut short.
    """
    heads, _ = _heads(found)
    wanted_of(heads, size)


def told(found: Annotations, size: int | None) -> list[dict[str, Any]]:
    """Return rows of what objects and pictures are taken for, by the heads of all pictures.

    Raises:
        DataError: as `checked`.
    """
    noted, (heads, bad) = Counter(found.noted), _heads(found)
    wanted, code = wanted_of(heads, size), {label: number for number, label in enumerate(found.classes)}
    objects = _objects(heads, wanted, code, relative=found.relative, noted=noted)
    part = ", with a test part" if found.parted else ""
    wrong = "; ".join(f"{count} {what}" for what, count in noted.items() if count)
    colour, missing = "colour" if wanted.colour else "grey", len(bad) / len(found.pictures)
    return [
        row("objects", "target", f"{len(objects.boxes)} boxes of {len(found.classes)} classes{part}", warning=wrong),
        row("pictures", colour, _told_of_pictures(heads, wanted), missing, left_out(bad)),
    ]


def wanted_of(heads: Sequence[_Read], size: int | None) -> Wanted:
    """Return what every picture is to become.

    Args:
        heads: of one picture at least.
        size: as `loaded` takes it.

    Raises:
        DataError: several sizes and none asked for, a size that cannot be meant, too many pixels.
    """
    if size is not None and not 16 <= size <= LARGEST:
        raise DataError(f"size: expected a number from 16 to {LARGEST}, got {size}")
    sizes = sorted({(head.outside.height, head.outside.width) for head in heads})
    colour = any(head.outside.colour for head in heads)
    if size is None:
        if len(sizes) > 1 or max(sizes[0]) > LARGEST:
            least, most = (f"{height}×{width}" for height, width in (sizes[0], sizes[-1]))
            raise DataError(
                f"pictures of {len(sizes)} sizes, from {least} to {most}: set size, the longer side, at most {LARGEST}"
            )
        wanted = Wanted(*sizes[0], colour)
    elif len(sizes) == 1:
        height, width = (max(1, round(side * size / max(sizes[0]))) for side in sizes[0])
        wanted = Wanted(height, width, colour)
    else:
        wanted = Wanted(size, size, colour)
    taken = len(heads) * wanted.height * wanted.width * (3 if colour else 1) * SPREAD
    if taken > (free := room()):
        raise DataError(
            f"{len(heads)} pictures of {wanted.height}×{wanted.width} take about {taken / 2**30:.1f} GiB, and "
            f"{free / 2**30:.1f} GiB of memory are free: set a smaller size"
        )
    return wanted


def placed(height: int, width: int, wanted: Wanted) -> tuple[float, float, int, int]:
    """Return how a picture lies in the wanted one: scales across and down, and the left and upper edge in pixels.

    As Pillow's `ImageOps.pad` does it.

    >>> placed(10, 20, Wanted(8, 8, True))
    (0.4, 0.4, 0, 2)
    """
    across, down = wanted.width, wanted.height
    if width * wanted.height > height * wanted.width:
        down = max(1, round(height / width * wanted.width))
    elif width * wanted.height < height * wanted.width:
        across = max(1, round(width / height * wanted.height))
    return across / width, down / height, round((wanted.width - across) / 2), round((wanted.height - down) / 2)


def _heads(found: Annotations) -> tuple[list[_Read], list[str]]:
    """Return the pictures whose heads can be read, and what is wrong with the others.

    Raises:
        DataError: none can.
    """
    bad: list[str] = []
    heads = [head for one in found.pictures if (head := _head(one, bad)) is not None]
    if not heads:
        raise DataError(f"no picture can be read: {'; '.join(bad[:_SHOWN])}")
    return heads, bad


def _head(one: Annotated, bad: list[str]) -> _Read | None:
    try:
        if one.path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"more than {MOST_BYTES >> 20} MiB")
        with one.path.open("rb") as file:
            return _Read(one, outside(file))
    except OSError as error:
        bad.append(f"{one.name}: {error.strerror or error}")
    except Unreadable as error:
        bad.append(f"{one.name}: {error}")
    return None


def _objects(
    kept: Sequence[_Read], wanted: Wanted, code: dict[str, int], *, relative: bool, noted: Counter[str]
) -> Objects:
    """Return the objects in the wanted pictures' pixels, cut at the pictures' edges."""
    found = []
    flags: dict[str, list[np.ndarray]] = {"crowd": [], "difficult": [], "areas": []}
    for head in kept:
        told, height, width = head.told, head.outside.height, head.outside.width
        boxes = _upright(head, noted, relative=relative)
        inside, there = _cut(boxes, height, width, noted)
        across, down, left, top = placed(height, width, wanted)
        moved = inside * [across, down, across, down] + [left, top, 0, 0]
        areas = np.where(np.isnan(told.areas), inside[:, 2] * inside[:, 3], told.areas) * across * down
        labels = np.array([code[label] for label in told.labels], dtype=np.int64)
        found.append((moved[there], labels[there]))
        for name, array in (("crowd", told.crowd), ("difficult", told.difficult), ("areas", areas)):
            flags[name].append(array[there])
    return Objects.of(found, **{name: np.concatenate(arrays) for name, arrays in flags.items()})


def _upright(head: _Read, noted: Counter[str], *, relative: bool) -> np.ndarray:
    """Return the boxes in pixels of the picture as it is looked at."""
    told, found = head.told, head.outside
    high, wide = found.stored
    boxes = told.boxes * [wide, high, wide, high] if relative else told.boxes
    if not unturned(found.turn, (found.height, found.width), told.size):
        return boxes
    noted["pictures turned as their camera says: boxes turned along"] += 1
    return turned_boxes(boxes, found.turn, found.height, found.width)


def _cut(boxes: np.ndarray, height: int, width: int, noted: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of boxes that lie in the picture, and which of them have any."""
    low = np.clip(boxes[:, :2], 0, [width, height])
    high = np.clip(boxes[:, :2] + boxes[:, 2:], 0, [width, height])
    inside = np.concatenate([low, high - low], axis=1)
    there = np.asarray((inside[:, 2:] > 0).all(axis=1))
    out = np.abs(np.concatenate([low - boxes[:, :2], high - boxes[:, :2] - boxes[:, 2:]], axis=1)).max(
        axis=1, initial=0
    )
    noted["objects that stick out of the picture: cut at its edge"] += int((there & (out > _SLACK)).sum())
    noted["objects outside of the picture: left out"] += int((~there).sum())
    return inside, there


def _told_of_pictures(kept: Sequence[_Read], wanted: Wanted) -> str:
    sizes = sorted({(head.outside.height, head.outside.width) for head in kept})
    least, most = (f"{height}×{width}" for height, width in (sizes[0], sizes[-1]))
    came = least if len(sizes) == 1 else f"{len(sizes)} sizes from {least} to {most}"
    colour = "colour" if wanted.colour else "grey"
    return (
        f"{len(kept)} pictures of {came}, read as {wanted.height}×{wanted.width} in {colour}; boxes are in those pixels"
    )


def _told_of_objects(objects: Objects, classes: Sequence[str], noted: Counter[str]) -> list[str]:
    counts = np.bincount(objects.codes, minlength=len(classes))
    each = ", ".join(f"{name} {count}" for name, count in zip(classes, counts.tolist(), strict=True))
    flags = [(objects.crowd, "crowds"), (objects.difficult, "difficult")]
    marked = [f"{int(flag.sum())} {word}" for flag, word in flags if flag.any()]
    return [f"{len(objects.boxes)} objects: {each}", *marked, *(f"{n} {what}" for what, n in noted.items() if n)]
