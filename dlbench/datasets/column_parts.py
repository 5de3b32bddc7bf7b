"""What a column becomes once it is judged: numbers, words, the parts of a date, the words of a text counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlbench.datasets.date_forms import form_of, moment
from dlbench.datasets.texts import Texts, unquoted

if TYPE_CHECKING:
    import numpy as np

    from dlbench.datasets.inference import Inferred
    from dlbench.datasets.raw_table import Raw

DAY = 86400
"""Seconds."""

HASHED = 32
"""Columns into which the words of a free text are counted."""


def parts(found: Inferred, column: Raw) -> Iterator[tuple[str, str, np.ndarray | Texts]]:
    """Yield name, kind (number or category) and values of the columns that a column becomes; none where dropped.

    Values are (n,) floats with NaN, or n texts.
    """
    if found.kind == "number":
        yield found.name, "number", numbers(found, column)
        return
    plain = _plain(found, column)
    if found.kind == "category":
        yield found.name, "category", _words(plain)
    elif found.kind == "date":
        yield from _moments(found, plain)
    elif found.kind == "text":
        yield from _counted(found.name, _words(plain))


def numbers(found: Inferred, column: Raw) -> np.ndarray:
    """Return a column as (n,) floats; NaN for what its manner does not read."""
    import numpy as np

    column = _plain(found, column)
    if isinstance(column, Texts):
        spelled = (found.manner(word) for word in column.words)
        return column.mapped(np.nan if value is None else value for value in spelled)
    if column.dtype.kind == "M":
        return np.where(np.isnat(column), np.nan, column.astype(np.int64).astype(np.float64))
    return column if np.isfinite(column).all() else np.where(np.isfinite(column), column, np.nan)


def _plain(found: Inferred, column: Raw) -> Raw:
    return unquoted(column) if found.quoted and isinstance(column, Texts) else column


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


def moments(column: Raw, form: str | None = None) -> np.ndarray:
    """Return a column of dates as (n,) datetime64[s]; NaT where it spells none in its form, found out if not given."""
    import numpy as np

    if not isinstance(column, Texts):
        return column if column.dtype.kind == "M" else np.full(len(column), "NaT", dtype="datetime64[s]")
    form = form or form_of(column.words, column.counts().tolist(), 0.0)
    found = [None if form is None else moment(word, form) for word in column.words]
    stamps = [None if when is None else when.replace(tzinfo=None) for when in found]
    return np.asarray(np.array([*stamps, None], dtype="datetime64[s]")[column.codes])


def _moments(found: Inferred, column: Raw) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield day (since 1970, with its fraction), month, weekday (0 is Monday) and hour."""
    import numpy as np

    when = moments(column, found.form)
    gone = np.isnat(when)
    seconds = np.where(gone, 0, when.astype(np.int64))
    days = seconds // DAY
    for part, values in (
        ("day", seconds / DAY),
        ("month", _months(days)),
        ("weekday", (days + 3) % 7 + 0.0),
        ("hour", (seconds - days * DAY) // 3600 + 0.0),
    ):
        values[gone] = np.nan
        yield f"{found.name} {part}", "number", values


def _months(days: np.ndarray) -> np.ndarray:
    """Return the month (1 to 12) of days since 1970: the calendar is asked once a day where few days are between."""
    import numpy as np

    first, last = int(days.min(initial=0)), int(days.max(initial=0))
    asked = np.arange(first, last + 1) if last - first < len(days) else days
    months = asked.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1.0
    return np.asarray(months if asked is days else months[days - first])


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
