"""A published figure beside ours, in words."""

from __future__ import annotations

from dlbench.reporting import figures
from dlbench.reporting.rows import Row


def published(
    metric: str, value: float, source: str, ours: Row | None, difference: float | None, inside: bool | None
) -> str:
    """Return one sentence: the figure, ours, how far they are apart, and whether our interval holds it."""
    given = f"Published {metric}: {figures.score(value)}" + (f" ({source})" if source else "")
    if ours is None or difference is None:
        return f"{given}; ours cannot stand beside it: nobody is named without a look at the test part."
    side = "better" if difference > 0 else "worse"
    apart = "the same" if difference == 0 else f"{figures.score(abs(difference))} {side}"
    span = f", 95 % interval {figures.span(ours.low, ours.high)}"
    holds = "" if inside is None else f"{span}, which {'holds' if inside else 'does not hold'} the published figure"
    return f"{given}; ours, by {ours.contestant}: {figures.score(ours.value)}, {apart}{holds}."
