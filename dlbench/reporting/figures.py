"""Numbers as people read them; a dash where there is none."""

from __future__ import annotations

from collections.abc import Sequence

NONE = "–"
_BYTES = ((2**30, " GB"), (2**20, " MB"), (2**10, " kB"), (1, " B"))
_COUNTS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def score(value: float | None) -> str:
    """Write a score: four decimals below 10, four figures above.

    >>> score(0.98765), score(53.214), score(None)
    ('0.9877', '53.21', '–')
    """
    if value is None:
        return NONE
    shown = f"{abs(value):.4f}" if abs(value) < 10 else f"{abs(value):.4g}"
    return f"−{shown}" if value < 0 else shown


def signed(value: float) -> str:
    """Write a difference with its sign.

    >>> signed(0.0123), signed(-0.5)
    ('+0.0123', '−0.5000')
    """
    return ("−" if value < 0 else "+") + score(abs(value))


def span(low: float | None, high: float | None) -> str:
    """Write an interval.

    >>> span(0.97, 0.99), span(None, None)
    ('0.9700 … 0.9900', '–')
    """
    return NONE if low is None or high is None else f"{score(low)} … {score(high)}"


def seconds(value: float | None) -> str:
    """Write a duration in the unit that suits it.

    >>> seconds(0.0312), seconds(3.71), seconds(750), seconds(None)
    ('31 ms', '3.7 s', '12.5 min', '–')
    """
    if value is None:
        return NONE
    if value < 0.9995:
        return f"{1000 * value:.2g} ms" if value < 0.0995 else f"{1000 * value:.0f} ms"
    if value < 120:
        return f"{value:.1f} s" if value < 99.95 else f"{value:.0f} s"
    return f"{value / 60:.1f} min" if value < 7200 else f"{value / 3600:.1f} h"


def size(value: float | None) -> str:
    """Write bytes.

    >>> size(300_000_000), size(512)
    ('286 MB', '512 B')
    """
    return NONE if value is None else _scaled(value, _BYTES)


def count(value: float | None) -> str:
    """Write a count.

    >>> count(650), count(61706), count(2.5)
    ('650', '61.7k', '2.5')
    """
    if value is None:
        return NONE
    if value >= 1e4:
        return _scaled(value, _COUNTS)
    return f"{value:,.0f}" if value == round(value) else f"{value:.1f}"


def times(value: float) -> str:
    """Write a ratio.

    >>> times(31.4), times(2.25), times(0.5), times(12345)
    ('31×', '2.2×', '0.50×', '12,345×')
    """
    if value >= 9.95:
        return f"{value:,.0f}×"
    return f"{value:.1f}×" if value >= 0.995 else f"{value:.2f}×"


def probability(p: float) -> str:
    """Write a p value.

    >>> probability(0.0321), probability(0.00001)
    ('p = 0.032', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def plural(number: int, noun: str) -> str:
    """Write a number with its noun.

    >>> plural(1, "job"), plural(5, "job")
    ('1 job', '5 jobs')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _scaled(value: float, units: Sequence[tuple[float, str]]) -> str:
    scale, unit = next((step for step in units if value >= step[0]), units[-1])
    shown = value / scale
    return f"{shown:.1f}{unit}" if shown < 99.95 and scale > 1 else f"{shown:.0f}{unit}"
