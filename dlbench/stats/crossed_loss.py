"""How much one group of fits lost against another on the same test items: items and fit seeds both vary.

A fit s of side g scores an item i as μ_g + I_gi + A_gs + E_gsi: the item's own part, which both sides share in part,
the fit's, and what is left of the two together. The difference of the two grand means then has the variance

    Var(I_0 − I_1)/n + Σ_g Var(A_g)/S_g + Σ_g Var(E_g)/(n·S_g)

with n items and S_g fits of side g. Three mean squares estimate it without bias:

    items: the variance over items of the paired difference of the sides' item means, over n (first and third term);
    fits: Σ_g (variance over fits of their scores)/S_g (second and third term);
    both: Σ_g (mean square of the two-way residuals)/(n·S_g) (the third term, counted twice in the sum of the others).

The error is √(items + max(0, fits − both)), its degrees of freedom are Satterthwaite's.

Source: the two-way decomposition of Cameron, Gelbach and Miller, Robust inference with multiway clustering, 2011 (the
intersection is taken off once), which for readers × cases is Gallas, One-shot estimate of MRMC variance, 2006;
Satterthwaite, An approximate distribution of estimates of variance components, 1946. Owen's pigeonhole bootstrap, 2007,
leaves the third term in twice and is too wide by it. For a score that is no mean over items, what an item adds to it
(`influence`) stands in its place: Efron and Stein, The jackknife estimate of variance, 1981.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.stats.estimate import Estimate


@dataclass(frozen=True)
class Fits:
    """One side: fits of the same contestant that answered the same items.

    Attributes:
        scores: (S,) one a fit, on all items.
        influence: (n,) what each item adds to the score, averaged over fits, with mean 0; None where not known.
        residual: mean square of the two-way residuals of the fits' influences; 0 for a single fit.
        added: to the variance over items, see `added_to_share`.
    """

    scores: np.ndarray
    influence: np.ndarray | None = None
    residual: float = 0.0
    added: float = 0.0

    @classmethod
    def of(cls, scores: np.ndarray, influences: np.ndarray, added: float = 0.0) -> Fits:
        """Return a side from (S,) scores and (S, n) influences.

        Two fits that differ on the first two of four items, one the other way round, are all residual:

        >>> hits = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]])
        >>> side = Fits.of(hits.mean(axis=1), hits - hits.mean(axis=1, keepdims=True))
        >>> side.influence.tolist(), round(side.residual, 4)
        ([0.0, 0.0, 0.5, -0.5], 0.3333)
        """
        mean = influences.mean(axis=0)
        fits, items = influences.shape
        freedom = (fits - 1) * (items - 1)
        rest = influences - mean - influences.mean(axis=1, keepdims=True) + mean.mean()
        return cls(np.asarray(scores), mean, float((rest * rest).sum()) / freedom if freedom else 0.0, added)


def added_to_share(items: int) -> float:
    """Return what one item won and one lost, each counted half, add to the variance of a difference of two shares.

    Where hardly an item is lost, the variance is seen as hardly any, and true losses of the margin would pass too often
    (11 instead of 5 in 100 for 100 items, 3 % errors and a margin of .02; with this, less than 1).

    Source: Agresti and Min, Simple improved confidence intervals for comparing matched proportions, 2005.

    >>> added_to_share(8)
    0.0125
    """
    return 1 / (items * (items + 2))


def crossed_loss(before: Fits, after: Fits) -> Estimate | None:
    """Return how much less the second side scored, higher being better; None where nothing tells how far fits spread.

    A side with a single fit borrows the spread of the other. Without influences on both sides the fits alone count,
    which speaks of these very items: Welch's t.

    Scores .8 and .6 against .6 and .4, two fits a side: .2 with error √(.02/2 + .02/2):

    >>> found = crossed_loss(Fits(np.array([0.8, 0.6])), Fits(np.array([0.6, 0.4])))
    >>> round(found.value, 4), round(found.error, 4), found.df
    (0.2, 0.1414, 2.0)
    """
    sides = (before, after)
    if max(len(side.scores) for side in sides) < 2:
        return None
    value = float(before.scores.mean() - after.scores.mean())
    parts, both = _fits(sides), 0.0
    spread = sum(size for size, _ in parts)
    if (items := over_items(before, after)) is not None:
        both = sum(_residual(side, sides) / len(side.scores) for side in sides) / (items.df + 1)
        parts.append((items.error**2, items.df))
    variance = max(0.0, spread - both) + (items.error**2 if items is not None else 0.0)
    weight = sum(size**2 / df for size, df in parts)
    return Estimate(value, variance**0.5, variance**2 / weight if weight else np.inf)


def over_items(before: Fits, after: Fits) -> Estimate | None:
    """Return the loss of these very fits on other items: the paired t over items; None without influences to pair.

    One of four items lost by a single fit each: .25 with error √(.25/4):

    >>> lost = Fits.of(np.array([0.75]), np.array([[0.25, 0.25, 0.25, -0.75]]))
    >>> over_items(Fits.of(np.array([1.0]), np.zeros((1, 4))), lost).error
    0.25
    """
    if before.influence is None or after.influence is None or len(before.influence) != len(after.influence):
        return None
    count = len(before.influence)
    if count < 2:
        return None
    value = float(before.scores.mean() - after.scores.mean())
    variance = float(np.var(before.influence - after.influence, ddof=1)) / count + max(before.added, after.added)
    return Estimate(value, variance**0.5, count - 1.0)


def _fits(sides: Sequence[Fits]) -> list[tuple[float, float]]:
    """Return variance of the mean and degrees of freedom of each side's fits; of both where one spread serves both."""
    known = [side for side in sides if len(side.scores) > 1]
    if len(known) == 2:
        return [(float(side.scores.var(ddof=1)) / len(side.scores), len(side.scores) - 1.0) for side in sides]
    spread, df = float(known[0].scores.var(ddof=1)), len(known[0].scores) - 1.0
    return [(spread * sum(1 / len(side.scores) for side in sides), df)]


def _residual(side: Fits, sides: Sequence[Fits]) -> float:
    """Return the residual mean square of a side, that of the other where it has a single fit."""
    return side.residual if len(side.scores) > 1 else max(other.residual for other in sides)
