"""The gate's decision: is the loss against a baseline within the margin?"""

from __future__ import annotations

import math
from typing import Literal

Decision = Literal["pass", "regressed", "inconclusive"]


def decide(low: float, high: float, margin: float) -> Decision:
    """Judge the interval [low, high] of the loss: positive means worse than the baseline, whatever the metric.

    Args:
        low, high: bounds in the metric's unit; NaN is always inconclusive, an infinite `high` never passes.
        margin: the loss that is still accepted, from 0 up.

    Raises:
        ValueError: a margin below 0 or not finite, or bounds the wrong way round.

    >>> decide(-0.01, 0.015, 0.02), decide(0.03, 0.05, 0.02), decide(0.01, 0.03, 0.02), decide(0.0, 0.0, 0.0)
    ('pass', 'regressed', 'inconclusive', 'pass')
    """
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"expected a finite margin from 0 up, got {margin}")
    if math.isnan(low) or math.isnan(high):
        return "inconclusive"
    if low > high:
        raise ValueError(f"expected low <= high, got {low} and {high}")
    if high <= margin:
        return "pass"
    return "regressed" if low > margin else "inconclusive"
