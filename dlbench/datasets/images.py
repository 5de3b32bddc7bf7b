"""Own data: pictures in class folders, packed or not, or images as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets import class_folders, image_arrays
from dlbench.datasets.regular_file import require_regular
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    from dlbench.datasets.picture_survey import PictureSurvey
    from dlbench.prepare.data import Data

LARGEST = 1024


class OwnImages(Dataset):
    """The user's pictures: a folder with a folder for each class, a tar or zip of such, a .npz, or four IDX files.

    Folders train and test around the class folders are the official parts. Pictures of several sizes are brought to
    `size`; those that cannot be read are left out, counted and named.
    """

    name = "images"
    title = "your own images"
    modality = "image"
    tasks = ("image_classification", "clustering")
    source = "your files"
    own_file = True
    path_parameters = ("images",)
    parameters = (
        Parameter("images", str, None, "path of a folder, tar, zip or npz, from the suite's folder"),
        Parameter("size", int, None, "side in pixels that every picture is scaled to fit, black beside", optional=True),
        Parameter("colour", bool, None, "three channels or one; found out where it is not given", optional=True),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reading = {name: value for name, value in params.items() if name != "images" and value is not None}
        try:
            return {"content": self._content(Path(params["images"])), "reading": reading}
        except (OSError, ValueError, DataError):  # `problems` says so
            return {"unavailable": True, "reading": reading}

    @staticmethod
    def _content(path: Path) -> str:
        if files := image_arrays.files(path):
            return remembered("images", files, lambda: " ".join(map(file_digest, files)))
        from dlbench.datasets.picture_survey import survey

        return survey(path).content

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        path = Path(params["images"])
        try:
            if image_arrays.files(path):
                self.load(params)
                return []
            return self._of_pictures(path, params)
        except DataError as error:
            return [str(error)]

    def _of_pictures(self, path: Path, params: Mapping[str, Any]) -> list[str]:
        from dlbench.datasets.picture_survey import survey

        if path.is_file():
            require_regular(path)
        found = survey(path)
        size = params.get("size")
        wrong = class_folders.problems(path, found.classes)
        if size is None and found.sizes > 1:
            least, most = (f"{height}×{width}" for height, width in (found.least, found.most))
            wrong.append(
                f"{path}: pictures of {found.sizes} sizes, from {least} to {most}: add size: {suggested(found)}"
            )
        if size is None and max(found.most) > LARGEST:
            wrong.append(f"{path}: pictures of {found.most[0]}×{found.most[1]}: add size: {suggested(found)}")
        if size is not None and not 2 <= size <= LARGEST:
            wrong.append(f"size: expected a number from 2 to {LARGEST}, got {size}")
        return wrong

    def parted(self, params: Mapping[str, Any]) -> bool:
        """Whether folders, or the names of arrays, part the images into training and test."""
        path = Path(params["images"])
        if image_arrays.files(path):
            return image_arrays.parted(path)
        from dlbench.datasets.picture_survey import survey

        return survey(path).parted

    def load(self, params: Mapping[str, Any]) -> Data:
        path = Path(params["images"])
        if image_arrays.files(path):
            return _of_arrays(path, image_arrays.read(path))
        if wrong := self._of_pictures(path, params):
            raise DataError("\n".join(wrong))
        from dlbench.datasets.picture_data import loaded

        return loaded(path, params.get("size"), params.get("colour"))


def suggested(found: PictureSurvey) -> int:
    """Return a side that suits pictures: that of the median one, at most 64."""
    return max(8, min(64, *found.middle))


def _of_arrays(path: Path, arrays: image_arrays.Arrays) -> Data:
    import numpy as np

    from dlbench.prepare.data import Data
    from dlbench.prepare.images import Images

    known, codes = np.unique(arrays.labels, return_inverse=True)
    whole = bool(arrays.names) and arrays.labels.dtype.kind in "iu"
    classes = arrays.names if whole else tuple(map(str, known))
    target = (arrays.labels if whole else codes).astype(np.int64)
    test = arrays.test if arrays.test is not None and arrays.test.any() else None
    learned = target if test is None else target[~test]
    held = {name: (int((learned == code).sum()), 0) for code, name in enumerate(classes)}
    if wrong := class_folders.problems(path, held):
        raise DataError("\n".join(wrong))
    return Data(Images(arrays.pixels, arrays.top), target, classes, test=test)
