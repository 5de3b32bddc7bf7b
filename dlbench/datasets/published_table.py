"""Published tables: found in a folder the user names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.folders import given_folder
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import RawTable
    from dlbench.prepare.data import Data


class PublishedTable(Dataset):
    """Delimited text under DLBENCH_DATA_DIR; a subclass states the files and what its header says or lacks.

    Attributes:
        files: names inside the folder that is called like the dataset; a second one holds the official test part.
        published: SHA-256 of each published file.
        target: column.
        names: of the columns, where the files have no header.
    """

    files: ClassVar[tuple[str, ...]]
    published: ClassVar[tuple[str, ...]]
    target: ClassVar[str]
    names: ClassVar[tuple[str, ...]] = ()

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the hashes of the files, those of the published ones where they are not here."""
        return {"sha256": [_hash(path) for path in self.found()] or list(self.published)}

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.joined import with_test
        from dlbench.datasets.own_rows import OwnRows

        paths = self.found()
        if not paths:
            wanted = " and ".join(f"{self.name}/{file}" for file in self.files)
            raise DataUnavailable(
                f"{self.name} is not here: set DLBENCH_DATA_DIR to a folder that holds {wanted} ({self.source})"
            )
        table, tested = self.read(paths[0]), None
        if len(paths) > 1:
            table, tested = with_test(table, self.read(paths[1]))
        rows = OwnRows.of(table, tested, {"target": self.target})
        if rows.problems:
            raise DataError("\n".join(rows.problems))
        return rows.data()

    def read(self, path: Path) -> RawTable:
        """Return one file, its columns named.

        Raises:
            DataError: a file that is no such table.
        """
        from dlbench.datasets.csv import Csv

        table = Csv().read(path, {"header": not self.names})
        if not self.names:
            return table
        if len(table.names) != len(self.names):
            raise DataError(f"{path}: {len(table.names)} columns, the published {self.name} has {len(self.names)}")
        return replace(table, names=self.names, header=True)

    def found(self) -> list[Path]:
        """Return the files where all of them are here."""
        folder = given_folder(self.name)
        paths = [folder / file for file in self.files] if folder is not None else []
        return paths if all(path.is_file() for path in paths) else []


def _hash(path: Path) -> str:
    return remembered("file", [path], lambda: file_digest(path))
