"""The forms in which a column writes its dates: found out on its words, then one for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from dlbench.datasets.manners import FEW_SPELLINGS, GLANCE, often

ISO = "ISO 8601"
FORMATS = (
    ISO, "%Y-%m", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y",
    "%Y-%m-%d %H:%M:%S %Z",
)  # fmt: skip
"""Ways to write dates, in the order in which they are tried."""


def moment(text: str, form: str) -> datetime | None:
    """Return the moment that a text spells, by a form of `FORMATS` or else by ISO 8601; None where it spells none.

    Without a zone, it is UTC.

    >>> moment("31.12.2020", "%d.%m.%Y").day, moment("2020-01-02T03:00+02:00", ISO).hour, moment("unknown", ISO)
    (31, 1, None)
    """
    found = _parsed(text, form) or _parsed(text, ISO)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if form == ISO else datetime.strptime(text, form)
    except ValueError:
        return None


def form_of(words: Sequence[str], counts: Sequence[int] | None = None, least: float = 1.0) -> str | None:
    """Return the form of `FORMATS` in which the words are dates; None where they are none.

    `03/04/2020` is the fourth of March unless another text has a month above twelve.

    Args:
        words: distinct.
        counts: how often each occurs; as often as one another where not given.
        least: share of the occurrences that must be dates; below 1, they must be of more than `FEW_SPELLINGS`.

    >>> form_of(["31/01/2020", "01/02/2020"]), form_of(["2020-01-31"]), form_of(["1990"]), form_of(["a", "2020-01-31"])
    ('%d/%m/%Y', 'ISO 8601', None, None)
    """
    if least and not often(words[:GLANCE], _like_a_date):
        return None
    weights = dict(zip(words, [1] * len(words) if counts is None else counts, strict=True))
    total = sum(weights.values())
    dated = [word for word in words if _like_a_date(word)]
    spare = sum(weights[word] for word in dated) - least * total
    best, most = "", 0
    for form in FORMATS if spare >= 0 else ():
        if (read := _share(form, dated, weights, spare)) > most:
            best, most = form, read
        if most == total:
            return best
    several = not least or sum(moment(word, best) is not None for word in dated) > FEW_SPELLINGS
    return best if best and least < 1.0 and several else None


def _like_a_date(word: str) -> bool:
    return len(word) <= 40 and re.match(r".*\d.*[-/. T]", word) is not None


def _share(form: str, words: Sequence[str], weights: dict[str, int], spare: float) -> int:
    """Return how many occurrences a form reads; 0 as soon as more than `spare` are left unread."""
    read = unread = 0
    for word in words:
        if _parsed(word, form) is None:
            unread += weights[word]
            if unread > spare:
                return 0
        else:
            read += weights[word]
    return read
