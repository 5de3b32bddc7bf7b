"""How much of the spread of a search's scores one parameter alone explains."""

from __future__ import annotations

import numpy as np


def explained(groups: np.ndarray, scores: np.ndarray) -> float:
    """Return ω², the share of the scores' variance that the groups explain, corrected for their number; from 0 up.

    0 where groups explain no more than chance would, NaN where nothing varies or no group has two scores.

    Args:
        groups: (n,) codes, the setting of one parameter in each trial.
        scores: (n,) floats.

    Source: Hays, Statistics for psychologists, 1963: (SSB − (k − 1)·MSW) / (SST + MSW). Two groups 1, 1 and 3, 3 are
    told apart wholly; in 1, 3 and 3, 1 nothing is:

    >>> explained(np.array([0, 0, 1, 1]), np.array([1.0, 1, 3, 3])), explained(np.array([0, 1, 0, 1]), np.ones(4))
    (1.0, nan)
    >>> explained(np.array([0, 0, 1, 1]), np.array([1.0, 3, 3, 1]))
    0.0
    """
    codes = np.unique(groups, return_inverse=True)[1]
    n = np.bincount(codes)
    total = float(((scores - scores.mean()) ** 2).sum()) if len(scores) else 0.0
    if total <= 0 or len(n) < 2 or len(n) >= len(scores):
        return float("nan")
    means = np.bincount(codes, weights=scores) / n
    between = float((n * (means - scores.mean()) ** 2).sum())
    within = (total - between) / (len(scores) - len(n))
    return max(0.0, (between - (len(n) - 1) * within) / (total + within))


def levels(values: np.ndarray, most: int = 4) -> np.ndarray:
    """Return (n,) codes that put numbers into at most `most` groups of about equal size; equal numbers stay together.

    >>> levels(np.array([1.0, 2, 3, 4]), most=2)
    array([0, 0, 1, 1])
    """
    if len(np.unique(values)) <= most:
        return np.asarray(np.unique(values, return_inverse=True)[1])
    cuts = np.quantile(values, np.linspace(0, 1, most + 1)[1:-1])
    return np.asarray(np.searchsorted(cuts, values, side="left"))
