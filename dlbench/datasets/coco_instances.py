"""Own data: pictures with outlines in COCO's JSON, as objects with a mask each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlbench.datasets.coco_outlines import CocoOutlines, Outlined, asked, opened, require_some, told
from dlbench.datasets.filled_outlines import filled
from dlbench.datasets.mask_pairs import boxed

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data


class CocoInstances(CocoOutlines):
    """Every outline is the mask of an object, crowds too; masks may overlap. Boxes and areas are those of the masks.

    Outlines are polygons or run lengths. Pictures are brought to one size, see `image_masks`, and masks along with
    them. Degenerate outlines (fewer than three points, another size than the picture), and such as hold no pixel at
    that size, are left out and counted.
    """

    name = "coco_instances"
    title = "your own pictures with outlines, an object each (COCO)"
    tasks = ("instance_segmentation",)
    path_parameters = ("coco_instances", "images", "test", "test_images")
    parameters = asked("coco_instances")

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.forms.outlined import OutlinedObjects
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        found, size = self.listed(params), self.settings(params)["size"]
        pixels = np.zeros((len(found.pictures), size, size, 3), dtype=np.uint8)
        code = {label: number for number, label in enumerate(found.categories)}
        noted, kept, bad = Counter(found.noted), list[Outlined](), list[str]()
        objects: list[tuple[list[np.ndarray], list[int]]] = []
        crowds: list[bool] = []
        for one, ground, picture in opened(found, bad):
            image, _ = boxed(picture, np.zeros(picture.shape[:2], dtype=np.int32), size)
            pixels[len(kept), : image.shape[0], : image.shape[1]] = image
            masks = [(sized(filled(outline, ground, noted), image.shape[:2], size, noted), outline)
                     for outline in one.outlines]  # fmt: skip
            held = [(mask, outline) for mask, outline in masks if mask is not None]
            objects.append(([mask for mask, _ in held], [code[outline.label] for _, outline in held]))
            crowds += [outline.crowd for _, outline in held]
            kept.append(one)
        require_some(params[self.name], kept, bad)
        return Data(
            Images(pixels[: len(kept)]),
            OutlinedObjects.outlined(objects, np.array(crowds, dtype=bool)),
            found.categories,
            ids=np.array([one.name for one in kept]),
            test=np.array([one.test for one in kept]) if found.parted else None,
            inferred=told(noted, bad, f"{len(crowds)} objects"),
        )


def sized(inside: np.ndarray | None, inner: Sequence[int], size: int, noted: Counter[str]) -> np.ndarray | None:
    """Return (size, size) booleans: what lies inside, in the resized picture; None, and a note, where nothing does.

    Args:
        inside: (height, width) booleans; None for an object that is left out already.
        inner: height and width of the picture within the square.
        size: side of the square.
        noted: takes what was left out.
    """
    import numpy as np

    if inside is None:
        return None
    rows, columns = (
        ((np.arange(side) + 0.5) * whole / side).astype(int) for side, whole in zip(inner, inside.shape, strict=True)
    )
    mask = np.zeros((size, size), dtype=np.bool_)
    mask[: inner[0], : inner[1]] = inside[rows][:, columns]
    if not mask.any():
        noted["objects without a pixel at this size: left out"] += 1
        return None
    return mask
