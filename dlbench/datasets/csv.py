"""Own data: a table in a file of delimited text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError, suggest
from dlbench.datasets.column_kinds import class_name, class_names, missing, number, target_kind
from dlbench.datasets.delimited import Delimited
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data
    from dlbench.prepare.table import Table

KINDS = {"classes": "tabular_classification", "values": "tabular_regression"}


class Csv(Dataset):
    """A table of the user's. Columns of numbers stay numbers, all others become categories.

    Texts and up to 20 distinct whole numbers in the target are classes, other numbers are values; `target_type`
    overrules that. Rows without a target are left out.
    """

    name = "csv"
    title = "your own table"
    source = "your file"
    own_file = True
    path_parameters = ("csv",)
    parameters = (
        Parameter("csv", str, None, "path of the file, from the suite's folder"),
        Parameter(
            "target", object, None, "name of the target column, else its place from 0 or, negative, from the end"
        ),
        Parameter(
            "target_type", str, None, "classes or values, where the target does not say it itself", optional=True
        ),
        Parameter("categories", list, None, "columns to read as categories though they hold numbers", optional=True),
        Parameter("separator", str, None, "between fields; found out where it is not given", optional=True),
        Parameter("header", bool, True, "whether the first row names the columns; else they are x0, x1, …"),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        path = Path(params["csv"])
        reading = {name: value for name, value in params.items() if name != "csv" and value is not None}
        try:
            return {"sha256": remembered("file", [path], lambda: file_digest(path)), "reading": reading}
        except OSError:  # `problems` says so
            return {"unavailable": True, "reading": reading}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        try:
            return Survey.of(params).problems
        except DataError as error:
            return [str(error)]

    def task_type(self, params: Mapping[str, Any]) -> str:
        """Return the task type that the target suggests.

        Raises:
            DataError: a file that `problems` has something to say about.
        """
        return KINDS[_sound(params).kind]

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data

        survey = _sound(params)
        rows = [fields for _, fields in survey.file.rows()]
        kept = np.array([i for i, fields in enumerate(rows) if not missing(fields[survey.target])], dtype=np.int64)
        texts = [rows[i][survey.target] for i in kept]
        classes = class_names(set(texts)) if survey.kind == "classes" else ()
        return Data(_table(survey, [rows[i] for i in kept]), _target(texts, classes), classes, kept.astype(np.str_))


@dataclass(frozen=True)
class Survey:
    """What one reading of a file says of its target, without keeping its rows.

    Attributes:
        file: names and separator.
        target: place of the target column; -1 where there is no such column.
        categories: names the user wants read as categories.
        kind: classes or values.
        problems: sentences; empty where the file can be used.
    """

    file: Delimited
    target: int
    categories: tuple[str, ...]
    kind: str
    problems: list[str]

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Survey:
        """Read the file once.

        Raises:
            DataError: a file without readable rows.
        """
        separator = params.get("separator")
        if separator is not None and len(separator) != 1:
            raise DataError(f"separator: expected one character, got {separator!r}")
        file = Delimited.open(Path(params["csv"]), separator, params.get("header", True) is not False)
        categories = tuple(str(name) for name in params.get("categories") or ())
        problems = [
            f"{file.path}: no column {name!r} (named in `categories`){suggest(name, file.names)}"
            for name in categories
            if name not in file.names
        ]
        place = _place(params.get("target"), file.names)
        if isinstance(place, str):
            return cls(file, -1, categories, "classes", [*problems, f"{file.path}: {place}"])
        counts, lines = _counted(file, place)
        kind = params.get("target_type") or target_kind(counts)
        found = _target_problem(counts, lines, kind)
        where = f"{file.path}: target {file.names[place]!r}"
        return cls(file, place, categories, kind, [*problems, f"{where}: {found}"] if found else problems)


def _sound(params: Mapping[str, Any]) -> Survey:
    survey = Survey.of(params)
    if survey.problems:
        raise DataError("\n".join(survey.problems))
    return survey


def _place(target: Any, names: tuple[str, ...]) -> int | str:
    """Return the place of the target column, or what is wrong with it: a name goes before an index."""
    if str(target) in names and not isinstance(target, bool):
        return names.index(str(target))
    if isinstance(target, bool) or not isinstance(target, str | int):
        return f"target: expected the name or place of a column, got {target!r} (put names such as yes in quotes)"
    try:
        place = int(target)
    except ValueError:
        data = (
            "; the first row looks like data: set `header: false`"
            if any(number(name) is not None for name in names)
            else ""
        )
        return f"no column {target!r}{suggest(str(target), names)}{data}"
    if -len(names) <= place < len(names):
        return place % len(names)
    return f"no column {place}: there are {len(names)}, from 0 to {len(names) - 1} or -{len(names)} to -1"


def _counted(file: Delimited, place: int) -> tuple[Counter[str], dict[str, int]]:
    """Return how often each text of a column occurs, and the line where it does first."""
    counts: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for line, fields in file.rows():
        if not missing(fields[place]):
            counts[fields[place]] += 1
            lines.setdefault(fields[place], line)
    return counts, lines


def _target_problem(counts: Counter[str], lines: Mapping[str, int], kind: str) -> str | None:
    if kind not in KINDS:
        return f"target_type: expected classes or values, got {kind!r}"
    if not counts:
        return "no row has a value"
    if kind == "values":
        odd = next((text for text in counts if number(text) is None), None)
        if odd is not None:
            return f"{odd!r} in line {lines[odd]} is no finite number"
        return "all its values are equal" if len({number(text) for text in counts}) == 1 else None
    classes = {class_name(text) for text in counts}
    if len(classes) == 1:
        return f"only one class, {next(iter(classes))!r}"
    rows = counts.total()
    return (
        f"{len(classes)} classes in {rows} rows: that is no class of anything" if len(classes) * 2 > rows > 8 else None
    )


def _target(texts: list[str], classes: tuple[str, ...]) -> np.ndarray:
    import numpy as np

    if not classes:
        return np.array([float(text) for text in texts], dtype=np.float64)
    codes = {name: code for code, name in enumerate(classes)}
    return np.array([codes[class_name(text)] for text in texts], dtype=np.int64)


def _table(survey: Survey, rows: list[list[str]]) -> Table:
    """Return all columns but the target: numbers where every text that is not missing spells one."""
    import pandas as pd

    from dlbench.prepare.table import Table

    columns, categories = {}, []
    for place, name in enumerate(survey.file.names):
        if place == survey.target:
            continue
        texts = [None if missing(fields[place]) else fields[place] for fields in rows]
        numbers = None if name in survey.categories else _numbers(texts)
        if numbers is None:
            categories.append(name)
        columns[name] = pd.Series(
            texts if numbers is None else numbers, dtype="object" if numbers is None else "float64"
        )
    return Table.from_frame(pd.DataFrame(columns), categories)


def _numbers(texts: list[str | None]) -> list[float] | None:
    numbers = []
    for text in texts:
        value = float("nan") if text is None or text.lower() == "none" else number(text)
        if value is None:
            return None
        numbers.append(value)
    return numbers
