"""BCCD: blood cells under a microscope, with boxes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.folders import given_folder

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class Bccd(Dataset):
    """Red and white cells and platelets on 364 pictures of 640×480, many touching, some cut at the edge.

    The test part is that of its ImageSets. Found in the folder `bccd` under DLBENCH_DATA_DIR, which holds Annotations,
    JPEGImages and ImageSets; any other copy of that form is read by `voc`.
    """

    name = "bccd"
    title = "blood cells, with boxes"
    modality = "image"
    tasks = ("object_detection",)
    rows = 364
    classes = 3
    has_test_part = True
    source = "github.com/Shenggan/BCCD_Dataset"
    licence = "MIT"
    uses = ("pillow",)
    parameters = (Parameter("size", int, 320, "longer side in pixels that pictures are scaled to, boxes along"),)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        folder = self.found()
        if folder is None:
            return {"unavailable": True}
        from dlbench.datasets.annotated_pictures import content_of

        return {"content": content_of(folder), "size": self.settings(params)["size"]}

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.object_pictures import loaded
        from dlbench.datasets.voc_xml import read

        folder = self.found()
        if folder is None:
            raise DataUnavailable(
                "bccd is not here: set DLBENCH_DATA_DIR to a folder that holds bccd/Annotations, bccd/JPEGImages and "
                f"bccd/ImageSets/Main ({self.source})"
            )
        try:
            return loaded(read(folder), self.settings(params)["size"])
        except DataError as error:
            raise DataUnavailable(str(error)) from error

    def found(self) -> Path | None:
        """Return the folder where it is here."""
        folder = given_folder(self.name)
        return folder if folder is not None and (folder / "Annotations").is_dir() else None
