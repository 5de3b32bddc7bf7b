"""Own data: pictures with outlines in COCO's JSON, as objects with a mask each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import DataError
from dlbench.datasets.coco_outlines import CocoOutlines, asked, filled, misfit
from dlbench.datasets.mask_files import pixels_of
from dlbench.datasets.mask_pairs import boxed

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data


class CocoInstances(CocoOutlines):
    """Every outline is the mask of an object, crowds too; masks may overlap. Boxes and areas are those of the masks.

    Outlines are polygons or run lengths. Pictures are brought to one size, see `image_masks`, and masks along with
    them. Degenerate outlines (fewer than three points, another size than the picture), and such as hold no pixel at
    that size, are left out; the records of the jobs count them.
    """

    name = "coco_instances"
    title = "your own pictures with outlines, an object each (COCO)"
    tasks = ("instance_segmentation",)
    path_parameters = ("coco_instances", "images")
    parameters = asked("coco_instances")

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.forms.outlined import OutlinedObjects
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        told, size = self.listed(params), self.settings(params)["size"]
        pixels = np.zeros((len(told.pictures), size, size, 3), dtype=np.uint8)
        found, crowds, noted = [], [], Counter[str]()
        for place, (picture, outlines) in enumerate(zip(told.pictures, told.outlines, strict=True)):
            if problem := misfit(picture):
                raise DataError(problem)
            image, _ = boxed(pixels_of(picture[0], 3), np.zeros(picture[1:], dtype=np.int32), size)
            pixels[place, : image.shape[0], : image.shape[1]] = image
            masks = [(_sized(outline, picture, image.shape[:2], size, noted), code - 1, crowd)
                     for code, crowd, _, outline in outlines]  # fmt: skip
            kept = [(mask, code, crowd) for mask, code, crowd in masks if mask is not None]
            found.append(([mask for mask, _, _ in kept], [code for _, code, _ in kept]))
            crowds += [crowd for _, _, crowd in kept]
        objects = OutlinedObjects.outlined(found, np.array(crowds, dtype=bool))
        ids = np.array([path.name for path, _, _ in told.pictures])
        more = {"objects": [f"{len(crowds)} objects", *(f"{count} {what}" for what, count in noted.items())]}
        return Data(Images(pixels), objects, told.categories, ids=ids, inferred=more)


def _sized(
    outline: Any, picture: tuple[Path, int, int], inner: Sequence[int], size: int, noted: Counter[str]
) -> np.ndarray | None:
    """Return (size, size) booleans: what lies inside, in the resized picture; None, and a note, where nothing does.

    Args:
        outline: of the annotation.
        picture: path, height and width of the file.
        inner: height and width of the picture within the square.
        size: side of the square.
        noted: takes what was left out.
    """
    import numpy as np

    inside = filled(outline, *picture[1:])
    if inside is None:
        noted["degenerate outlines: left out"] += 1
        return None
    rows, columns = (
        ((np.arange(side) + 0.5) * whole / side).astype(int) for side, whole in zip(inner, picture[1:], strict=True)
    )
    mask = np.zeros((size, size), dtype=np.bool_)
    mask[: inner[0], : inner[1]] = inside[rows][:, columns]
    if not mask.any():
        noted["objects without a pixel at this size: left out"] += 1
        return None
    return mask
