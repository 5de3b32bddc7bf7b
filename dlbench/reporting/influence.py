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
        held = weigh(source, cell(good, "drop", {}), metric) if good else "no value"
        if not isinstance(held, Weighed) or held.blocks is not None or len(held.truth) < 2:
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
    judge, form, items = held.judge, held.forms[fit], len(held.truth)
    statistics = judge.statistics(held.truth, form)
    rng = np.random.default_rng(derive("units", items))
    if statistics is not None:
        return jackknife.additive(statistics, judge.from_sums, jackknife.units(items, MOST_UNITS, rng))
    score, unit = judge.weigher(held.truth, form), jackknife.units(items, MOST_CALLS, rng)
    return jackknife.weighted(lambda weights: _number(score(weights)), unit)


def _number(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _digest(ids: np.ndarray) -> str:
    return hashlib.sha256("\n".join(map(str, ids)).encode("utf-8", "backslashreplace")).hexdigest()[:16]
