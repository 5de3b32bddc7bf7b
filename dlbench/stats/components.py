"""Where scores get their spread from: the split, the search's seed within it, the fit's seed within that.

Source: the balanced nested analysis of variance, Searle, Casella and McCulloch, Variance Components, 1992; on learning
machines Bouthillier et al., Accounting for variance in machine learning benchmarks, MLSys 2021. Nested, because each
split draws search and fit seeds of its own. What the spread of means owes to the level below is subtracted; a component
that would be below zero is zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Component:
    """One source of spread; NaN where it was not varied.

    Attributes:
        sd: standard deviation of a score for this source alone, in the metric's unit.
        share: of the variance of a single score.
    """

    sd: float
    share: float


@dataclass(frozen=True)
class Components:
    """The sources of spread of a contestant's scores. A source that was not varied hides in the one above it.

    Attributes:
        split: between splits (folds, repeats).
        search: between search seeds within a split.
        fit: between fit seeds within a search.
        residual: between runs of the very same seeds; NaN where nothing was run twice.
    """

    split: Component
    search: Component
    fit: Component
    residual: Component


def variance_components(scores: np.ndarray) -> Components:
    """Return the components of (splits, searches, fits) scores, or (splits, searches, fits, runs).

    Raises:
        ValueError: another shape, or a score that is missing: the seeds of every split must be equally many.

    Two splits of one search with two fit seeds each, 1 apart within a split and 10 apart on average. Fit: variance ½;
    split: the variance of 0.5 and 10.5 is 50, of which ½ / 2 is the fit's:

    >>> found = variance_components(np.array([[[0.0, 1.0]], [[10.0, 11.0]]]))
    >>> round(found.split.sd**2, 2), found.search.sd, round(found.fit.sd**2, 2)
    (49.75, nan, 0.5)
    """
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim not in (3, 4) or not values.size or not np.isfinite(values).all():
        raise ValueError(f"expected finite scores (splits, searches, fits), with or without runs, got {values.shape}")
    if values.ndim == 3:
        values = values[..., None]
    variances: list[float] = []
    below = 0.0  # what the means of a level owe to the levels under it
    for axis in reversed(range(4)):
        if values.shape[axis] < 2:
            variances.append(math.nan)
        else:
            found = float(values.var(axis=axis, ddof=1).mean())
            variances.append(max(0.0, found - below))
            below = found / values.shape[axis]
        values = values.mean(axis=axis)
    total = float(np.nansum(variances))
    each = [Component(math.sqrt(held), held / total if total > 0 else math.nan) for held in reversed(variances)]
    return Components(*each)
