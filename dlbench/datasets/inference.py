"""What a column of the user's table is taken for, and why: a number, a category, a date, a text, or nothing of use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dlbench.datasets.column_kinds import AMONG_NUMBERS, dates, number, numbers
from dlbench.datasets.texts import Texts

if TYPE_CHECKING:
    import numpy as np

    from dlbench.datasets.raw_table import Raw

KINDS = ("number", "category", "date", "text", "drop")
FEW_ROWS = 20
"""Rows below which nothing is taken for an identifier: in so few, any column may differ in each."""

MOSTLY = 0.95
"""Share of rows with a number from which a mixed column counts as numbers."""

HASHED = 32
"""Columns into which the words of a free text are counted."""

_IDENTIFIER = re.compile(
    r"(^|[^a-z])(id|idx|index|uuid|guid|key|row|rowid|rownum|row_?(number|names?)|unnamed: 0)$|^$|^__index"
)


@dataclass(frozen=True)
class Inferred:
    """What a column is taken for.

    Attributes:
        name: of the column.
        kind: one of `KINDS`.
        why: in a few words.
        missing: share of rows without a value.
        warning: what the user should look at; empty without.
        quoted: whether single quotes stand around every text.
    """

    name: str
    kind: str
    why: str
    missing: float = 0.0
    warning: str = ""
    quoted: bool = field(default=False, repr=False)

    def told(self) -> dict[str, Any]:
        """Return it as JSON, without what is of no interest to people."""
        return {
            "column": self.name, "kind": self.kind, "why": self.why, "missing": round(self.missing, 4),
            "warning": self.warning,
        }  # fmt: skip


def infer(name: str, column: Raw, asked: str | None = None, declared: str | None = None) -> Inferred:
    """Return what a column is taken for: what the user asked, else what its file declares, else what it looks like."""
    import numpy as np

    plain, quoted = column, False
    if isinstance(column, Texts) and is_quoted(column.words):
        plain, quoted = unquoted(column), True
    if isinstance(plain, Texts):
        absent = float((plain.codes < 0).mean()) if len(plain) else 1.0
    else:
        absent = (
            float((~np.isfinite(plain) if plain.dtype.kind == "f" else np.isnat(plain)).mean()) if len(plain) else 1
        )
    if asked is not None:
        return Inferred(name, asked, "as the suite says", absent, quoted=quoted)
    if absent == 1.0:
        return Inferred(name, "drop", "no row has a value", absent)
    kind, why = _of_texts(name, plain) if isinstance(plain, Texts) else _of_numbers(name, plain)
    if declared is not None and kind != "drop":
        kind, why = declared, "as the file declares"
    return Inferred(name, kind, f"{why}; quotes taken off" if quoted else why, absent, quoted=quoted)


def is_quoted(words: Sequence[str]) -> bool:
    """Whether single quotes stand around every word.

    >>> is_quoted(["'-1'", "'1'"]), is_quoted(["'1'", "1"]), is_quoted([])
    (True, False, False)
    """
    return bool(words) and all(len(word) > 1 and word[0] == word[-1] == "'" for word in words)


def unquoted(column: Texts) -> Texts:
    """Return the texts without the single quotes around them."""
    return column.renamed(word[1:-1] for word in column.words)


def _of_numbers(name: str, column: np.ndarray) -> tuple[str, str]:
    import numpy as np

    if column.dtype.kind == "M":
        return ("drop", "one date in all rows") if len(np.unique(column)) == 1 else ("date", "dates")
    held = np.isfinite(column)
    finite = column if held.all() else column[held]
    if finite.min() == finite.max() and len(finite) == len(column):
        return "drop", "the same number in all rows"
    if (
        len(column) >= FEW_ROWS
        and names_rows(name)
        and (finite % 1 == 0).all()
        and len(np.unique(finite)) == len(column)
    ):
        return "drop", "an identifier: its name, and another whole number in every row"
    infinite = 0 if len(finite) == len(column) else int(np.isinf(column).sum())
    return "number", f"numbers; {infinite} infinite ones read as missing" if infinite else "numbers"


def names_rows(name: str) -> bool:
    """Whether a name is one that identifiers have.

    >>> [names_rows(name) for name in ("id", "PassengerId", "user_id", "paid", "Unnamed: 0", "width")]
    [True, True, True, False, True, False]
    """
    return bool(_IDENTIFIER.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower()))


def _of_texts(name: str, column: Texts) -> tuple[str, str]:
    import numpy as np

    words, rows = column.words, len(column)
    if (values := numbers(words)) is not None:
        return _of_numbers(name, column.mapped(values))
    if len(words) == 1 and (column.codes >= 0).all():
        return "drop", f"{_short(words[0])} in all rows"
    if dates(words) is not None:
        return "date", "dates"
    spelled = np.array([number(word) is not None or word.lower() in AMONG_NUMBERS for word in words])
    counts = column.counts()
    if spelled.sum() > FEW_ROWS and counts[spelled].sum() >= MOSTLY * counts.sum():
        odd = [_short(word) for word, is_number in zip(words, spelled, strict=True) if not is_number]
        told = ", ".join(odd[:3]) + (f" and {len(odd) - 3} more" if len(odd) > 3 else "")
        return "number", f"mostly numbers; {told} read as missing"
    if _is_prose(words) and len(words) > counts.sum() / 2:
        return "text", f"free text; counted into {HASHED} columns by a hash of its words"
    if rows >= FEW_ROWS and len(words) == rows:
        return "drop", "an identifier: another text in every row"
    return "category", f"{len(words)} levels"


def _is_prose(words: Sequence[str]) -> bool:
    looked = words[:1000]
    return sum(len(word.split()) for word in looked) >= 5 * len(looked) and len(looked) > 1


def _short(word: str) -> str:
    return repr(word if len(word) <= 24 else f"{word[:24]}…")


def parts(found: Inferred, column: Raw) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield name, kind (number or category) and values of the columns that a column becomes; none where dropped.

    Values are (n,) floats with NaN, or (n,) objects with "".
    """
    plain = unquoted(column) if found.quoted and isinstance(column, Texts) else column
    if found.kind == "number":
        yield found.name, "number", _numbers(plain)
    elif found.kind == "category":
        yield found.name, "category", _words(plain).array()
    elif found.kind == "date":
        yield from _moments(found.name, plain)
    elif found.kind == "text":
        yield from _counted(found.name, _words(plain))


