"""The target column of the user's table: where it stands, what it asks, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.core.errors import suggest
from dlbench.datasets.column_kinds import AMONG_NUMBERS, class_name, class_names, number, target_kind
from dlbench.datasets.column_parts import as_text, moments
from dlbench.datasets.manners import PLAIN, Manner, manner_of
from dlbench.datasets.raw_table import Raw, RawTable
from dlbench.datasets.texts import Texts, is_quoted, unquoted


@dataclass(frozen=True)
class Target:
    """n values or classes.

    Attributes:
        name, place: of the column.
        texts: (n,) its values as texts.
        kind: classes or values.
        classes: names in the order of their codes; empty for values.
        why: what was taken for granted, for people.
        problems: sentences; empty where it can be used.
        manner: how its values are written.
    """

    name: str
    place: int
    texts: Texts
    kind: str
    classes: tuple[str, ...]
    why: str
    problems: tuple[str, ...]
    manner: Manner = PLAIN

    @classmethod
    def of(cls, table: RawTable, place: int, tested: np.ndarray | None, asked: str | None) -> Target:
        """Judge a column; `asked` is the user's word for its kind."""
        texts, notes = _texts(table, place), []
        if is_quoted(texts.words):
            texts = unquoted(texts)
            notes.append("quotes taken off")
        if tested is not None and (stopless := _without_stops(texts, tested)) is not None:
            texts = stopless
            notes.append("full stops behind the test labels taken off")
        manner, among = _written(texts, asked)
        if manner is not None:
            texts = texts.renamed(None if (value := manner(word)) is None else repr(value) for word in texts.words)
            notes += [manner.told(), f"{', '.join(map(repr, among))} read as missing" if among else ""]
        notes.append(_infinite(table.columns[place]))
        kind = asked or ("values" if manner is not None else target_kind(texts.words))
        problems = _problems(table, texts, kind, tested)
        classes = class_names(texts.words) if kind == "classes" and not problems else ()
        said = f"{len(classes)} classes" if classes else "values"
        why = "; ".join([said, *filter(None, notes)])
        return cls(table.names[place], place, texts, kind, classes, why, tuple(problems), manner or PLAIN)

    @property
    def present(self) -> np.ndarray:
        """(n,) booleans: which rows have a target."""
        return np.asarray(self.texts.codes >= 0)

    def values(self, rows: np.ndarray) -> np.ndarray:
        """Return (rows,) int64 codes or float64 values."""
        if self.kind == "values":
            return np.asarray(self.texts.mapped(float(word) for word in self.texts.words)[rows])
        place = {name: code for code, name in enumerate(self.classes)}
        codes = [place[class_name(word)] for word in self.texts.words]
        return np.asarray(np.array([*codes, -1], dtype=np.int64)[self.texts.codes[rows]])

    def coded(self, chosen: np.ndarray) -> np.ndarray:
        """Return the target of chosen rows, (n,) booleans."""
        return self.values(np.flatnonzero(chosen))


def place_of(target: Any, names: tuple[str, ...], header: bool = True) -> int | str:
    """Return the place of the target column, or what is wrong with it: a name goes before an index."""
    if str(target) in names and not isinstance(target, bool):
        return names.index(str(target))
    if isinstance(target, bool) or not isinstance(target, str | int):
        return f"target: expected the name or place of a column, got {target!r} (put names such as yes in quotes)"
    try:
        place = int(target)
    except ValueError:
        if not header:
            return (
                f"no column {target!r}: the first row looks like data, so columns go by place, 0 to {len(names) - 1}"
                " or -1 for the last (as by `header: false`); where it names the columns, set `header: true`"
            )
        looks = any(number(name) is not None for name in names)
        return f"no column {target!r}{suggest(str(target), names)}" + (
            "; the first row looks like data: set `header: false`" if looks else ""
        )
    if -len(names) <= place < len(names):
        return place % len(names)
    return f"no column {place}: there are {len(names)}, from 0 to {len(names) - 1} or -{len(names)} to -1"


def _texts(table: RawTable, place: int) -> Texts:
    column = table.columns[place]
    if isinstance(column, Texts):
        return column
    if column.dtype.kind == "M":
        when = moments(column)
        words, codes = np.unique(when, return_inverse=True)
        return Texts.coded(codes, [None if np.isnat(word) else str(word) for word in words])
    values, codes = np.unique(column, return_inverse=True)
    return Texts.coded(codes, [as_text(float(value)) for value in values])


def _written(texts: Texts, asked: str | None) -> tuple[Manner | None, list[str]]:
    """Return the manner in which a target's values are written, and what among them is no value; None for classes."""
    manner = None if asked == "classes" else manner_of(texts.words)
    if manner is None:
        return None, []
    among = sorted(word for word in texts.words if word.lower() in AMONG_NUMBERS and manner(word) is None)
    plain = {repr(value) for word in texts.words if (value := manner(word)) is not None}
    return (None, []) if asked is None and target_kind(plain) == "classes" else (manner, among)


def _infinite(column: Raw) -> str:
    """Say how many values of a column of numbers are infinite; empty for none."""
    count = 0 if isinstance(column, Texts) or column.dtype.kind != "f" else int(np.isinf(column).sum())
    return f"{count} infinite ones read as missing" if count else ""


def _without_stops(texts: Texts, tested: np.ndarray) -> Texts | None:
    """Return the texts without the full stop behind all test labels, where that makes them labels of the others."""
    train = {texts.words[i] for i in np.unique(texts.codes[~tested & (texts.codes >= 0)])}
    test = {texts.words[i] for i in np.unique(texts.codes[tested & (texts.codes >= 0)])}
    if not test or test <= train or not all(word.endswith(".") and word[:-1] in train for word in test):
        return None
    return texts.renamed(word[:-1] if word in test else word for word in texts.words)


def _problems(table: RawTable, texts: Texts, kind: str, tested: np.ndarray | None) -> list[str]:
    if kind not in ("classes", "values"):
        return [f"target_type: expected classes or values, got {kind!r}"]
    if tested is not None and (one_sided := _one_sided(texts, kind, tested)):
        return [one_sided]
    rows = int((texts.codes >= 0).sum())
    if not rows:
        return ["no row has a value"]
    if kind == "values":
        odd = next((i for i, word in enumerate(texts.words) if number(word) is None), None)
        if odd is not None:
            where = table.where(int(np.flatnonzero(texts.codes == odd)[0]))
            return [f"{texts.words[odd]!r} in {where} is no finite number"]
        return ["all its values are equal"] if len({number(word) for word in texts.words}) == 1 else []
    classes = {class_name(word) for word in texts.words}
    if len(classes) == 1:
        return [f"only one class, {next(iter(classes))!r}"]
    if len(classes) * 2 > rows > 8:
        return [f"{len(classes)} classes in {rows} rows: that is no class of anything"]
    return []


def _one_sided(texts: Texts, kind: str, tested: np.ndarray) -> str | None:
    present = texts.codes >= 0
    for part, chosen in (("training", present & ~tested), ("test", present & tested)):
        if not chosen.any():
            return f"no row of the {part} file has a value"
    if kind == "classes":
        train = {class_name(texts.words[i]) for i in np.unique(texts.codes[present & ~tested])}
        test = {class_name(texts.words[i]) for i in np.unique(texts.codes[present & tested])}
        if unknown := sorted(test - train):
            return f"class {unknown[0]!r} of the test file is none of the training file's{suggest(unknown[0], train)}"
        if len(train) == 1:
            return f"only one class, {next(iter(train))!r}, in the training file"
    return None
