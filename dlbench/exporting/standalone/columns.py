"""A table of texts as the model reads it: word by word, so that no row's answer depends on the rows beside it."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.datasets.column_kinds import AMONG_NUMBERS, missing
from dlbench.datasets.date_forms import ISO, moment
from dlbench.datasets.manners import Manner

HASHES = 32
NO_DATE = np.datetime64("NaT", "s")


def read_csv(path: Path, told: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return name → texts of a delimited file.

    Args:
        path: the file, also packed by gzip.
        told: separator, encoding, header: whether the first row holds the names, and skipped: lines before it.
    """
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = io.StringIO(raw.decode(told["encoding"]), newline="")
    for _ in range(told.get("skipped", 0)):
        text.readline()
    reader = csv.reader(text, delimiter=told["separator"], skipinitialspace=True)
    rows = [row for row in reader if len(row) > 1 or any(field.strip() for field in row)]
    if not rows:
        raise ValueError(f"{path}: the file is empty")
    names = [name.strip() for name in rows.pop(0)] if told["header"] else [f"x{i}" for i in range(len(rows[0]))]
    rows = [row[:-1] if len(row) == len(names) + 1 and not row[-1].strip() else row for row in rows]
    ragged = next((i for i, row in enumerate(rows) if len(row) != len(names)), None)
    if ragged is not None:
        raise ValueError(f"{path}: data row {ragged + 1} has {len(rows[ragged])} fields, expected {len(names)}")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def table(columns: Sequence[Mapping[str, Any]], texts: Mapping[str, Sequence[str | None]]) -> dict[str, np.ndarray]:
    """Return numbers (n, k) and categories (n, m), each in the order in which the model learned them.

    Args:
        columns: of the model: name, kind, and how it is read.
        texts: name → one text a row; None where there is none.

    Raises:
        ValueError: columns that are not there.
    """
    absent = [column["name"] for column in columns if column["name"] not in texts]
    if absent:
        raise ValueError(f"columns that the model reads are missing: {', '.join(map(repr, absent))}")
    numbers: list[np.ndarray] = []
    words: list[np.ndarray] = []
    rows = len(next(iter(texts.values()), ()))
    for column in columns:
        found = decoded(column, texts[column["name"]])
        (words if column["kind"] == "category" else numbers).extend(found[name] for name in column["gives"])
    return {
        "numbers": np.column_stack(numbers) if numbers else np.empty((rows, 0)),
        "categories": np.column_stack(words) if words else np.empty((rows, 0), dtype=object),
    }


def decoded(column: Mapping[str, Any], texts: Sequence[str | None]) -> dict[str, np.ndarray]:
    """Return what one column becomes: name → (n,) floats, or words as objects."""
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(bare(text, column), len(places)) for text in texts], dtype=np.int64)
    name, kind = column["name"], column["kind"]
    if kind == "category":
        return {name: np.array([*places, ""], dtype=object)[codes]}
    if kind == "date":
        return {f"{name} {part}": found[codes] for part, found in dated(list(places), column.get("format")).items()}
    if kind == "text":
        return {f"{name} {part}": found[codes] for part, found in counted(list(places)).items()}
    manner = manner_in(column)
    return {name: np.array([*(as_float(manner, word) for word in places), np.nan])[codes]}


def manner_in(told: Mapping[str, Any]) -> Manner:
    """Return how the numbers of a column are written."""
    return Manner(decimal=",") if told.get("comma") else Manner(**told.get("manner", {}))


def unreadable(columns: Sequence[Mapping[str, Any]], texts: Mapping[str, Sequence[str | None]]) -> Iterator[str]:
    """Yield a warning for each column that holds what is no number or no date as the model reads them."""
    for column in columns:
        words = [bare(text, column) for text in texts[column["name"]]]
        if column["kind"] == "number":
            manner = manner_in(column)
            odd = [word for word in words if word and word.lower() not in AMONG_NUMBERS and manner(word) is None]
        elif column["kind"] == "date":
            odd = [word for word in words if word and moment(word, column.get("format") or ISO) is None]
        else:
            continue
        if odd:
            told = f"column {column['name']!r}: {len(odd)} of {len(words)} values are no {column['kind']}"
            yield f"{told} as the model reads it, such as {odd[0]!r}: taken as missing"


def bare(text: str | None, column: Mapping[str, Any]) -> str:
    """Return a field without blanks, and quotes where the column has them; "" where it says that nothing is known."""
    word = "" if text is None else text.strip()
    if column.get("quoted") and len(word) > 1 and word[0] == word[-1] == "'":
        word = word[1:-1].strip()
    return "" if missing(word) else word


def as_float(manner: Manner, word: str) -> float:
    """Return the number that a word spells, NaN where it is none."""
    value = manner(word) if word else None
    return np.nan if value is None else value


def dated(words: Sequence[str], form: str | None) -> dict[str, np.ndarray]:
    """Return day since 1970, month, weekday (0 is Monday) and hour of words that spell moments."""
    found = [moment(word, form or ISO) if word else None for word in words]
    when = np.array([NO_DATE if one is None else one.replace(tzinfo=None) for one in found], dtype="datetime64[s]")
    seconds = when.astype(np.int64).astype(np.float64)
    parts = {
        "day": seconds / 86400,
        "month": when.astype("datetime64[M]").astype(np.int64) % 12 + 1.0,
        "weekday": (when.astype("datetime64[D]").astype(np.int64) + 3) % 7 + 0.0,
        "hour": seconds % 86400 // 3600,
    }
    return {part: np.where(np.isnat(when), np.nan, values) for part, values in parts.items()}


def counted(words: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the length of texts, and how often their words fall on each of `HASHES` columns."""
    found = np.full((len(words), HASHES + 1), np.nan)
    for place, text in enumerate(words):
        if text:
            found[place] = 0.0
            found[place, 0] = len(text)
            for word in re.findall(r"\w+", text.lower()):
                found[place, 1 + zlib.crc32(word.encode("utf-8", "surrogatepass")) % HASHES] += 1
    return {"length" if i == 0 else f"words {i}": found[:, i] for i in range(HASHES + 1)}
