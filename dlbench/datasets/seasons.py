"""How long a season is: read off the time column, else off the series itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DAY = 86_400
SEASONS: Mapping[tuple[float, float], int] = {
    (1, DAY - 1): 0,  # within a day: as many steps as a day has
    (DAY, DAY): 7,
    (7 * DAY, 7 * DAY): 52,
    (28 * DAY, 31 * DAY): 12,
    (89 * DAY, 92 * DAY): 4,
    (365 * DAY, 366 * DAY): 1,
}
"""Seconds of a step, from and to → steps of a season."""

LEAST_CORRELATION = 0.3


def season_of_step(seconds: float) -> int | None:
    """Return the season of steps of so many seconds; None where the calendar suggests none.

    >>> [season_of_step(seconds) for seconds in (900, 3600, DAY, 30.4 * DAY, 3 * DAY)]
    [96, 24, 7, 12, None]
    """
    for (least, most), season in SEASONS.items():
        if least <= seconds <= most:
            return season or round(DAY / seconds)
    return None


def season_of_values(values: np.ndarray) -> int:
    """Return the lag of the strongest peak in the autocorrelation of the differences; 1 where none is above 0.3.

    Args:
        values: (T,) finite floats; lags up to a third of T are looked at.
    """
    import numpy as np

    change = np.diff(values)
    change = change - change.mean() if len(change) else change
    power = float(change @ change)
    most = len(change) // 3
    if power == 0 or most < 3:
        return 1
    correlation = np.array([change[lag:] @ change[:-lag] for lag in range(1, most + 1)]) / power
    inner = correlation[1:-1]
    peaks = np.flatnonzero((inner > correlation[:-2]) & (inner >= correlation[2:])) + 1
    best = peaks[np.argmax(correlation[peaks])] if len(peaks) else 0
    return int(best) + 1 if correlation[best] > LEAST_CORRELATION and best else 1
