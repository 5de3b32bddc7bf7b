"""Reliability: how often predictions of a stated confidence come true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reliability:
    """Bins of equal width over [0, 1]; those without an item are left out.

    Attributes:
        confidence: (bins,) mean confidence in the bin.
        share: (bins,) share that came true.
        n: (bins,) items.
    """

    confidence: np.ndarray
    share: np.ndarray
    n: np.ndarray


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Reliability:
    """Return a reliability diagram's points.

    Args:
        confidence: (n,) in [0, 1], the probability of what was predicted.
        right: (n,) booleans, whether it came true.
        bins: of equal width.

    Source: DeGroot and Fienberg, 1983; Guo et al., On calibration of modern neural networks, 2017.

    >>> found = reliability(np.array([0.9, 0.95, 0.6]), np.array([True, False, True]), bins=2)
    >>> found.confidence.round(3), found.share.round(3), found.n
    (array([0.817]), array([0.667]), array([3]))
    """
    place = np.clip((np.asarray(confidence) * bins).astype(np.int64), 0, bins - 1)
    n = np.bincount(place, minlength=bins)
    held = n > 0
    sums = np.bincount(place, weights=confidence, minlength=bins), np.bincount(place, weights=right, minlength=bins)
    return Reliability(sums[0][held] / n[held], sums[1][held] / n[held], n[held])
