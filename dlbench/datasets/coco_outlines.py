"""Pictures with outlines of objects as COCO's JSON lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.filled_outlines import Ground, Outline, pixels_in
from dlbench.datasets.mask_files import content_of, size_problem
from dlbench.datasets.picture_files import MOST_BYTES
from dlbench.datasets.pictures import Outside, Unreadable, Wanted, outside, pixels
from dlbench.datasets.told_rows import SHOWN, left_out, row

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Outlined:
    """A picture with outlines.

    Attributes:
        name: unique among its kin.
        path: of the file.
        size: height and width as they are listed; None where they are not.
        outlines: of its objects.
        test: whether it is of the official test part.
    """

    name: str
    path: Path
    size: tuple[int, int] | None
    outlines: tuple[Outline, ...]
    test: bool = False


@dataclass(frozen=True)
class Listed:
    """What annotation files list.

    Attributes:
        pictures: that are there, in the order of their names, those that test last.
        categories: in the order of their codes.
        noted: what was wrong with how many annotations or pictures, in words.
        parted: whether there is an official test part.
    """

    pictures: tuple[Outlined, ...]
    categories: tuple[str, ...]
    noted: Mapping[str, int] = field(default_factory=dict)
    parted: bool = False


def asked(name: str) -> tuple[Parameter, ...]:
    """Return the parameters of a dataset of outlines, the annotation file under `name`."""
    return (
        Parameter(name, str, None, "annotation file, from the suite's folder"),
        Parameter("images", str, None, "folder of the pictures, from the suite's folder"),
        Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),
        Parameter("test", str, None, "annotation file of the test part", optional=True),
        Parameter("test_images", str, None, "folder of its pictures, if not that of `images`", optional=True),
    )


class CocoOutlines(Dataset):
    """The user's pictures with outlines; a subclass says what becomes of them, and names its file by its own name.

    What cannot be used, of pictures and of annotations, is left out and counted.
    """

    modality = "image"
    own_file = True
    paper = "Lin et al., Microsoft COCO: common objects in context, 2014"
    uses = ("hotcoco", "pillow")

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        size = self.settings(params)["size"]
        files = [Path(params[name]) for name in (self.name, "test") if params.get(name)]
        try:
            paths = [*files, *(one.path for one in self.listed(params).pictures)]
            return {"content": content_of(paths), "size": size}
        except (OSError, DataError):  # `problems` says so
            return {"unavailable": True, "size": size}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        if problem := size_problem(self.settings(params)["size"]):
            return [problem]
        try:
            found, bad = self.listed(params), list[str]()
            require_some(params[self.name], [None for _ in grounds(found, bad)], bad)
        except DataError as error:
            return [str(error)]
        return []

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what objects and pictures are taken for: column, kind, why, missing (a share) and warning.

        What is seen only in the pixels, a picture that is cut short, stands in the records of the jobs.

        Raises:
            DataError: files that `problems` has something to say about.
        """
        found, bad = self.listed(params), list[str]()
        noted, held = Counter(found.noted), 0
        for one, ground in grounds(found, bad):
            held += sum(pixels_in(outline, ground, noted) > 0 for outline in one.outlines)
        part = ", with a test part" if found.parted else ""
        wrong = "; ".join(f"{count} {what}" for what, count in noted.items() if count)
        count = len(found.pictures) - len(bad)
        return [
            row("objects", "target", f"{held} outlines of {len(found.categories)} classes{part}", warning=wrong),
            row("pictures", "colour", f"{count} that fit", len(bad) / len(found.pictures), left_out(bad)),
        ]

    def listed(self, params: Mapping[str, Any]) -> Listed:
        """Return what the annotation files list.

        Raises:
            DataError: no such file, not of COCO's form, or a test part that holds training pictures.
        """
        folder = Path(params["images"])
        found = _read(Path(params[self.name]), folder)
        if not params.get("test"):
            return _named(found)
        return joined(found, _read(Path(params["test"]), Path(params.get("test_images") or folder), test=True))