def _numbers(column: Raw) -> np.ndarray:
    import numpy as np

    if isinstance(column, Texts):
        values = numbers(column.words)
        if values is None:
            spelled = (number(word) for word in column.words)
            values = [np.nan if value is None else value for value in spelled]
        return column.mapped(values)
    if column.dtype.kind == "M":
        return np.where(np.isnat(column), np.nan, column.astype(np.int64).astype(np.float64))
    return column if np.isfinite(column).all() else np.where(np.isfinite(column), column, np.nan)


def _words(column: Raw) -> Texts:
    import numpy as np

    if isinstance(column, Texts):
        return column
    values, codes = np.unique(column, return_inverse=True)
    if column.dtype.kind == "M":
        return Texts.coded(codes, [None if np.isnat(value) else str(value) for value in values])
    return Texts.coded(codes, [as_text(float(value)) for value in values])


def as_text(value: float) -> str | None:
    """Return a number as a word: whole ones without decimals; None where it is not finite.

    >>> as_text(3.0), as_text(0.5), as_text(float("nan"))
    ('3', '0.5', None)
    """
    if value - value != 0:
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def moments(column: Raw) -> np.ndarray:
    """Return a column of dates as (n,) datetime64[s]; NaT where it spells none."""
    import numpy as np

    if not isinstance(column, Texts):
        return column if column.dtype.kind == "M" else np.full(len(column), "NaT", dtype="datetime64[s]")
    found = dates(column.words)
    if found is None:
        found_each = [dates([word]) for word in column.words]
        stamps = [None if one is None else one[0].replace(tzinfo=None) for one in found_each]
    else:
        stamps = [when.replace(tzinfo=None) for when in found]
    return np.asarray(np.array([*stamps, None], dtype="datetime64[s]")[column.codes])


def _moments(name: str, column: Raw) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield day (since 1970, with its fraction), month, weekday (0 is Monday) and hour."""
    import numpy as np

    when = moments(column)
    days, months = when.astype("datetime64[D]"), when.astype("datetime64[M]")
    seconds = when.astype(np.int64).astype(np.float64)
    for part, values in (
        ("day", seconds / 86400),
        ("month", months.astype(np.int64) % 12 + 1.0),
        ("weekday", (days.astype(np.int64) + 3) % 7 + 0.0),
        ("hour", seconds % 86400 // 3600),
    ):
        yield f"{name} {part}", "number", np.where(np.isnat(when), np.nan, values)


def _counted(name: str, column: Texts) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield how long texts are, and how often their words fall on each of `HASHED` columns. Learns nothing."""
    import zlib

    import numpy as np

    table = np.full((len(column.words) + 1, HASHED + 1), np.nan)
    for place, text in enumerate(column.words):
        table[place] = 0.0
        table[place, 0] = len(text)
        for word in re.findall(r"\w+", text.lower()):
            table[place, 1 + zlib.crc32(word.encode("utf-8", "surrogatepass")) % HASHED] += 1
    for i in range(HASHED + 1):
        yield f"{name} {'length' if i == 0 else f'words {i}'}", "number", table[column.codes, i]


def warned(found: Inferred, warning: str) -> Inferred:
    """Return the same with a warning."""
    return replace(found, warning=warning)
