"""The Bayesian signed-rank test over tasks: how likely one side is better by more than a margin on a further task.

Source: Benavoli, Mangili, Corani, Zaffalon and Ruggeri, A Bayesian Wilcoxon signed-rank test based on the Dirichlet
process, ICML 2014. Tasks get Dirichlet weights, and so does one pseudo-difference of 0 with strength ½; each draw
weighs all pairs of differences by where their mean lies, and counts for the side that weighs most. Differences must
mean the same on every task, as shares do and errors in the target's unit do not.
"""

from __future__ import annotations

import numpy as np

from dlbench.stats.posterior import Posterior, check_margin

STRENGTH = 0.5
DRAWS = 50_000
CHUNK = 2**22


def bayesian_signed_rank(
    differences: np.ndarray, margin: float, rng: np.random.Generator, draws: int = DRAWS
) -> Posterior:
    """Return how likely (tasks,) differences, first − second, lie left of, within or right of the margin.

    Args:
        differences: one a task, in a unit that all tasks share.
        margin: within which two contestants are as good as each other, from 0 up.
        rng: where weights are drawn from.
        draws: of weights; the answer is uncertain by about ½/√draws.

    Ten tasks that all favour the first by more than the margin leave little doubt:

    >>> found = bayesian_signed_rank(np.full(10, 0.05), 0.01, np.random.default_rng(0), 2000)
    >>> found.left, round(found.within, 2), found.right > 0.99
    (0.0, 0.0, True)
    """
    check_margin(margin)
    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError(f"expected (tasks,) finite differences, got shape {values.shape}")
    padded = np.concatenate([[0.0], values])
    sums = padded[:, None] + padded
    above, below = _beyond(sums, 2 * margin), _beyond(-sums, 2 * margin)
    strength = np.concatenate([[STRENGTH], np.ones(len(values))])
    wins = np.zeros(3)
    step = max(1, CHUNK // len(padded))
    for start in range(0, draws, step):
        weights = rng.dirichlet(strength, min(step, draws - start))
        left, right = (((weights @ side) * weights).sum(axis=1) for side in (below, above))
        shares = np.column_stack([left, 1 - left - right if margin else np.full(len(left), -1.0), right])
        wins += np.bincount(shares.argmax(axis=1), minlength=3)
    left, within, right = (float(share) for share in wins / draws)
    return Posterior(left, within, right)


def _beyond(sums: np.ndarray, bound: float) -> np.ndarray:
    """Return 1 above the bound, one half at it, 0 below."""
    return np.asarray((sums > bound) + 0.5 * (sums == bound))
