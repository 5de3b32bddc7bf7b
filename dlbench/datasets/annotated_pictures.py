"""Own data: pictures with boxes, annotated as PASCAL VOC, COCO or YOLO do it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.canonical import digest
from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.picture_files import state_of, walked
from dlbench.datasets.pictures import SUFFIXES
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    from dlbench.datasets.annotations import Annotations
    from dlbench.prepare.data import Data

SIZE = Parameter("size", int, None, "longer side in pixels that every picture is scaled to, boxes along", optional=True)


class AnnotatedPictures(Dataset):
    """The user's pictures with boxes; a subclass reads one way to write them down.

    Objects without area or outside of their picture are left out, those that stick out are cut at its edge; so are
    pictures that cannot be read. All of it is counted, and the counts stand in every record.
    """

    modality = "image"
    tasks = ("object_detection",)
    source = "your files"
    own_file = True
    uses = ("pillow",)

    def annotations(self, params: Mapping[str, Any]) -> Annotations:
        """Return what the files say.

        Raises:
            DataError: files that cannot be read as such.
        """
        raise NotImplementedError

    def places(self, params: Mapping[str, Any]) -> list[Path]:
        """Return the folders and files that the data lies in."""
        return [Path(params[name]) for name in self.path_parameters if params.get(name)]

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reading = {key: told for key, told in params.items() if key not in self.path_parameters and told is not None}
        try:
            return {"content": [content_of(place) for place in self.places(params)], "reading": reading}
        except (OSError, ValueError, DataError):  # `problems` says so
            return {"unavailable": True, "reading": reading}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        from dlbench.datasets.object_pictures import checked

        try:
            found = self.annotations(params)
        except DataError as error:
            return [str(error)]
        try:
            checked(found, params.get("size"))
        except DataError as error:
            return [f"{self.places(params)[0]}: {error}"]
        return []

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what objects and pictures are taken for: column, kind, why, missing (a share) and warning.

        What is seen only in the pixels, a picture that is cut short, stands in the records of the jobs.

        Raises:
            DataError: files that `problems` has something to say about.
        """
        from dlbench.datasets.object_pictures import told

        return told(self.annotations(params), params.get("size"))

    def parted(self, params: Mapping[str, Any]) -> bool:
        return self.annotations(params).parted

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.object_pictures import loaded

        return loaded(self.annotations(params), params.get("size"))


class Voc(AnnotatedPictures):
    """A folder with `Annotations` (xml), `JPEGImages` and, for official parts, lists in `ImageSets/Main`."""

    name = "voc"
    title = "your own pictures with boxes, PASCAL VOC xml"
    path_parameters = ("voc",)
    parameters = (Parameter("voc", str, None, "path of the folder, from the suite's folder"), SIZE)

    def annotations(self, params: Mapping[str, Any]) -> Annotations:
        from dlbench.datasets.voc_xml import read

        return read(Path(params["voc"]))


class Coco(AnnotatedPictures):
    """A json file with pictures, categories and annotations; a second one holds the test part."""

    name = "coco"
    title = "your own pictures with boxes, COCO json"
    path_parameters = ("coco", "pictures", "test", "test_pictures")
    parameters = (
        Parameter("coco", str, None, "path of the json file, from the suite's folder"),
        Parameter("pictures", str, None, "folder of its pictures, if not the json file's own", optional=True),
        Parameter("test", str, None, "json file of the test part", optional=True),
        Parameter("test_pictures", str, None, "folder of its pictures, if not those of `pictures`", optional=True),
        SIZE,
    )

    def places(self, params: Mapping[str, Any]) -> list[Path]:
        given = super().places(params)
        return given if params.get("pictures") else [*given, Path(params["coco"]).parent]

    def parted(self, params: Mapping[str, Any]) -> bool:
        return bool(params.get("test"))

    def annotations(self, params: Mapping[str, Any]) -> Annotations:
        from dlbench.datasets.annotations import joined
        from dlbench.datasets.coco_json import read

        path = Path(params["coco"])
        pictures = Path(params.get("pictures") or path.parent)
        found = read(path, pictures)
        if not params.get("test"):
            return found
        return joined(found, read(Path(params["test"]), Path(params.get("test_pictures") or pictures), test=True))


class Yolo(AnnotatedPictures):
    """A folder of `images` and `labels` (txt), in train, val and test by folder or data.yaml."""

    name = "yolo_txt"
    title = "your own pictures with boxes, YOLO txt"
    path_parameters = ("yolo_txt",)
    parameters = (Parameter("yolo_txt", str, None, "path of the folder, from the suite's folder"), SIZE)

    def annotations(self, params: Mapping[str, Any]) -> Annotations:
        from dlbench.datasets.yolo_txt import read

        return read(Path(params["yolo_txt"]))


def content_of(place: Path) -> str:
    """Return the hash of a file, or of all pictures, annotations and lists below a folder."""
    if place.is_file():
        return remembered("file", [place], lambda: file_digest(place))
    endings = (*SUFFIXES, ".xml", ".txt", ".json", ".yaml", ".yml", ".names")
    state = digest(state_of(place, endings), 32)

    def compute() -> str:
        sha = hashlib.sha256()
        for path in walked(place, endings):
            sha.update(f"{path.relative_to(place).as_posix()} {file_digest(path)}\n".encode())
        return sha.hexdigest()

    return remembered(f"annotated {state}", [place], compute)
