"""The manners in which a column writes its numbers: found out on its words, then one for all of them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from dlbench.datasets.column_kinds import AMONG_NUMBERS, number

MOSTLY = 0.95
"""Share of rows from which a mixed column counts as numbers, or as dates."""

FEW_SPELLINGS = 20
"""Distinct words up to which a mixed column is a category."""

SHAPES = (("", "."), ("", ","), (",", "."), (".", ","), (" ", ","), (" ", "."), ("'", "."), ("'", ","))
"""Marks between thousands and before decimals, in the order in which they are tried."""

GLANCE = 100
"""Words that are looked at before all of them are."""

CURRENCIES = frozenset({"EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "US$"})
_ALIKE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


@dataclass(frozen=True)
class Manner:
    """How a column writes its numbers; asked about a text, it gives the number or None.

    Attributes:
        affix: a sign or a unit beside every number, such as $, % or kg; empty without.
        thousands: the mark between groups of three digits; empty without.
        decimal: the mark before decimals.

    >>> Manner("$", ",")("-$1,234.50"), Manner("", ".", ",")("1.234,5"), Manner()("1e3"), Manner("%")("12")
    (-1234.5, 1234.5, 1000.0, None)
    """

    affix: str = ""
    thousands: str = ""
    decimal: str = "."

    def __call__(self, text: str) -> float | None:
        bare = without(text, self.affix) if self.affix else text
        if bare is None or (self.decimal == "." and not self.thousands):
            return None if bare is None else number(bare)
        bare = bare.translate(_ALIKE)
        if _pattern(self.thousands, self.decimal).fullmatch(bare) is None:
            return None
        return float((bare.replace(self.thousands, "") if self.thousands else bare).replace(self.decimal, "."))

    def told(self) -> str:
        """Say what is particular; empty for plain numbers.

        >>> Manner("%", "", ",").told(), Manner().told()
        ("',' before decimals, '%' taken off", '')
        """
        said = [f"{self.thousands!r} between thousands"] if self.thousands else []
        said += [f"{self.decimal!r} before decimals"] if self.decimal != "." else []
        return ", ".join([*said, *([f"{self.affix!r} taken off"] if self.affix else [])])

    def as_json(self) -> dict[str, Any]:
        """Return the three as JSON."""
        return asdict(self)


PLAIN = Manner()


@lru_cache(maxsize=16)
def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    group, mark = re.escape(thousands), re.escape(decimal)
    grouped = rf"\d{{1,3}}(?:{group}\d{{3}})+|" if thousands else ""
    return re.compile(rf"[+-]?(?:{grouped}\d+)(?:{mark}\d+)?", re.ASCII)


def without(text: str, affix: str) -> str | None:
    """Return a number without what stands beside it; None where that does not.

    >>> without("-$ 5", "$"), without("5 kg", "kg"), without("5", "kg")
    ('-5', '5', None)
    """
    sign = text[:1] if text.startswith(("+", "-")) else ""
    rest = text[len(sign) :].strip()
    if rest.startswith(affix):
        return sign + rest[len(affix) :].strip()
    return sign + rest[: -len(affix)].strip() if rest.endswith(affix) else None


def affix_of(text: str) -> str:
    """Return the sign before or the unit behind a number; empty without.

    >>> [affix_of(text) for text in ("$1.50", "-3 %", "72kg", "12", "a1", "12:30")]
    ['$', '%', 'kg', '', '', '']
    """
    found = re.fullmatch(r"[+-]?\s*([^\d\s.+-]*)\s*[+-]?\.?\d[\d.,'’\s]*?\s*([^\d\s.,'’:/+-]{0,12})", text, re.ASCII)
    if found is None or (found[1] and found[2]):
        return ""
    before = found[1]
    if before and before not in CURRENCIES and not (len(before) == 1 and unicodedata.category(before) == "Sc"):
        return ""
    return before or found[2]


def manner_of(words: Sequence[str], counts: Sequence[int] | None = None, least: float = 1.0) -> Manner | None:
    """Return the manner in which the words are numbers; None where they are none.

    What is missing among numbers agrees with every manner. `1,234` beside `500` groups thousands; where every word
    has its comma before three digits, it stands before decimals, as nothing tells otherwise.

    Args:
        words: distinct.
        counts: how often each occurs; as often as one another where not given.
        least: share of the occurrences that must be numbers; below 1, they must be of more than `FEW_SPELLINGS`.

    >>> manner_of(["1,234", "500"]), manner_of(["1,5", "2"]), manner_of(["1", "a"]), manner_of(["none"])
    (Manner(affix='', thousands=',', decimal='.'), Manner(affix='', thousands='', decimal=','), None, None)
    """
    held = [word for word in words if word.lower() not in AMONG_NUMBERS]
    candidates = list(_candidates(held)) if held else []
    for manner in candidates:
        if all(manner(word) is not None for word in held):
            return manner
    if least >= 1.0 or (least and not any(often(held[:GLANCE], _read_by(one)) for one in candidates)):
        return None
    weights = dict(zip(words, [1] * len(words) if counts is None else counts, strict=True))
    found = max(candidates, key=lambda one: sum(weights[word] for word in held if one(word) is not None), default=None)
    return found if found is not None and _mostly(found, weights, least) else None


def _read_by(manner: Manner) -> Callable[[str], bool]:
    return lambda word: manner(word) is not None


def _mostly(manner: Manner, weights: dict[str, int], least: float) -> bool:
    read = [word for word in weights if word.lower() in AMONG_NUMBERS or manner(word) is not None]
    enough = sum(weights[word] for word in read) >= least * sum(weights.values())
    return enough and (not least or len(read) > FEW_SPELLINGS)


def _candidates(words: Sequence[str]) -> Iterator[Manner]:
    """Yield the manners whose marks occur, plain numbers first."""
    first = words[:GLANCE]
    affix = Counter(map(affix_of, first)).most_common(1)[0][0]
    if affix:
        words = [bare for word in words if (bare := without(word, affix)) is not None] or words
    shapes = [SHAPES[0], SHAPES[2], SHAPES[1], *SHAPES[3:]] if _in_thousands(words) else SHAPES
    looked = "".join(words[:10_000]).translate(_ALIKE)
    for thousands, decimal in shapes:
        if (not thousands or thousands in looked) and (decimal == "." or decimal in looked or thousands):
            yield Manner(affix, thousands, decimal)


def _in_thousands(words: Sequence[str]) -> bool:
    """Whether commas that could stand before decimals stand beside numbers that have none: then they group."""
    with_comma = [word for word in words if "," in word]
    return 0 < len(with_comma) < len(words) and all(_AMBIGUOUS.fullmatch(word) for word in with_comma)


def often(words: Sequence[str], like: Callable[[str], object]) -> bool:
    """Whether at least half of some words are like that: a glance that spares many words a longer look."""
    return bool(words) and 2 * sum(bool(like(word)) for word in words) >= len(words)
