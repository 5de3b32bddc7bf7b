"""Holm's correction: the more comparisons are printed, the more each must show."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """Return adjusted p values in the order given; compare them with the level as it stands.

    Source: Holm, A simple sequentially rejective multiple test procedure, 1979. The i-th smallest of m is
    multiplied by m − i + 1, never falls below the one before, never rises above 1. NaN (no test) stays NaN and does
    not count.

    4 · .005, 3 · .01, 2 · .03, and .04 lifted to the one before:

    >>> holm(np.array([0.01, 0.04, 0.03, 0.005]))
    array([0.03, 0.06, 0.06, 0.02])
    """
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or ((values < 0) | (values > 1)).any():
        raise ValueError(f"expected (m,) numbers from 0 to 1, got {values}")
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return adjusted
