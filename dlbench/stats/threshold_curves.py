"""ROC and precision–recall curves on a common grid, so that curves of folds and classes can be averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Thresholds:
    """What every threshold of a score lets through, none first; equal scores are one step.

    Attributes:
        hits: (k,) true positives; `alarms`: (k,) false positives; both rise.
    """

    hits: np.ndarray
    alarms: np.ndarray

    @classmethod
    def of(cls, positive: np.ndarray, score: np.ndarray) -> Thresholds:
        """Sort once, for any number of curves.

        Args:
            positive: (n,) booleans.
            score: (n,) floats, higher means more likely positive.
        """
        order = np.argsort(-score, kind="stable")
        held, ranked = np.asarray(score)[order], np.asarray(positive, dtype=bool)[order]
        last = np.append(np.flatnonzero(np.diff(held)), len(held) - 1) if len(held) else np.array([], dtype=np.int64)
        hits, seen = np.cumsum(ranked)[last], last + 1
        return cls(np.insert(hits, 0, 0).astype(float), np.insert(seen - hits, 0, 0).astype(float))


def roc(found: Thresholds, grid: np.ndarray) -> np.ndarray:
    """Return the true positive rate at false positive rates; NaN where a class is missing.

    Args:
        found: of one class against the others.
        grid: (m,) ascending false positive rates in [0, 1].

    Source: Fawcett, An introduction to ROC analysis, 2006 (linear between thresholds; equal scores are one step). Of
    the scores 4, 3, 2, 1 with the first and the third positive, half of the positives come before any negative:

    >>> found = Thresholds.of(np.array([True, False, True, False]), np.array([4.0, 3, 2, 1]))
    >>> roc(found, np.array([0.0, 0.25, 0.5, 1]))
    array([0.5, 0.5, 1. , 1. ])
    """
    hits, alarms = found.hits, found.alarms
    if not hits[-1] or not alarms[-1]:
        return np.full(len(grid), np.nan)
    return _along(alarms / alarms[-1], hits / hits[-1], np.asarray(grid))


def precision_recall(found: Thresholds, grid: np.ndarray) -> np.ndarray:
    """Return the precision of the highest threshold that reaches each recall; NaN without positives.

    Nothing is interpolated, which would flatter (Davis and Goadrich, 2006).

    Args:
        found: of one class against the others.
        grid: (m,) recalls in (0, 1].

    Of the scores 4, 3, 2, 1 with the first and the third positive: recall 1/2 costs one guess, recall 1 three.

    >>> found = Thresholds.of(np.array([True, False, True, False]), np.array([4.0, 3, 2, 1]))
    >>> precision_recall(found, np.array([0.5, 1.0])).round(3)
    array([1.   , 0.667])
    """
    hits, alarms = found.hits, found.alarms
    if not hits[-1]:
        return np.full(len(grid), np.nan)
    first = np.searchsorted(hits, np.ceil(np.asarray(grid) * hits[-1] - 1e-9).clip(1))
    return np.asarray(hits[first] / (hits[first] + alarms[first]))


def _along(x: np.ndarray, y: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return a polyline at the places of a grid, the top of it where it rises straight up."""
    before = np.searchsorted(x, grid, side="right") - 1
    after = np.minimum(before + 1, len(x) - 1)
    width = x[after] - x[before]
    share = np.divide(grid - x[before], width, out=np.zeros(len(grid)), where=width > 0)
    return np.asarray(y[before] + share * (y[after] - y[before]))
