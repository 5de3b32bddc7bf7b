"""Own data: a table in the user's own file, thrown at us as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.canonical import canonical
from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.raw_table import RawTable
from dlbench.datasets.regular_file import require_regular
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    from dlbench.datasets.own_rows import OwnRows
    from dlbench.datasets.survey import Survey
    from dlbench.prepare.data import Data

TASKS = {"classes": "tabular_classification", "values": "tabular_regression"}
ASKED = (
    Parameter("target", object, None, "name of the target column, else its place from 0 or, negative, from the end"),
    Parameter("target_type", str, None, "classes or values, where the target does not say it itself", optional=True),
    Parameter("test", str, None, "path of a file with the test rows: the official test part", optional=True),
    Parameter("columns", dict, None, "name → number, category, date, text or drop, where it differs", optional=True),
    Parameter("categories", list, None, "columns to read as categories though they hold numbers", optional=True),
    Parameter("fold_column", str, None, "column that says in which fold a row is tested", optional=True),
    Parameter("group_column", str, None, "column whose rows of one value never part", optional=True),
    Parameter("time_column", str, None, "column by which later rows are tested on earlier ones", optional=True),
    Parameter("weight_column", str, None, "column that says how much a row counts in a fit", optional=True),
)  # fmt: skip
HEADED = Parameter("header", bool, None, "whether the first row names the columns; found out", optional=True)


class OwnTable(Dataset):
    """A table of the user's. What each column is, is inferred, told, and can be overruled.

    A subclass gives its `name`, which is also the word for the path, and writes `read`. Texts and up to 20 distinct
    whole numbers in the target are classes, other numbers are values. Rows without a target are left out.
    """

    source = "your file"
    own_file = True
    suffixes: ClassVar[tuple[str, ...]] = ()

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        """Return the table in a file.

        Raises:
            DataError: a file that cannot be read as such a table.
        """
        raise NotImplementedError

    def files(self, params: Mapping[str, Any]) -> list[Path]:
        """Return the table's file, and that of the test rows where there is one."""
        return [Path(params[name]) for name in (self.name, "test") if params.get(name)]

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        reading = {
            name: value for name, value in params.items() if name not in (self.name, "test") and value is not None
        }
        try:
            hashes = [self._hash(path) for path in self.files(params)]
        except (OSError, ValueError, DataError):  # `problems` says so
            return {"unavailable": True, "reading": reading}
        more = {"test": hashes[1]} if len(hashes) > 1 else {}
        return {"sha256": hashes[0], **more, "reading": reading}

    @staticmethod
    def _hash(path: Path) -> str:
        require_regular(path)
        return remembered("file", [path], lambda: file_digest(path))

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        try:
            return list(self.surveyed(params).problems)
        except DataError as error:
            return [str(error)]

    def task_type(self, params: Mapping[str, Any]) -> str:
        """Return the task type that the target suggests.

        Raises:
            DataError: a file that `problems` has something to say about.
        """
        return TASKS[self.sound(params).kind]

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what each column is taken for: column, kind, why, missing (a share) and warning.

        Raises:
            DataError: a file that `problems` has something to say about.
        """
        return [dict(told) for told in self.sound(params).told]

    def count(self, params: Mapping[str, Any]) -> int:
        """Return how many rows have a target."""
        return self.sound(params).rows

    def given_folds(self, params: Mapping[str, Any]) -> int:
        """Return how many folds the fold column names; 0 without one."""
        return self.sound(params).folds if params.get("fold_column") else 0

    def redraws(self, params: Mapping[str, Any], folds: int) -> bool:
        if params.get("fold_column") or params.get("time_column"):
            return False
        return not params.get("group_column") or self.sound(params).groups > folds

    def sound(self, params: Mapping[str, Any]) -> Survey:
        """Return the survey of a file without problems, or raise DataError with all of them."""
        survey = self.surveyed(params)
        if survey.problems:
            raise DataError("\n".join(survey.problems))
        return survey

    def surveyed(self, params: Mapping[str, Any]) -> Survey:
        """Return what one reading of the files says; the same files are not read twice by one process."""
        from dlbench.datasets.survey import remembered_survey

        states = []
        for path in self.files(params):
            require_regular(path)
            stat = path.stat()
            states.append((str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino))
        return remembered_survey(self.name, canonical(dict(params)), tuple(states))

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.own_rows import OwnRows
        from dlbench.datasets.released import released

        with released():
            return _sound(OwnRows.read(self, params)).data()


def _sound(rows: OwnRows) -> OwnRows:
    """Return rows without problems, or raise DataError with all of them."""
    if rows.problems:
        raise DataError("\n".join(rows.problems))
    return rows
