"""Own data: pictures with outlines in COCO's JSON, as the class of every pixel."""

from __future__ import annotations

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

GROUND = "ground"


class CocoMasks(CocoOutlines):
    """Every pixel belongs to the smallest object whose outline it lies in, or to the ground; crowds to no class.

    Outlines are polygons or run lengths. Degenerate ones (fewer than three points, another size than the picture) are
    left out, and the records of the jobs list them. Pictures are brought to one size, see `image_masks`.
    """

    name = "coco_masks"
    title = "your own pictures with outlines (COCO)"
    tasks = ("segmentation",)
    path_parameters = ("coco_masks", "images")
    parameters = asked("coco_masks")

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        found, size = self.listed(params), self.settings(params)["size"]
        pixels = np.zeros((len(found.pictures), size, size, 3), dtype=np.uint8)
        codes = np.full((len(found.pictures), size, size), -1, dtype=np.int16)
        skipped: list[str] = []
        for place, (picture, outlines) in enumerate(zip(found.pictures, found.outlines, strict=True)):
            if problem := misfit(picture):
                raise DataError(problem)
            mask = _drawn(picture, outlines, skipped)
            image, mask = boxed(pixels_of(picture[0], 3), mask, size)
            height, width = mask.shape
            pixels[place, :height, :width], codes[place, :height, :width] = image, mask
        ids = np.array([path.name for path, _, _ in found.pictures])
        inferred = {"skipped": tuple(skipped)} if skipped else {}
        return Data(Images(pixels), codes, (GROUND, *found.categories), ids=ids, inferred=inferred)


def _drawn(
    picture: tuple[Path, int, int], outlines: Sequence[tuple[int, bool, float, Any]], skipped: list[str]
) -> np.ndarray:
    """Return (height, width) int32 codes, large objects drawn first; what cannot be drawn is noted in `skipped`."""
    import numpy as np

    path, height, width = picture
    mask = np.zeros((height, width), dtype=np.int32)
    for code, crowd, _, outline in sorted(outlines, key=lambda one: (not one[1], -one[2])):
        inside = filled(outline, height, width)
        if inside is None:
            skipped.append(f"{path.name}: a degenerate outline")
            continue
        mask[inside] = -1 if crowd else code
    return mask
