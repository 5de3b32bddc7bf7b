"""The smallest difference that a comparison could have found: what "no difference" is worth."""

from __future__ import annotations

import math

from dlbench.stats.interval import check_level
from dlbench.stats.student import quantile

LARGE_DF = 10**6


def detectable_corrected(
    spread: float, folds: int, test_share: float, level: float = 0.95, comparisons: int = 1, power: float = 0.5
) -> float:
    """Return the smallest mean difference that the corrected resampled t finds, in the unit of `spread`.

    Args:
        spread: standard deviation of the differences between folds.
        folds: r·k.
        test_share: n_test / n_train.
        level: of confidence.
        comparisons: that the level is shared among: the first step of Holm, α/comparisons.
        power: how surely it is found. At .5 it is the least difference that would have been significant.

    Returns:
        (t(1 − α/2) + t(power)) · spread · √(1/folds + test_share), the t(power) term standing in for the
        noncentral t; NaN below two folds.

    Five folds of standard deviation .01, alone and among 19:

    >>> round(detectable_corrected(0.01, 5, 0.25), 3), round(detectable_corrected(0.01, 5, 0.25, comparisons=19), 3)
    (0.019, 0.045)
    """
    check_level(level)
    if comparisons < 1 or not 0 < power < 1:
        raise ValueError(f"expected comparisons from 1 up and a power in (0, 1), got {comparisons} and {power}")
    if folds < 2:
        return math.nan
    alpha = (1 - level) / comparisons
    steps = quantile(1 - alpha / 2, folds - 1) + quantile(power, folds - 1)
    return steps * spread * math.sqrt(1 / folds + test_share)


def detectable_from_interval(half: float, df: float, level: float = 0.95, comparisons: int = 1) -> float:
    """Return the same from half the width of an interval at the level: how far from 0 the estimate had to be.

    Args:
        half: half the width, in the metric's unit.
        df: degrees of freedom of the t distribution behind it; infinity for the normal one.
        level, comparisons: as in `detectable_corrected`, with power .5.

    Half an interval of four degrees, alone and among 19: the quantile grows from 2.776 to 6.665:

    >>> detectable_from_interval(0.02, 4), round(detectable_from_interval(0.02, 4, comparisons=19), 4)
    (0.02, 0.048)
    """
    check_level(level)
    if comparisons <= 1:
        return half
    degrees = int(min(df, LARGE_DF))
    return half * quantile(1 - (1 - level) / 2 / comparisons, degrees) / quantile((1 + level) / 2, degrees)
