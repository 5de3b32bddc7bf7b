"""What a column of the user's table is taken for, and why: a number, a category, a date, a text, or nothing of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dlbench.datasets.column_kinds import AMONG_NUMBERS
from dlbench.datasets.column_parts import HASHED, numbers
from dlbench.datasets.date_forms import form_of, moment
from dlbench.datasets.manners import MOSTLY, PLAIN, Manner, manner_of
from dlbench.datasets.texts import Texts, is_quoted, unquoted

if TYPE_CHECKING:
    import numpy as np

    from dlbench.datasets.raw_table import Raw

KINDS = ("number", "category", "date", "text", "drop")
FEW_ROWS = 20
"""Rows below which nothing is taken for an identifier: in so few, any column may differ in each."""

UNREAD = 0.05
"""Share of values that are not what the user asked for, above which that is pointed out."""

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
        manner, form: how its numbers or its dates are written.
        unread: share of its values that are not what the user asked for; 0 where nothing was asked.
    """

    name: str
    kind: str
    why: str
    missing: float = 0.0
    warning: str = ""
    quoted: bool = field(default=False, repr=False)
    manner: Manner = field(default=PLAIN, repr=False)
    form: str | None = field(default=None, repr=False)
    unread: float = field(default=0.0, repr=False)

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
        return replace(_asked(Inferred(name, asked, "as the suite says", absent), plain), quoted=quoted)
    if absent == 1.0:
        return Inferred(name, "drop", "no row has a value", absent)
    found = _of_texts(name, plain) if isinstance(plain, Texts) else Inferred(name, *_of_numbers(name, plain))
    if declared is not None and found.kind != "drop":
        found = replace(found, kind=declared, why="as the file declares", warning="")
    why = f"{found.why}; quotes taken off" if quoted else found.why
    return replace(found, why=why, missing=absent, quoted=quoted)


def _asked(found: Inferred, column: Raw) -> Inferred:
    """Return what the user asked for, with how it is written, and a warning where many values are no such thing."""
    if found.kind not in ("number", "date") or not isinstance(column, Texts) or not column.words:
        return found
    manner, form = manner_of(column.words, column.counts().tolist(), 0.0) or PLAIN, _form(column, 0.0)
    found = replace(found, manner=manner, form=form, why=_with(found.why, manner if found.kind == "number" else PLAIN))
    share, odd = unread(found, column)
    return replace(found, unread=share, warning=_unread_told(found.kind, share, odd))


def unread(found: Inferred, column: Raw) -> tuple[float, list[str]]:
    """Return the share of a column's values that are no number or date in its manner, and how these are spelled."""
    import numpy as np

    if not isinstance(column, Texts) or found.kind not in ("number", "date") or not column.words:
        return 0.0, []
    plain = unquoted(column) if found.quoted else column
    if found.kind == "number":
        read = [word.lower() in AMONG_NUMBERS or found.manner(word) is not None for word in plain.words]
    else:
        read = [found.form is not None and moment(word, found.form) is not None for word in plain.words]
    counts = plain.counts()
    return (
        float(1 - counts[np.array(read, dtype=np.bool_)].sum() / counts.sum()),
        [word for word, is_read in zip(plain.words, read, strict=True) if not is_read],
    )


def _unread_told(kind: str, share: float, odd: Sequence[str]) -> str:
    told = f"{share:.1%} of its values are no {kind}"
    return f"{told}, such as {_short(odd[0])}: read as missing" if share > UNREAD else ""


def _form(column: Texts, least: float) -> str | None:
    return form_of(column.words, column.counts().tolist(), least)


def _with(why: str, manner: Manner) -> str:
    return f"{why}; {manner.told()}" if manner.told() else why


def _of_numbers(name: str, column: np.ndarray) -> tuple[str, str]:
    import numpy as np

    if column.dtype.kind == "M":
        return ("drop", "one date in all rows") if (column == column[0]).all() else ("date", "dates")
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


def _of_texts(name: str, column: Texts) -> Inferred:
    words, rows, counts = column.words, len(column), column.counts()
    if (manner := manner_of(words, counts.tolist(), MOSTLY)) is not None:
        return _of_written(name, column, manner)
    if len(words) == 1 and (column.codes >= 0).all():
        return Inferred(name, "drop", f"{_short(words[0])} in all rows")
    if (form := _form(column, MOSTLY)) is not None:
        found = Inferred(name, "date", "dates", form=form)
        return replace(found, why=_mostly("dates", unread(found, column)[1]))
    if _is_prose(words) and len(words) > counts.sum() / 2:
        return Inferred(name, "text", f"free text; counted into {HASHED} columns by a hash of its words")
    if rows >= FEW_ROWS and len(words) == rows:
        return _identifier(name, words)
    return Inferred(name, "category", f"{len(words)} levels")


def _of_written(name: str, column: Texts, manner: Manner) -> Inferred:
    """Return what texts that are numbers in some manner are taken for."""
    found = Inferred(name, "number", "", manner=manner)
    odd = unread(found, column)[1]
    kind, why = ("number", "numbers") if odd else _of_numbers(name, numbers(found, column))
    why = _with(_mostly(why, odd), manner) if kind == "number" else why
    return replace(found, kind=kind, why=why)


def _mostly(what: str, odd: Sequence[str]) -> str:
    if not odd:
        return what
    told = ", ".join(_short(word) for word in odd[:3]) + (f" and {len(odd) - 3} more" if len(odd) > 3 else "")
    return f"mostly {what}; {told} read as missing"


def _identifier(name: str, words: Sequence[str]) -> Inferred:
    """Return what texts that differ in every row are taken for: no identifier where nearly all begin like numbers."""
    if sum(word[:1].isdecimal() for word in words) < MOSTLY * len(words):
        return Inferred(name, "drop", "an identifier: another text in every row")
    text = f"of no use as it is written: {_short(words[0])} is no number; write numbers as 1234.5 to have them read"
    return Inferred(name, "drop", "another text in every row", warning=text)


def _is_prose(words: Sequence[str]) -> bool:
    looked = words[:1000]
    return sum(len(word.split()) for word in looked) >= 5 * len(looked) and len(looked) > 1


def _short(word: str) -> str:
    return repr(word if len(word) <= 24 else f"{word[:24]}…")


def warned(found: Inferred, warning: str) -> Inferred:
    """Return the same with a warning."""
    return replace(found, warning=warning)
