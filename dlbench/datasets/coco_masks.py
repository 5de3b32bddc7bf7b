"""Own data: pictures with outlines in COCO's JSON, as the class of every pixel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.mask_files import content_of, pixels_of, size_of, size_problem
from dlbench.datasets.mask_pairs import boxed
from dlbench.datasets.regular_file import require_regular

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data

GROUND = "ground"


@dataclass(frozen=True)
class Listed:
    """What an annotation file lists.

    Attributes:
        pictures: path, height and width of each, by name.
        outlines: code, whether it is a crowd, area and outline of each annotation, picture by picture.
        classes: the ground, then the categories in the order of their numbers.
    """

    pictures: tuple[tuple[Path, int, int], ...]
    outlines: tuple[tuple[tuple[int, bool, float, Any], ...], ...]
    classes: tuple[str, ...]


class CocoMasks(Dataset):
    """Every pixel belongs to the smallest object whose outline it lies in, or to the ground; crowds to no class.

    Outlines are polygons or run lengths. Degenerate ones (fewer than three points, another size than the picture) are
    left out, and the records of the jobs list them. Pictures are brought to one size, see `image_masks`.
    """

    name = "coco_masks"
    title = "your own pictures with outlines (COCO)"
    modality = "image"
    tasks = ("segmentation",)
    own_file = True
    paper = "Lin et al., Microsoft COCO: common objects in context, 2014"
    uses = ("hotcoco", "pillow")
    path_parameters = ("coco_masks", "images")
    parameters = (
        Parameter("coco_masks", str, None, "annotation file, from the suite's folder"),
        Parameter("images", str, None, "folder of the pictures, from the suite's folder"),
        Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        listed = self._listed(params)
        paths = [Path(params["coco_masks"]), *(path for path, _, _ in listed.pictures)]
        return {"content": content_of(paths), "size": self.settings(params)["size"]}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        if problem := size_problem(self.settings(params)["size"]):
            return [problem]
        try:
            listed = self._listed(params)
        except DataError as error:
            return [str(error)]
        return [problem for picture in listed.pictures if (problem := _misfit(picture))][:5]

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        listed, size = self._listed(params), self.settings(params)["size"]
        pixels = np.zeros((len(listed.pictures), size, size, 3), dtype=np.uint8)
        codes = np.full((len(listed.pictures), size, size), -1, dtype=np.int16)
        skipped: list[str] = []
        for place, (picture, outlines) in enumerate(zip(listed.pictures, listed.outlines, strict=True)):
            if problem := _misfit(picture):
                raise DataError(problem)
            mask = _drawn(picture, outlines, skipped)
            image, mask = boxed(pixels_of(picture[0], 3), mask, size)
            height, width = mask.shape
            pixels[place, :height, :width], codes[place, :height, :width] = image, mask
        ids = np.array([path.name for path, _, _ in listed.pictures])
        inferred = {"skipped": tuple(skipped)} if skipped else {}
        return Data(Images(pixels), codes, listed.classes, ids=ids, inferred=inferred)

    def _listed(self, params: Mapping[str, Any]) -> Listed:
        path = Path(params["coco_masks"])
        require_regular(path)
        try:
            return _read(json.loads(path.read_text(encoding="utf-8")), Path(params["images"]))
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
    return Listed(pictures, outlines, (GROUND, *(str(one["name"]) for one in categories)))


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"file_name {name!r} leads out of the folder of pictures")
    return path


def _misfit(picture: tuple[Path, int, int]) -> str | None:
    """Say why a picture is not the one that is listed; None where it is."""
    path, height, width = picture
    try:
        require_regular(path)
        found = size_of(path)
    except DataError as error:
        return str(error)
    return None if found == (height, width) else f"{path}: {found[0]}×{found[1]} pixels, listed as {height}×{width}"


def _drawn(
    picture: tuple[Path, int, int], outlines: Sequence[tuple[int, bool, float, Any]], skipped: list[str]
) -> np.ndarray:
    """Return (height, width) int32 codes, large objects drawn first; what cannot be drawn is noted in `skipped`."""
    import numpy as np

    path, height, width = picture
    mask = np.zeros((height, width), dtype=np.int32)
    for code, crowd, _, outline in sorted(outlines, key=lambda one: (not one[1], -one[2])):
        inside = _filled(outline, height, width)
        if inside is None:
            skipped.append(f"{path.name}: a degenerate outline")
            continue
        mask[inside] = -1 if crowd else code
    return mask


def _filled(outline: Any, height: int, width: int) -> np.ndarray | None:
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
