"""What each test item adds to the scores of a cell: what a gate pairs two runs by."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.core.errors import DlbenchError
from dlbench.core.seeds import derive
from dlbench.reporting.cell import cell
from dlbench.reporting.scores import Score
from dlbench.reporting.source import Source
from dlbench.reporting.weighing import Weighed, weigh
from dlbench.stats import jackknife
from dlbench.stats.clusters import Clusters
from dlbench.stats.crossed_loss import Fits, added_to_share

MOST_UNITS = 1000
"""Test items beyond which several share one number: a baseline has to stay fit for git."""
MOST_CALLS = 200
"""The same where every unit costs a call of the metric (AUC, for one)."""


@dataclass(frozen=True)
class Paired:
    """The fits of a cell, ready to be paired with another run's item by item.

    Attributes:
        items: digest of the ids of the test items, in their order.
        fits: scores are oriented as the metric is; nothing here knows which end is better.
    """

    items: str
    fits: Fits


def paired(source: Source, scores: Sequence[Score], metric: str) -> Paired | None:
    """Return the influences of a fixed test set's items; None where the metric or the form cannot weigh items.

    Args:
        source: the run.
        scores: of one cell, all of one test part; those without a value are left out.
        metric: which.
    """
    good = [score for score in scores if score.value is not None]
    try:
        held = weigh(source, cell(good, "drop", {}), metric) if good else None
        if not isinstance(held, Weighed) or not isinstance(held.blocks, Clusters | None) or len(held.truth) < 2:
            return None
        influences = np.stack([_influence(held, fit) for fit in range(len(held.forms))])
    except (ValueError, ArithmeticError, DlbenchError):  # the stored scores stand, and are compared by themselves
        return None
    if not np.isfinite(influences).all():
        return None
    by_seed = sorted(good, key=lambda score: int(score.record["job"].get("seed", 0)))
    values = np.array([score.value for score in by_seed], dtype=np.float64)
    share = held.judge.proportion and held.judge.scores == "Labels"
    added = added_to_share(len(held.truth)) if share else 0.0
    return Paired(_digest(held.truth.ids), Fits.of(values, influences, added))


def _influence(held: Weighed, fit: int) -> np.ndarray:
    judge, form = held.judge, held.forms[fit]
    statistics = judge.statistics(held.truth, form)
    if statistics is not None:
        return jackknife.additive(statistics, judge.from_sums, _units(held, MOST_UNITS))
    score = judge.weigher(held.truth, form)
    return jackknife.weighted(lambda weights: _number(score(weights)), _units(held, MOST_CALLS))


def _units(held: Weighed, most: int) -> np.ndarray:
    """Return (n,) codes of the units that are left out one at a time; groups that hang together are not torn."""
    codes = held.blocks.codes if isinstance(held.blocks, Clusters) else np.arange(len(held.truth))
    count = int(codes.max()) + 1
    return np.asarray(jackknife.units(count, most, np.random.default_rng(derive("units", count)))[codes])


def _number(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _digest(ids: np.ndarray) -> str:
    return hashlib.sha256("\n".join(map(str, ids)).encode("utf-8", "backslashreplace")).hexdigest()[:16]
