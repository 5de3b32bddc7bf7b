"""Nuclei of the 2018 Data Science Bowl: microscope pictures, and which pixels belong to a nucleus."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.folders import given_folder
from dlbench.datasets.mask_files import content_of, size_problem
from dlbench.datasets.mask_pairs import Pair, Reading, pairs, read

if TYPE_CHECKING:
    from dlbench.prepare.data import Data

FOLDER = "dsb2018_nuclei_subset"
EVERY = 5
"""Of the pictures in the order of their names, the first of so many tests."""


class Nuclei(Dataset):
    """193 of the 664 training pictures of stage 1, of 256×256 to 696×520 pixels; a mask is the union of their nuclei.

    Read from `DLBENCH_DATA_DIR/dsb2018_nuclei_subset`: `images/NAME.png` and `masks/NAME.png` (0 or 255), in any
    number, so that a full copy is read in the same way. Pictures are brought to one size, see `image_masks`.

    The set has no official split of its training pictures. Fixed here: in the order of their names, which are random,
    the first of every five tests (39 of 193), the others train. Pictures of one slide are not marked, so that some of
    them may stand on both sides.
    """

    name = "nuclei"
    title = "nuclei under the microscope"
    modality = "image"
    tasks = ("segmentation",)
    rows = 193
    classes = 2
    has_test_part = True
    source = "Data Science Bowl 2018, stage 1, as fixed by K. Lopuhin; Broad Bioimage Benchmark Collection BBBC038"
    licence = "CC0 1.0"
    paper = "Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, 2019"
    uses = ("pillow",)
    parameters = (Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        told = {"size": self.settings(params)["size"], "every": EVERY}
        try:
            paths = [path for pair in self._pairs() for path in (pair.picture, pair.mask)]
        except (DataUnavailable, DataError):  # `load` says so
            return {"content": "absent", **told}
        return {"content": content_of(paths), **told}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        problem = size_problem(self.settings(params)["size"])
        return [problem] if problem else []

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        found = self._pairs()
        how = Reading(self.settings(params)["size"], classes={"ground": 0, "nucleus": 255})
        try:
            pixels, codes, names = read(found, how)
        except DataError as error:
            raise DataUnavailable(str(error)) from error
        ids = np.array([pair.name for pair in found])
        return Data(Images(pixels), codes, names, ids=ids, test=np.arange(len(found)) % EVERY == 0)

    def _pairs(self) -> tuple[Pair, ...]:
        folder = given_folder(FOLDER)
        if folder is None or not Path(folder).is_dir():
            raise DataUnavailable(
                f"{self.name} is not here: set DLBENCH_DATA_DIR to a folder that holds {FOLDER}, its images and masks"
            )
        return pairs(folder / "images", folder / "masks")[0]
