"""Image sets published like MNIST: found in a folder the user names or in the cache, else fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataUnavailable
from dlbench.datasets import idx
from dlbench.datasets.fetch import RemoteFile, fetch
from dlbench.datasets.folders import cache_folder, given_folder
from dlbench.datasets.remembered import remembered

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data


@dataclass(frozen=True)
class Origin:
    """Where a set is published.

    Attributes:
        mirrors: base addresses, the preferred one first.
        files: what to fetch from one of them.
        content: SHA-256 of train images, train labels, test images and test labels, all as bytes, one after the other.
    """

    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    content: str


class PublishedImages(Dataset):
    """Grey images with an official test part; a subclass states its `origin` and the names of its classes."""

    modality = "image"
    tasks = ("image_classification", "clustering")
    rows = 70000
    classes = 10
    has_test_part = True
    origin: ClassVar[Origin]
    class_names: ClassVar[tuple[str, ...]]

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hash of the content, whatever its layout; that of the published set where nothing is here yet."""
        paths = self.found()
        try:
            content = remembered("idx", paths, lambda: content_hash(idx.read(paths))) if paths else self.origin.content
        except (DataUnavailable, OSError):  # `load` says so; a sound copy will have the published content
            content = self.origin.content
        return {"content": content}

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        paths = self.found()
        images, labels, test_images, test_labels = idx.read(paths) if paths else self.fetched()
        pixels = np.concatenate([images, test_images])[..., np.newaxis]
        target = np.concatenate([labels, test_labels]).astype(np.int64)
        if target.max() >= len(self.class_names):
            raise DataUnavailable(
                f"{paths[0].parent}: a label {target.max()}, but {self.name} has {self.classes} classes"
            )
        return Data(Images(pixels), target, self.class_names, test=np.arange(len(target)) >= len(labels))

    def found(self) -> tuple[Path, ...]:
        """Return the files of the set that are here, the user's folder before the cache."""
        folders = (given_folder(self.name), cache_folder() / self.name)
        return next((paths for folder in folders if folder and (paths := idx.find(folder, self.name))), ())

    def fetched(self) -> tuple[np.ndarray, ...]:
        """Fetch the files into the cache and read them.

        Raises:
            DataUnavailable: with what the user can do.
        """
        folder = cache_folder() / self.name
        try:
            for file in self.origin.files:
                fetch(file, folder, self.origin.mirrors)
        except DataUnavailable as error:
            raise DataUnavailable(
                f"{self.name} is not here and could not be fetched ({error}); {self.cure()}"
            ) from error
        arrays = idx.read(idx.find(folder, self.name))
        if content_hash(arrays) != self.origin.content:
            raise DataUnavailable(f"{folder}: not the published {self.name}; remove the folder and run again")
        return arrays

    def cure(self) -> str:
        """Say where the user can put the files."""
        files = f"{self.name}/{self.name}.npz, or {self.name}/{idx.IDX_NAMES[0]}.gz and its three companions"
        given = given_folder(self.name)
        looked = f" ({given.parent} does not)" if given else ""
        return f"set DLBENCH_DATA_DIR to a folder that holds {files}{looked}"


def content_hash(arrays: Sequence[np.ndarray]) -> str:
    """Return the SHA-256 of arrays of bytes, one after the other."""
    sha = hashlib.sha256()
    for array in arrays:
        sha.update(array.tobytes())
    return sha.hexdigest()
