"""What the texts of a column mean: missing, a number, a class."""

from __future__ import annotations

import math
from collections.abc import Collection

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
