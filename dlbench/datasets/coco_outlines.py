"""Outlines of objects as COCO's JSON lists them: polygons or run lengths, and the pixels that lie inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.mask_files import content_of, size_of, size_problem
from dlbench.datasets.regular_file import require_regular

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Listed:
    """What an annotation file lists.

    Attributes:
        pictures: path, height and width of each, by name.
        outlines: code from 1, whether it is a crowd, area and outline of each annotation, picture by picture.
        categories: in the order of their numbers.
    """

    pictures: tuple[tuple[Path, int, int], ...]
    outlines: tuple[tuple[tuple[int, bool, float, Any], ...], ...]
    categories: tuple[str, ...]


def asked(name: str) -> tuple[Parameter, ...]:
    """Return the parameters of a dataset of outlines, the annotation file under `name`."""
    return (
        Parameter(name, str, None, "annotation file, from the suite's folder"),
        Parameter("images", str, None, "folder of the pictures, from the suite's folder"),
        Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),
    )


class CocoOutlines(Dataset):
    """The user's pictures with outlines; a subclass says what becomes of them, and names its file by its own name."""

    modality = "image"
    own_file = True
    paper = "Lin et al., Microsoft COCO: common objects in context, 2014"
    uses = ("hotcoco", "pillow")

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        paths = [Path(params[self.name]), *(path for path, _, _ in self.listed(params).pictures)]
        return {"content": content_of(paths), "size": self.settings(params)["size"]}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        if problem := size_problem(self.settings(params)["size"]):
            return [problem]
        try:
            found = self.listed(params)
        except DataError as error:
            return [str(error)]
        return [problem for picture in found.pictures if (problem := misfit(picture))][:5]

    def listed(self, params: Mapping[str, Any]) -> Listed:
        """Return what the annotation file lists."""
        return listed(Path(params[self.name]), Path(params["images"]))


def listed(path: Path, folder: Path) -> Listed:
    """Return what an annotation file lists.

    Args:
        path: of the file.
        folder: of the pictures.

    Raises:
        DataError: no such file, or not of COCO's form.
    """
    require_regular(path)
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")), folder)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise DataError(f"{path}: not COCO's JSON with images, annotations and categories ({told})") from error


def _read(told: Mapping[str, Any], folder: Path) -> Listed:
    categories = sorted(told["categories"], key=lambda one: int(one["id"]))
    code = {int(one["id"]): place for place, one in enumerate(categories, start=1)}
    held: dict[int, list[tuple[int, bool, float, Any]]] = {int(one["id"]): [] for one in told["images"]}
    for one in told["annotations"]:
        outline = (code[int(one["category_id"])], bool(one.get("iscrowd")), float(one["area"]), one["segmentation"])
        held[int(one["image_id"])].append(outline)
    images = sorted(told["images"], key=lambda one: str(one["file_name"]))
    if not images:
        raise ValueError("no images")
    pictures = tuple((_inside(folder, str(one["file_name"])), int(one["height"]), int(one["width"])) for one in images)
    outlines = tuple(tuple(held[int(one["id"])]) for one in images)
    return Listed(pictures, outlines, tuple(str(one["name"]) for one in categories))


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"file_name {name!r} leads out of the folder of pictures")
    return path


def misfit(picture: tuple[Path, int, int]) -> str | None:
    """Say why a picture is not the one that is listed; None where it is."""
    path, height, width = picture
    try:
        require_regular(path)
        found = size_of(path)
    except DataError as error:
        return str(error)
    return None if found == (height, width) else f"{path}: {found[0]}×{found[1]} pixels, listed as {height}×{width}"


def filled(outline: Any, height: int, width: int) -> np.ndarray | None:
    """Return (height, width) booleans of what lies inside; None for a degenerate outline."""
    import numpy as np
    from hotcoco import mask

    from dlbench.forms.run_lengths import RunLengths

    try:
        if isinstance(outline, Mapping):
            runs = RunLengths.from_coco(outline)
            return runs.decode() if (runs.height, runs.width) == (height, width) else None
        polygons = [[float(number) for number in one] for one in outline if len(one) >= 6 and len(one) % 2 == 0]
        if not polygons:
            return None
        found = mask.merge(mask.frPyObjects(polygons, height, width))
        return np.asarray(mask.decode(found), dtype=np.bool_)
    except (ValueError, TypeError):
        return None
