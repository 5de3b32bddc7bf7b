"""How much a run lost against a baseline on one cell, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from dlbench.reporting.held import Held, by_seeds
from dlbench.stats.crossed_loss import Fits, crossed_loss, over_items
from dlbench.stats.estimate import Estimate
from dlbench.stats.folds import corrected_paired
from dlbench.stats.student import quantile

STAND_IN = 2.0
"""Margins that stand in for a spread between fit seeds that nobody has measured."""
CURE = "run more fit seeds, or folds"
UNPAIRED = "the run's predictions cannot be read, so its test items are not paired; run it again"


@dataclass(frozen=True)
class Loss:
    """A loss in the metric's unit, positive where the run is worse.

    Attributes:
        estimate: mean over folds, with its error.
        how: what the error rests on.
        exact: whether every paired difference is zero.
        spread_known: whether fit seeds, or folds, tell how far honest fits lie apart. Where they do not and items are
            not paired either, nothing does: the error is infinite.
    """

    estimate: Estimate
    how: str
    exact: bool = False
    spread_known: bool = True

    @property
    def value(self) -> float:
        """The loss."""
        return self.estimate.value

    @property
    def tested(self) -> bool:
        """Whether anything tells how far the loss may be chance."""
        return math.isfinite(self.estimate.error)

    def allowed(self, margin: float) -> float:
        """Return the loss that must be exceeded: the margin, and what stands in for a spread that is not known."""
        return margin if self.spread_known else (1 + STAND_IN) * margin


def loss(before: Held, after: Held) -> Loss:
    """Return the loss over the folds of the baseline, which both sides must have.

    Folds are paired, seeds averaged inside them first: corrected resampled t. On a fixed test set items and fit seeds
    both vary, see `stats.crossed_loss`.
    """
    direction = 1 if before.better == "higher" else -1
    pairs = [(before.values[fold], after.values[fold]) for fold in sorted(before.values)]
    losses = np.array([direction * (fmean(old.values()) - fmean(new.values())) for old, new in pairs])
    if not losses.any():
        return Loss(Estimate(0.0, 0.0, 1.0), "no difference", exact=True)
    if len(pairs) > 1:
        return _over_folds(losses, before.test_share, after.step)
    sides = [held.fits or by_seeds(values) for held, values in zip((before, after), pairs[0], strict=True)]
    return _fixed(*(_oriented(side, direction) for side in sides))


def _over_folds(losses: np.ndarray, test_share: float, step: float) -> Loss:
    found = corrected_paired(losses, test_share, 0.9, step)
    df = len(losses) - 1
    if math.isnan(found.p):
        told = f"the same loss on all {len(losses)} folds: their spread is not known; {CURE}"
        return Loss(Estimate(found.difference, math.inf, df), told, spread_known=False)
    error = (found.high - found.low) / 2 / quantile(0.95, df)
    return Loss(Estimate(found.difference, error, df), f"corrected t over {len(losses)} folds")


def _fixed(before: Fits, after: Fits) -> Loss:
    """Return the loss on a fixed test set.

    Fits that agree to the digit tell no spread, and where the baseline knows what items add to its scores but the run
    does not, fits must not speak for them.
    """
    seeds = f"{len(before.scores)} and {len(after.scores)} fit seeds"
    items = over_items(before, after)
    lost = float(before.scores.mean() - after.scores.mean())
    if before.influence is not None and after.influence is None:
        return Loss(Estimate(lost, math.inf, 1.0), UNPAIRED, spread_known=False)
    found = crossed_loss(before, after)
    if found is not None and found.error > 0:
        return Loss(found, f"t over {'' if items is None else 'paired items × '}{seeds}")
    told = "one fit seed on either side" if found is None else f"{seeds} that agree to the digit"
    told = f"{told}: their spread is not known"
    if items is not None and items.error > 0:
        return Loss(items, f"{told}; {CURE}", spread_known=False)
    return Loss(Estimate(lost, math.inf, 1.0), f"{told}, and items are not paired; {CURE}", spread_known=False)


def _oriented(fits: Fits, direction: int) -> Fits:
    influence = None if fits.influence is None else direction * fits.influence
    return replace(fits, scores=direction * fits.scores, influence=influence)