def _read(path: Path, folder: Path, *, test: bool = False) -> Listed:
    from dlbench.datasets.coco_json import contents, finite

    told = contents(path, folder)
    found = []
    for one in told.pictures:
        outlines = []
        for label, mark in one.marks:
            if mark.get("segmentation") is None:
                told.noted["annotations without an outline: left out"] += 1
                continue
            area = float(mark["area"]) if finite(mark.get("area")) else None
            outlines.append(Outline(label, bool(mark.get("iscrowd")), area, mark["segmentation"]))
        found.append(Outlined(one.path.name, one.path, one.size, tuple(outlines), test))
    return Listed(tuple(found), told.classes, told.noted)


def joined(train: Listed, test: Listed) -> Listed:
    """Return two parts as one; a category that training lacks comes last.

    Raises:
        DataError: the test part holds a picture of the training part.
    """
    from dlbench.datasets.annotations import require_apart

    pictures = (*train.pictures, *test.pictures)
    require_apart(*([(one.name, one.path) for one in part.pictures] for part in (train, test)))
    categories = tuple(dict.fromkeys((*train.categories, *test.categories)))
    return _named(Listed(pictures, categories, Counter(train.noted) + Counter(test.noted), True))


def _named(found: Listed) -> Listed:
    from dlbench.datasets.annotations import told_apart

    names = told_apart([one.name for one in found.pictures], [one.path for one in found.pictures])
    pictures = tuple(replace(one, name=name) for one, name in zip(found.pictures, names, strict=True))
    return replace(found, pictures=pictures)


def grounds(found: Listed, bad: list[str]) -> Iterator[tuple[Outlined, Ground]]:
    """Yield the pictures that fit what is listed, by their heads; `bad` takes what is wrong with the others."""
    for one in found.pictures:
        try:
            with one.path.open("rb") as file:
                yield one, _ground(one, outside(file))
        except (OSError, Unreadable) as error:
            bad.append(f"{one.name}: {error}")


def opened(found: Listed, bad: list[str]) -> Iterator[tuple[Outlined, Ground, np.ndarray]]:
    """Yield the pictures that can be read, their ground and (height, width, 3) bytes; `bad` takes the others."""
    for one in found.pictures:
        try:
            if one.path.stat().st_size > MOST_BYTES:
                raise Unreadable(f"more than {MOST_BYTES >> 20} MiB")
            content = one.path.read_bytes()
            seen = outside(content)
            yield one, _ground(one, seen), pixels(content, Wanted(seen.height, seen.width, True))
        except (OSError, Unreadable) as error:
            bad.append(f"{one.name}: {error}")


def told(noted: Mapping[str, int], bad: Sequence[str], *held: str) -> dict[str, Sequence[str] | int]:
    """Return what was left out of objects and pictures, after what is `held`, for the record."""
    objects = [*held, *(f"{count} {what}" for what, count in noted.items() if count)]
    return {name: lines for name, lines in (("objects", objects), ("left out", list(bad))) if lines}


def require_some(source: str, kept: Sequence[object], bad: Sequence[str]) -> None:
    """Refuse annotations none of whose pictures can be read.

    Raises:
        DataError: with the first reasons.
    """
    if not kept:
        raise DataError(f"{source}: no picture can be read: {'; '.join(bad[:SHOWN])}")


def _ground(one: Outlined, seen: Outside) -> Ground:
    """Return what the outlines of a picture were drawn on.

    Raises:
        Unreadable: it is not the picture that is listed.
    """
    from dlbench.datasets.turns import unturned

    upright = (seen.height, seen.width)
    if one.size is not None and one.size not in (upright, seen.stored):
        raise Unreadable(f"{seen.height}×{seen.width} pixels, listed as {one.size[0]}×{one.size[1]}")
    return Ground(*seen.stored, seen.turn) if unturned(seen.turn, upright, one.size) else Ground(*upright, 1)
