"""Nuclei of the 2018 Data Science Bowl, one by one: a full copy has a mask for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets import nucleus_files
from dlbench.datasets.coco_instances import sized
from dlbench.datasets.mask_files import pixels_of
from dlbench.datasets.mask_pairs import boxed
from dlbench.datasets.nuclei import EVERY, NucleiPictures
from dlbench.datasets.nucleus_files import NucleusPair

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data


class NucleiInstances(NucleiPictures):
    """The pictures of `nuclei` in a full copy as it was published, `data-science-bowl-2018/stage1_train`: every nucleus
    is an object. Split and sizes are those of `nuclei`; nuclei without a pixel at that size are left out and counted.
    """

    name = "nuclei_instances"
    title = "nuclei under the microscope, a mask each"
    tasks = ("instance_segmentation",)
    classes = 1

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.forms.outlined import OutlinedObjects
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        try:
            pairs = self.pairs()
            noted = Counter[str]()
            found = [_read(pair, self.settings(params)["size"], noted) for pair in pairs]
        except DataError as error:
            raise DataUnavailable(str(error)) from error
        objects = OutlinedObjects.outlined([(masks, [0] * len(masks)) for _, masks in found])
        return Data(
            Images(np.stack([image for image, _ in found])),
            objects,
            ("nucleus",),
            ids=np.array([pair.name for pair in pairs]),
            test=np.arange(len(pairs)) % EVERY == 0,
            inferred={"objects": [f"{len(objects.boxes)} objects", *(f"{n} {what}" for what, n in noted.items())]},
        )

    def pairs(self) -> tuple[NucleusPair, ...]:
        return nucleus_files.one_by_one(self.name)


def _read(pair: NucleusPair, size: int, noted: Counter[str]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return (size, size, 3) bytes of a picture, and (size, size) booleans of each nucleus.

    Raises:
        DataError: a damaged file, or a mask of another size.
    """
    import numpy as np

    if problem := pair.problem():
        raise DataError(problem)
    picture = pixels_of(pair.picture, 3)
    image, _ = boxed(picture, np.zeros(picture.shape[:2], dtype=np.int32), size)
    whole = np.zeros((size, size, 3), dtype=np.uint8)
    whole[: image.shape[0], : image.shape[1]] = image
    masks = (sized(mask, image.shape[:2], size, noted) for mask in pair.masks())
    return whole, [mask for mask in masks if mask is not None]
