"""The crossover in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dlbench.reporting import figures
from dlbench.stats.crossover import Crossing

Points = Sequence[tuple[float, float, float | None, float | None]]


def crossing(axis: str, points: Points, found: Crossing | None) -> str:
    """Return from where on the deep side leads; that there is no such place in range is an answer too."""
    if found is None:
        return f"No crossover can be told along {axis}: fewer than two points have both sides."
    first, last = (amount(axis, points[at][0]) for at in (0, -1))
    if found.at is None:
        return f"No crossover in range, {first} to {last}: {_side(points)}; {_unruled(axis, found)}."
    low = f"below {first}" if found.low == -math.inf else amount(axis, found.low)
    high = f"beyond {last}" if found.high == math.inf else amount(axis, found.high)
    return (
        f"Deep leads from about {amount(axis, found.at)} on (95 %: {low} to {high}); the difference is "
        f"{figures.signed(points[0][1])} at {first} and {figures.signed(points[-1][1])} at {last}."
    )


def amount(axis: str, value: float) -> str:
    """Write a place on a swept axis with its unit, two figures of it.

    >>> amount("rows", 3162.3), amount("rows", 1.4), amount("seconds", 2.51), amount("trials", 12)
    ('3,200 rows', '1.4 rows', '2.5 s', '12 trials')
    """
    if axis == "seconds":
        return figures.seconds(value)
    shown = value if value == round(value) else float(f"{value:.2g}")
    return f"{shown:,.0f} {axis}" if shown >= 10 or shown == round(shown) else f"{shown:g} {axis}"


def _side(points: Points) -> str:
    ahead = [difference > 0 for _, difference, *_ in points]
    if all(ahead):
        return "deep is ahead at every point"
    return "classic is ahead at the last point" if any(ahead) else "deep is ahead at no point"


def _unruled(axis: str, found: Crossing) -> str:
    """Say what the interval leaves open."""
    if not found.share_in_range:
        return "no resampled curve crosses either"
    inner = [amount(axis, end) for end in (found.low, found.high) if math.isfinite(end)]
    share = f"{100 * found.share_in_range:.2g} % of the resampled curves cross"
    if not inner:
        return share
    return f"{share}, so a crossing {'after' if math.isfinite(found.low) else 'before'} {inner[0]} is not ruled out"
