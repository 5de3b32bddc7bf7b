"""Wilcoxon's signed-rank test, exact also with ties and zeros: does one side win by more than the other?"""

from __future__ import annotations

import math

import numpy as np

MOST_EXACT = 200
"""Differences up to which all 2ⁿ signs are counted."""


def signed_rank(differences: np.ndarray) -> float:
    """Return the two-sided p of (n,) differences, first − second.

    Source: Wilcoxon, Individual comparisons by ranking methods, 1945; zeros by Pratt, Remarks on zeros and ties in the
    Wilcoxon signed rank procedures, 1959: they take their ranks and then no side. Exact: every sign of the others is
    equally likely; above 200 differences by the normal distribution. Without any difference 1.

    All three on one side: 2 of 2³ signs are as far out:

    >>> signed_rank(np.array([0.1, 0.2, 0.3]))
    0.25
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(f"expected (n,) finite differences, got shape {values.shape}")
    _, place, shared = np.unique(abs(values), return_inverse=True, return_counts=True)
    doubled = (2 * np.cumsum(shared) - shared + 1)[place]  # ranks of ties are halves
    ways, above = doubled[values != 0], int(doubled[values > 0].sum())
    if not len(ways):
        return 1.0
    return _exact(ways, above) if len(ways) <= MOST_EXACT else _normal(ways, above)


def least_p(count: int) -> float:
    """Return the smallest two-sided p that so many differences can give.

    >>> least_p(6)
    0.03125
    """
    return min(1.0, 2.0 ** (1 - count))


def _exact(ways: np.ndarray, above: int) -> float:
    """Return the share of signs whose rank sum is as far from the middle as `above`, all in doubled ranks."""
    chances = np.zeros(int(ways.sum()) + 1)
    chances[0] = 1.0
    for way in ways:
        chances[way:] = (chances[way:] + chances[:-way]) / 2
        chances[:way] /= 2
    smaller = min(above, len(chances) - 1 - above)
    return min(1.0, 2 * float(chances[: smaller + 1].sum()))


def _normal(ways: np.ndarray, above: int) -> float:
    from scipy.special import ndtr

    z = (above - ways.sum() / 2) / math.sqrt(float((ways.astype(np.float64) ** 2).sum()) / 4)
    return float(2 * ndtr(-abs(z)))
