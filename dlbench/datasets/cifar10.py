"""CIFAR-10: 32×32 colour pictures of ten things, as its author published them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.fetch import RemoteFile, fetch
from dlbench.datasets.folders import cache_folder, given_folder
from dlbench.datasets.picture_files import files_of
from dlbench.datasets.remembered import remembered

if TYPE_CHECKING:
    from dlbench.prepare.data import Data

MIRRORS = ("https://www.cs.toronto.edu/~kriz",)
ARCHIVE = RemoteFile("cifar-10-binary.tar.gz", "md5:c32a1d4ab5d03f1284b67883e8d87530")
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = "test_batch.bin"
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_ITEM = 1 + 3 * 32 * 32


class Cifar10(Dataset):
    """50,000 training and 10,000 test pictures, in the binary version: a byte of class, then red, green, blue planes.

    Read from the archive in `cifar10` under DLBENCH_DATA_DIR or in the cache, else fetched. The archive that came with
    JPEG compression is another set: `cifar10_jpg`.
    """

    name = "cifar10"
    title = "small colour pictures, 32×32"
    modality = "image"
    tasks = ("image_classification", "clustering")
    rows = 60000
    classes = 10
    has_test_part = True
    source = "Alex Krizhevsky, University of Toronto"
    licence = "none stated"
    paper = "Krizhevsky, Learning multiple layers of features from tiny images, 2009"

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hash of the archive that is here; the published one is the same before and after it is fetched."""
        path = self.found()
        if path is None:
            return {"published": ARCHIVE.checksum}
        try:
            told = remembered("md5", [path], lambda: _hash(path))
        except OSError:  # `load` says so
            told = ARCHIVE.checksum
        return {"published" if told == ARCHIVE.checksum else "content": told}

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        path = self.found() or self.fetched()
        held = _batches(path)
        if missing := [name for name in (*TRAIN, TEST) if name not in held]:
            raise _damaged(path, f"it lacks {', '.join(missing)}")
        counts = []
        for name in (*TRAIN, TEST):
            if not held[name] or len(held[name]) % _ITEM:
                raise _damaged(path, f"{name} has {len(held[name])} bytes, no multiple of {_ITEM}")
            counts.append(len(held[name]) // _ITEM)
        items = np.frombuffer(b"".join(held[name] for name in (*TRAIN, TEST)), np.uint8).reshape(-1, _ITEM)
        target = items[:, 0].astype(np.int64)
        if target.max() >= len(CLASSES):
            raise _damaged(path, f"a label {target.max()}, and there are {len(CLASSES)} classes")
        pixels = np.ascontiguousarray(items[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
        return Data(Images(pixels), target, CLASSES, test=np.arange(len(items)) >= sum(counts[:-1]))

    def found(self) -> Path | None:
        """Return the archive that is here, the user's folder before the cache."""
        folders = (given_folder(self.name), cache_folder() / self.name)
        places = (folder / ARCHIVE.name for folder in folders if folder is not None)
        return next((place for place in places if place.is_file()), None)

    def fetched(self) -> Path:
        """Fetch the archive into the cache.

        Raises:
            DataUnavailable: with what the user can do.
        """
        try:
            return fetch(ARCHIVE, cache_folder() / self.name, MIRRORS)
        except DataUnavailable as error:
            cure = f"set DLBENCH_DATA_DIR to a folder that holds {self.name}/{ARCHIVE.name}"
            raise DataUnavailable(f"{self.name} is not here and could not be fetched ({error}); {cure}") from error


def _hash(path: Path) -> str:
    """Return what the author states of the archive, of the one that is here."""
    with path.open("rb") as file:
        return f"md5:{hashlib.file_digest(file, 'md5').hexdigest()}"


def _batches(path: Path) -> dict[str, bytes]:
    """Return the files of the archive by their names, whatever folder they lie in."""
    try:
        return {one.name.rpartition("/")[2]: one.content for one in files_of(path, (".bin",))}
    except DataError as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, what: str) -> DataUnavailable:
    return DataUnavailable(f"{path}: damaged or not what its name says: {what}; remove it or put a sound copy there")
