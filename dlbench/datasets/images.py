"""Own data: pictures in class folders, packed or not, or images as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets import class_folders, image_arrays
from dlbench.datasets.regular_file import require_regular
from dlbench.datasets.remembered import file_digest, remembered
from dlbench.datasets.told_rows import row

if TYPE_CHECKING:
    from dlbench.datasets.picture_survey import PictureSurvey
    from dlbench.prepare.data import Data

LARGEST = 1024


class OwnImages(Dataset):
    """The user's pictures: a folder with a folder for each class, a tar or zip of such, a .npz, or four IDX files.

    Folders train and test (or val, where there is no test) around the class folders are the official parts. Pictures of
    several sizes are brought to `size`; those that cannot be read are left out, counted and named, as are class folders
    without a picture.
    """

    name = "images"
    title = "your own images"
    modality = "image"
    tasks = ("image_classification", "clustering")
    source = "your files"
    own_file = True
    uses = ("pillow",)
    suffixes: ClassVar[tuple[str, ...]] = (".npz", ".zip", ".tar", ".tgz")
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

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what the classes and the images are taken for: column, kind, why, missing (a share) and warning.

        Raises:
            DataError: files that `problems` has something to say about.
        """
        path = Path(params["images"])
        if image_arrays.files(path):
            return _told_of_arrays(self.load(params))
        from dlbench.datasets.picture_survey import survey

        if wrong := self._of_pictures(path, params):
            raise DataError("\n".join(wrong))
        return _told_of_pictures(survey(path), params)

    def wanted_size(self, params: Mapping[str, Any]) -> int | None:
        """Return the side that must be set: pictures of several sizes, or very large ones; None where none must."""
        path = Path(params["images"])
        if image_arrays.files(path):
            return None
        from dlbench.datasets.picture_survey import survey

        found = survey(path)
        return suggested(found) if found.sizes > 1 or max(found.most) > LARGEST else None

    def count(self, params: Mapping[str, Any]) -> int:
        """Return how many images there are."""
        path = Path(params["images"])
        if image_arrays.files(path):
            return len(image_arrays.read(path).labels)
        from dlbench.datasets.picture_survey import survey

        found = survey(path)
        return found.grey + found.colour

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


def _told_of_pictures(found: PictureSurvey, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    least, most = (f"{height}×{width}" for height, width in (found.least, found.most))
    came = f"all are {least}" if found.sizes == 1 else f"{found.sizes} sizes from {least} to {most}"
    size = params.get("size")
    became = f", scaled to fit {size}×{size}" if size and (found.sizes > 1 or found.least != (size, size)) else ""
    colour = found.colour > 0 if params.get("colour") is None else params["colour"]
    total = found.grey + found.colour + len(found.unreadable)
    pictures = row("pictures", "colour" if colour else "grey", came + became)
    told = {**pictures, "missing": len(found.unreadable) / total, "warning": found.told_unreadable()}
    classes = _classes({label: sum(held) for label, held in found.classes.items()}, parted=found.parted)
    return [{**classes, "warning": found.told_empty()}, told]


def _told_of_arrays(data: Data) -> list[dict[str, Any]]:
    import numpy as np

    height, width, channels = data.inputs.shape
    counts = np.bincount(np.asarray(data.target), minlength=len(data.classes))
    held = dict(zip(data.classes, map(int, counts), strict=True))
    kind = {1: "grey", 3: "colour"}.get(channels, f"{channels} channels")
    return [_classes(held, parted=data.test is not None), row("images", kind, f"all are {height}×{width}")]


def _classes(held: Mapping[str, int], *, parted: bool) -> dict[str, Any]:
    few = sorted(held.items(), key=lambda one: (one[1], one[0]))
    told = f"{len(held)} classes of {few[0][1]} to {few[-1][1]} images" + (", with a test part" if parted else "")
    return row("class", "target", told)


def _of_arrays(path: Path, arrays: image_arrays.Arrays) -> Data:
    import numpy as np

    from dlbench.prepare.data import Data
    from dlbench.prepare.images import Images

    known, codes = np.unique(arrays.labels, return_inverse=True)
    whole = bool(arrays.names) and arrays.labels.dtype.kind in "iu"
    classes = arrays.names if whole else tuple(map(str, known))
    target = (arrays.labels if whole else codes).astype(np.int64)
    learned = target if arrays.test is None else target[~arrays.test]
    held = {name: (int((learned == code).sum()), 0) for code, name in enumerate(classes)}
    if wrong := class_folders.problems(path, held):
        raise DataError("\n".join(wrong))
    return Data(Images(arrays.pixels, arrays.top), target, classes, test=arrays.test)
