"""Own data: pictures with outlines in COCO's JSON, as the class of every pixel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.datasets.coco_outlines import CocoOutlines, Outlined, asked, opened, require_some, told
from dlbench.datasets.filled_outlines import Ground, Outline, filled, pixels_in
from dlbench.datasets.mask_pairs import boxed
from dlbench.datasets.pictures import LYING

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data

GROUND = "ground"


class CocoMasks(CocoOutlines):
    """Every pixel belongs to the smallest object whose outline it lies in, or to the ground; crowds to no class.

    Outlines are polygons or run lengths. Degenerate ones (fewer than three points, another size than the picture), and
    such as hold no pixel, are left out and counted. Where no area is told, the pixels inside say which object is
    smaller. Pictures are brought to one size, see `image_masks`.
    """

    name = "coco_masks"
    title = "your own pictures with outlines (COCO)"
    tasks = ("segmentation",)
    path_parameters = ("coco_masks", "images", "test", "test_images")
    parameters = asked("coco_masks")

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        found, size = self.listed(params), self.settings(params)["size"]
        pixels = np.zeros((len(found.pictures), size, size, 3), dtype=np.uint8)
        codes = np.full((len(found.pictures), size, size), -1, dtype=np.int16)
        code = {label: number for number, label in enumerate(found.categories, start=1)}
        noted, kept, bad = Counter(found.noted), list[Outlined](), list[str]()
        for one, ground, picture in opened(found, bad):
            image, mask = boxed(picture, _drawn(one, ground, code, noted), size)
            height, width = mask.shape
            pixels[len(kept), :height, :width], codes[len(kept), :height, :width] = image, mask
            kept.append(one)
        require_some(params[self.name], kept, bad)
        return Data(
            Images(pixels[: len(kept)]),
            codes[: len(kept)],
            (GROUND, *found.categories),
            ids=np.array([one.name for one in kept]),
            test=np.array([one.test for one in kept]) if found.parted else None,
            inferred=told(noted, bad),
        )


def _drawn(one: Outlined, ground: Ground, code: Mapping[str, int], noted: Counter[str]) -> np.ndarray:
    """Return (height, width) int32 codes, large objects drawn first; what cannot be drawn is noted."""
    import numpy as np

    height, width, turn = ground
    mask = np.zeros((width, height) if turn in LYING else (height, width), dtype=np.int32)
    for outline in sorted(one.outlines, key=lambda outline: (not outline.crowd, -_area(outline, ground))):
        inside = filled(outline, ground, noted)
        if inside is not None:
            mask[inside] = -1 if outline.crowd else code[outline.label]
    return mask


def _area(outline: Outline, ground: Ground) -> float:
    """Return the area that is told, else the pixels inside."""
    return pixels_in(outline, ground, Counter()) if outline.area is None else outline.area
