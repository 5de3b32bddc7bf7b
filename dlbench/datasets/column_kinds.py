"""What the texts of a column mean: missing, a number, a date, a class."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime

MISSING = frozenset(
    {"", "?", "na", "n/a", "#n/a", "#na", "<na>", "n.a.", "nan", "-nan", "null", "(null)", "#null!", "nat", "\\n"}
    | {"#value!", "#div/0!", "#ref!", "#num!", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
)
"""Lower-case spellings of a missing value. `none` is not among them: it often is a level of its own."""

AMONG_NUMBERS = frozenset(
    {"none", "nil", "missing", "unknown", "-", "--", ".", "..", "inf", "-inf", "+inf", "infinity"}
)
"""Lower-case spellings of a missing value where all others are numbers."""

MOST_CLASSES = 20
"""Distinct whole numbers up to which a target is read as classes."""


def missing(text: str) -> bool:
    """Whether a stripped field says that there is no value.

    >>> [missing(text) for text in ("", "N/A", "?", "none", "0")]
    [True, True, True, False, False]
    """
    return text.lower() in MISSING


def number(text: str) -> float | None:
    """Return the finite number that a text spells in plain or scientific notation, else None.

    >>> [number(text) for text in ("-1.5e3", "1_000", "inf", "a")]
    [-1500.0, None, None, None]
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def decimal_comma(text: str) -> float | None:
    """Return the number that a text spells with a comma before its decimals, else None.

    >>> [decimal_comma(text) for text in ("1,5", "-12", "1,5,6", "1.5")]
    [1.5, -12.0, None, None]
    """
    return float(text.replace(",", ".")) if re.fullmatch(r"[+-]?\d+(,\d+)?", text, re.ASCII) else None


def numbers(texts: Collection[str]) -> list[float] | None:
    """Return what texts spell if all are numbers, NaN for what is missing among numbers; None otherwise.

    Decimal commas are understood where every number is written so.

    >>> numbers(["1", "none", "2.5"]), numbers(["1,5", "2"]), numbers(["1", "a"]), numbers(["none"])
    ([1.0, nan, 2.5], [1.5, 2.0], None, None)
    """
    held = [text for text in texts if text.lower() not in AMONG_NUMBERS]
    for spelled in (number, decimal_comma):
        if held and all(spelled(text) is not None for text in held):
            found = (None if text.lower() in AMONG_NUMBERS else spelled(text) for text in texts)
            return [math.nan if value is None else value for value in found]
    return None


_FORMATS = (
    "%Y-%m", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y",
    "%Y-%m-%d %H:%M:%S %Z",
)  # fmt: skip


def dates(texts: Collection[str]) -> list[datetime] | None:
    """Return the moments that texts spell, all in one manner; None where they do not. Without a zone, it is UTC.

    `03/04/2020` is the fourth of March unless another text has a month above twelve.

    >>> dates(["2020-01-31", "2021-02-01"])[0].day, dates(["31/01/2020", "01/02/2020"])[1].month, dates(["1990"])
    (31, 2, None)
    """
    if not texts or not all(re.match(r".*\d.*[-/. T]", text) and len(text) <= 40 for text in texts):
        return None
    for way in (datetime.fromisoformat, *(_spelled(form) for form in _FORMATS)):
        try:
            found = [way(text) for text in texts]
        except ValueError:
            continue
        return [when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC) for when in found]
    return None


def _spelled(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def target_kind(texts: Collection[str]) -> str:
    """Return `classes` for texts and for few whole numbers, else `values`. Missing ones are left out before.

    >>> target_kind({"yes", "no"}), target_kind({"3", "4.0", "5"}), target_kind({"0.5", "1.5"})
    ('classes', 'classes', 'values')
    """
    numbers = [number(text) for text in texts]
    whole = {value for value in numbers if value is not None and value.is_integer()}
    if None in numbers:
        return "classes"
    return "classes" if len(whole) <= MOST_CLASSES and all(value in whole for value in numbers) else "values"


def class_name(text: str) -> str:
    """Return the name of a class: whole numbers lose their decimals, so that 1 and 1.0 are one class.

    >>> class_name("1.0"), class_name("01"), class_name("yes")
    ('1', '1', 'yes')
    """
    value = number(text)
    return text if value is None or not value.is_integer() else str(int(value))


def class_names(texts: Collection[str]) -> tuple[str, ...]:
    """Return the names of the classes in order: by number where all are numbers, else by letter.

    >>> class_names({"10", "9", "9.0"}), class_names({"b", "a"})
    (('9', '10'), ('a', 'b'))
    """
    names = {class_name(text) for text in texts}
    numbers = {name: number(name) for name in names}
    if None in numbers.values():
        return tuple(sorted(names))
    return tuple(sorted(names, key=lambda name: numbers[name] or 0.0))
