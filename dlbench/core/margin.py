"""How a margin is written: `0.01` is absolute, in the metric's unit, `2%` a share of the value."""

from __future__ import annotations

import math

EXPECTED = "a number from 0 up such as 0.01, or a share of the value such as 2%"


def margin_of(written: float | str) -> tuple[str, float]:
    """Return `absolute` or `relative`, and the size of a margin as it is written.

    Raises:
        ValueError: it is no such number.

    >>> margin_of(0.01), margin_of("5%")
    (('absolute', 0.01), ('relative', 0.05))
    >>> margin_of("-1%")
    Traceback (most recent call last):
    ValueError: expected a number from 0 up such as 0.01, or a share of the value such as 2%
    """
    text = str(written)
    try:
        size = float(text.removesuffix("%"))
    except ValueError:
        size = math.nan
    if isinstance(written, bool) or not (math.isfinite(size) and size >= 0):
        raise ValueError(f"expected {EXPECTED}")
    return ("relative", size / 100) if text.endswith("%") else ("absolute", size)
