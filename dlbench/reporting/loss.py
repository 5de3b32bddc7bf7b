"""How much a run lost against a baseline on one cell, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

import numpy as np

from dlbench.reporting.baseline import Held
from dlbench.stats.folds import corrected_paired
from dlbench.stats.student import quantile

STAND_IN = 2.0


@dataclass(frozen=True)
class Loss:
    """A loss in the metric's unit, positive where the run is worse.

    Attributes:
        value: mean over folds.
        low, high: 95 % interval; NaN where its width is not known.
        how: what the interval rests on.
        exact: whether every paired difference is zero.
    """

    value: float
    low: float
    high: float
    how: str
    exact: bool = False

    @property
    def detectable(self) -> float | None:
        """The smallest loss beyond the margin that this comparison could have seen: half the interval."""
        half = (self.high - self.low) / 2
        return half if math.isfinite(half) else None


def loss(before: Held, after: Held) -> Loss:
    """Return the loss over the folds of the baseline, which both sides must have.

    Folds are paired, seeds averaged inside them first: corrected resampled t. A fixed test set varies by its fit
    seeds alone: Welch's t, or the spread of the side that has several seeds where the other has one.
    """
    direction = 1 if before.better == "higher" else -1
    folds = sorted(before.values)
    pairs = [(list(before.values[fold].values()), list(after.values[fold].values())) for fold in folds]
    losses = np.array([direction * (fmean(old) - fmean(new)) for old, new in pairs])
    if not losses.any():
        return Loss(0.0, 0.0, 0.0, "no difference", exact=True)
    if len(folds) > 1:
        found = corrected_paired(losses, before.test_share)
        return Loss(found.difference, found.low, found.high, f"corrected t over {len(folds)} folds")
    return _over_seeds(float(losses[0]), *pairs[0])


def _over_seeds(value: float, before: Sequence[float], after: Sequence[float]) -> Loss:
    """Return the loss of one test set with an interval from the spread between fit seeds."""
    several = [side for side in (before, after) if len(side) > 1]
    if not several:
        return Loss(value, math.nan, math.nan, "one fit seed on either side: the spread is not known")
    if len(several) == 1:
        spread, freedom = variance(several[0]), len(several[0]) - 1.0
        error = math.sqrt(spread * (1 / len(before) + 1 / len(after)))
        how = f"t from the spread of {len(several[0])} fit seeds of one side"
    else:
        shares = [variance(side) / len(side) for side in several]
        error = math.sqrt(sum(shares))
        weights = [share**2 / (len(side) - 1) for share, side in zip(shares, several, strict=True)]
        freedom = sum(shares) ** 2 / sum(weights) if sum(weights) else 1.0
        how = f"Welch's t over {len(before)} and {len(after)} fit seeds"
    half = quantile(0.975, max(1, math.floor(freedom))) * error
    return Loss(value, value - half, value + half, how)
