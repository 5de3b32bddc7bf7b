"""What is small enough not to matter: the margin of a metric."""

from __future__ import annotations

from collections.abc import Mapping

from dlbench.core import catalog
from dlbench.core.errors import UsageError

DEFAULT = 0.02
Margin = float | Mapping[str, float]


def margin(metric: str, value: float, stated: Margin | None = None, default: float = DEFAULT) -> tuple[float, str]:
    """Return a margin in the metric's unit, and how it came about.

    Without a stated one: `default` for metrics that end at 1 (accuracy, R²), `default` × |value| for those without an
    upper bound (RMSE, MAE, log loss), whose unit is the data's, and for those that end elsewhere (BLEU, of 100).

    Args:
        value: what the margin is relative to, the baseline's or the better contestant's.
        stated: a number is absolute; a mapping gives `absolute`, `relative` (a share of |value|), or both, of which
            the larger counts.

    Raises:
        UsageError: a stated margin is negative or has other names.
    """
    if stated is None:
        known = catalog.metrics().get(metric)
        unit = known is None or (known.high is not None and known.high <= 1)
        stated = {"absolute": default} if unit else {"relative": default}
    parts = {"absolute": float(stated)} if isinstance(stated, int | float) else dict(stated)
    if not parts or set(parts) - {"absolute", "relative"} or any(not part >= 0 for part in parts.values()):
        raise UsageError(f"margin of {metric}: expected absolute and relative from 0 up, got {stated!r}")
    sizes = {name: part * abs(value) if name == "relative" else part for name, part in parts.items()}
    chosen = max(sizes, key=lambda name: sizes[name])
    return sizes[chosen], "absolute" if chosen == "absolute" else f"{parts['relative']:g} × |{value:.4g}|"
