"""The user's rows, read and judged: columns, target, test part, folds, groups and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core.errors import suggest
from dlbench.core.schema import Column
from dlbench.datasets.column_parts import moments, parts
from dlbench.datasets.inference import KINDS, UNREAD, Inferred, infer, unread, warned
from dlbench.datasets.joined import with_test
from dlbench.datasets.leaks import gives_away
from dlbench.datasets.own_roles import ROLES, Roles
from dlbench.datasets.own_target import Target, place_of
from dlbench.datasets.raw_table import Raw, RawTable, taken
from dlbench.datasets.released import released
from dlbench.datasets.row_warnings import copied, in_order
from dlbench.datasets.texts import Texts

if TYPE_CHECKING:
    from dlbench.datasets.own_table import OwnTable
    from dlbench.prepare.data import Data

MOST_NAMED = 1000
"""Columns of a table up to which records name each."""


@dataclass(frozen=True)
class OwnRows:
    """All rows of the table, those of the test file behind them.

    Attributes:
        table: names and columns of both.
        tested: (n,) booleans, True for rows of the test file; None without one.
        params: of the dataset.
        target: the target column.
        problems: sentences; empty where the rows can be used.
    """

    table: RawTable
    tested: np.ndarray | None
    params: Mapping[str, Any]
    target: Target | None
    problems: tuple[str, ...]

    @classmethod
    def read(cls, reader: OwnTable, params: Mapping[str, Any]) -> OwnRows:
        """Read the files and say all that is wrong with them.

        Raises:
            DataError: a file that cannot be read at all.
        """
        with released():
            table, tested = reader.read(Path(params[reader.name]), params), None
            if params.get("test"):
                test = reader.read(Path(params["test"]), {**params, "header": None})
                table, tested = with_test(table, test)
        return cls.of(table, tested, params)

    @classmethod
    def of(cls, table: RawTable, tested: np.ndarray | None, params: Mapping[str, Any]) -> OwnRows:
        """Judge a table."""
        path = table.path
        place = place_of(params.get("target"), table.names, table.header)
        problems = [f"{path}: {problem}" for problem in _misnamed(params, table.names)]
        target = None
        if isinstance(place, str):
            problems.append(f"{path}: {place}")
        else:
            target = Target.of(table, place, tested, params.get("target_type"))
            problems += [f"{path}: target {table.names[place]!r}: {said}" for said in target.problems]
        rows = cls(table, tested, params, target, tuple(problems))
        return rows if problems else replace(rows, problems=tuple(rows._useless(path)))

    def _useless(self, path: Path) -> Iterator[str]:
        """Say what makes rows without other mistakes of no use."""
        if not any(found.kind != "drop" for _, found in self.features):
            reasons = "; ".join(f"{found.name}: {found.why}" for _, found in self.features[:5])
            yield f"{path}: no column is left to learn from ({reasons}); keep one by `columns`"
        for place, found in self.features:
            if found.unread == 1.0:
                odd = unread(found, self._learned(place))[1][0]
                yield f"{path}: columns: {found.name}: {found.kind}: none of its values is one, such as {odd!r}"
        yield from self.roles.problems(path)

    @property
    def kind(self) -> str:
        """Classes or values."""
        return self.target.kind if self.target else "classes"

    @cached_property
    def kept(self) -> np.ndarray:
        """(n,) booleans: rows that have a target."""
        return self.target.present if self.target else np.ones(len(self.table), dtype=np.bool_)

    @cached_property
    def roles(self) -> Roles:
        """The columns that are no features."""
        return Roles.of(self.table, np.flatnonzero(self.kept), self.params)

    @property
    def learned(self) -> np.ndarray:
        """(n,) booleans: rows by which columns are judged, those of the test file left out."""
        return self.kept if self.tested is None else self.kept & ~self.tested

    @cached_property
    def features(self) -> list[tuple[int, Inferred]]:
        """Place and judgement of every column that is neither target nor role."""
        asked = {str(name): kind for name, kind in (self.params.get("columns") or {}).items()}
        asked |= {str(name): "category" for name in self.params.get("categories") or ()}
        spoken_for = {*self.roles.places.values(), *([self.target.place] if self.target else [])}
        if "time_column" in self.roles.places and self.params["time_column"] not in asked:
            spoken_for.discard(self.roles.places["time_column"])
        index = np.flatnonzero(self.learned)
        found = []
        for place, name in enumerate(self.table.names):
            if place not in spoken_for:
                column = taken(self.table.columns[place], index)
                found.append((place, infer(name, column, asked.get(name), self.table.declared.get(name))))
        return found

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield what each column is taken for, the target first."""
        assert self.target is not None, "rows without a target have problems"
        found = Inferred(self.target.name, "target", self.target.why, float(1 - self.kept.mean()))
        yield warned(found, self._copied()).told()
        tested = None if self.tested is None else self.tested[self.kept]
        for role, place in self.roles.places.items():
            found = Inferred(self.table.names[place], role.removesuffix("_column"), "as the suite says")
            yield warned(found, self.roles.parted(role, tested)).told()
        answer = self.target.coded(self.learned)
        for place, found in self.features:
            warning = ""
            if found.kind != "drop":
                values = next(parts(found, self._learned(place)))[2]
                spelled = values.array() if isinstance(values, Texts) else values
                warning = gives_away(spelled, answer, self.target.kind)
            said = (found.warning, warning, self._unlike(place, found), self._in_order(place, found))
            yield warned(found, "; ".join(filter(None, said))).told()

    def _copied(self) -> str:
        """Return a warning where rows that are alike in target and features may be learned and tested."""
        assert self.target is not None, "rows without a target have problems"
        if self.roles.split and self.tested is None:
            return ""
        places = [place for place, found in self.features if found.kind != "drop"]
        rows = np.flatnonzero(self.kept)
        held = [taken(self.table.columns[place], rows) for place in places]
        columns = [column.codes if isinstance(column, Texts) else column for column in held]
        columns = [column.view(np.int64) if column.dtype.kind == "M" else column for column in columns]
        return copied([*columns, self.target.values(rows)], None if self.tested is None else self.tested[rows])

    def _unlike(self, place: int, found: Inferred) -> str:
        """Return a warning where many values of the test file are not written as the training file writes them."""
        if self.tested is None:
            return ""
        share, odd = unread(found, taken(self.table.columns[place], np.flatnonzero(self.tested)))
        told = f"{share:.1%} of the test file's values are no {found.kind} as the training file writes them"
        return f"{told}, such as {odd[0]!r}: read as missing" if share > UNREAD else ""

    def _in_order(self, place: int, found: Inferred) -> str:
        """Return a warning where rows stand in the order of a column of dates, but are split at random."""
        if found.kind != "date" or self.roles.split or self.tested is not None:
            return ""
        return in_order(found.name, moments(self._learned(place), found.form))

    def data(self) -> Data:
        """Return the rows that have a target, prepared for nobody: nothing here is learned from test rows."""
        from dlbench.prepare.data import Data
        from dlbench.prepare.table import Table

        assert self.target is not None, "rows without a target have problems"
        rows = np.flatnonzero(self.kept)
        columns, measured, words = [], [], []
        for name, kind, values in self._parts(rows):
            if isinstance(values, Texts):
                columns.append(Column(name, kind, len(values.words)))
                words.append(values)
            else:
                columns.append(Column(name, kind))
                measured.append(values)
        inputs = Table.of_columns(measured, words, tuple(columns), len(rows))
        tested = None if self.tested is None else self.tested[rows]
        return Data(
            inputs, self.target.values(rows), self.target.classes, self._ids(rows), tested,
            folds=self.roles.codes("fold_column"), groups=self.roles.codes("group_column"), times=self.roles.times,
            weights=self.roles.weights, inferred=self._kinds(),
        )  # fmt: skip

    def _kinds(self) -> dict[str, list[str] | int]:
        """Return kind → names of the columns taken for it, or how many where there are too many to be named."""
        names: dict[str, list[str]] = {"target": [self.target.name]} if self.target else {}
        for role, place in self.roles.places.items():
            names.setdefault(role.removesuffix("_column"), []).append(self.table.names[place])
        for _, found in self.features:
            names.setdefault(found.kind, []).append(found.name)
        return {kind: held if len(self.table.names) <= MOST_NAMED else len(held) for kind, held in names.items()}

    def _parts(self, rows: np.ndarray) -> Iterator[tuple[str, str, np.ndarray | Texts]]:
        """Yield the columns that features become, without the parts of a date that never change."""
        learned = self.learned[rows]
        for place, found in self.features:
            for name, kind, values in parts(found, taken(self.table.columns[place], rows)):
                if found.kind != "date" or _varies(values, learned):
                    yield name, kind, values

    def _ids(self, rows: np.ndarray) -> np.ndarray | None:
        """Return places in the file; those of the test file begin with a t. None where rows stand as in the file."""
        if self.tested is None:
            return None if len(rows) == len(self.table) else rows.astype(np.str_)
        first = len(self.table) - int(self.tested.sum())
        return np.array([str(row) if row < first else f"t{row - first}" for row in rows.tolist()], dtype=np.str_)

    def _learned(self, place: int) -> Raw:
        return taken(self.table.columns[place], np.flatnonzero(self.learned))


def _varies(values: np.ndarray | Texts, rows: np.ndarray) -> bool:
    """Whether a part of a date differs among some rows."""
    held = np.asarray(values)[rows]
    return bool((held != held[0]).any())


def _misnamed(params: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """Say which columns that the suite names are not there, and which kinds there are not."""
    wanted = [("categories", str(name)) for name in params.get("categories") or ()]
    wanted += [(role, params[role]) for role in ROLES if params.get(role) is not None]
    for name, kind in (params.get("columns") or {}).items():
        wanted.append(("columns", str(name)))
        if kind not in KINDS:
            yield f"columns: {name}: expected {', '.join(KINDS[:-1])} or {KINDS[-1]}, got {kind!r}"
    for key, name in wanted:
        if name not in names:
            yield f"no column {name!r} (named in `{key}`){suggest(name, names)}"
