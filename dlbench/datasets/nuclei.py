"""Nuclei of the 2018 Data Science Bowl: microscope pictures, and which pixels belong to a nucleus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets import nucleus_files
from dlbench.datasets.mask_files import content_of, size_problem
from dlbench.datasets.mask_pairs import Pair, Reading, read

if TYPE_CHECKING:
    from dlbench.prepare.data import Data

EVERY = 5
"""Of the pictures in the order of their names, the first of so many tests."""


class NucleiPictures(Dataset):
    """The pictures; a subclass says what is asked of them.

    The set has no official split of its training pictures. Fixed here: in the order of their names, which are random,
    the first of every five tests, the others train.
    """

    modality = "image"
    has_test_part = True
    source = "Data Science Bowl 2018, stage 1, as fixed by K. Lopuhin; Broad Bioimage Benchmark Collection BBBC038"
    licence = "CC0 1.0"
    paper = "Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, 2019"
    uses = ("pillow",)
    parameters = (Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        told = {"size": self.settings(params)["size"], "every": EVERY}
        try:
            paths = [path for pair in self.pairs() for path in pair.files]
        except (DataUnavailable, DataError):  # `load` says so
            return {"content": "absent", **told}
        return {"content": content_of(paths), **told}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        problem = size_problem(self.settings(params)["size"])
        return [problem] if problem else []

    def pairs(self) -> Sequence[Pair]:
        """Return the pictures with their masks, by name.

        Raises:
            DataUnavailable: they are not here; DataError: they cannot be used.
        """
        return nucleus_files.found(self.name)


class Nuclei(NucleiPictures):
    """193 of the 664 training pictures of stage 1, of 256×256 to 696×520 pixels; a mask is the union of their nuclei.

    Read from `DLBENCH_DATA_DIR/dsb2018_nuclei_subset`: `images/NAME.png` and `masks/NAME.png` (0 or 255), in any
    number; or a full copy as it was published, `data-science-bowl-2018/stage1_train/ID` with `images/ID.png` and
    `masks/*.png`, a mask a nucleus. Pictures are brought to one size, see `image_masks`.

    The set has no official split of its training pictures. Fixed here: in the order of their names, which are random,
    the first of every five tests (39 of 193), the others train. Pictures of one slide are not marked, so that some of
    them may stand on both sides.
    """

    name = "nuclei"
    title = "nuclei under the microscope"
    tasks = ("segmentation",)
    rows = 193
    classes = 2

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        how = Reading(self.settings(params)["size"], classes={"ground": 0, "nucleus": nucleus_files.NUCLEUS})
        try:
            found = self.pairs()
            pixels, codes, names = read(found, how)
        except DataError as error:
            raise DataUnavailable(str(error)) from error
        ids = np.array([pair.name for pair in found])
        return Data(Images(pixels), codes, names, ids=ids, test=np.arange(len(found)) % EVERY == 0)
