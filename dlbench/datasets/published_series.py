"""Published series: found in a folder the user names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataUnavailable
from dlbench.datasets.folders import given_folder
from dlbench.datasets.remembered import file_digest, remembered
from dlbench.datasets.series_csv import as_data
from dlbench.datasets.time_table import read

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class PublishedSeries(Dataset):
    """One file under DLBENCH_DATA_DIR; a subclass states the file, its columns and its parameters.

    Attributes:
        file: name inside the folder that is called like the dataset.
        target, time: columns.
        published: SHA-256 of the published file.
    """

    modality = "series"
    tasks = ("forecasting",)
    file: ClassVar[str]
    target: ClassVar[str]
    time: ClassVar[str]
    published: ClassVar[str]

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hash of the file, that of the published one where it is not here, and the parameters."""
        path, content = self.path(), self.published
        if path is not None:
            content = remembered("file", [path], lambda: file_digest(path))
        return {"sha256": content, **{name: value for name, value in params.items() if value is not None}}

    def load(self, params: Mapping[str, Any]) -> Data:
        path = self.path()
        if path is None:
            wanted = f"{self.name}/{self.file}"
            raise DataUnavailable(
                f"{self.name} is not here: set DLBENCH_DATA_DIR to a folder that holds {wanted} ({self.source})"
            )
        return as_data(read(path, self.target, self.time), params)

    def path(self) -> Path | None:
        """Return the file where it is here."""
        folder = given_folder(self.name)
        return folder / self.file if folder is not None and (folder / self.file).is_file() else None
