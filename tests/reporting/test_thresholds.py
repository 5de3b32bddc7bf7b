"""ROC and precision–recall curves rest on every item of a test part, in whatever order these stand."""

from __future__ import annotations

import numpy as np
import pytest
from made_run import Game, Player, made_run
from sklearn.metrics import roc_auc_score

from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.reporting.board import board
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.figure import Figure
from dlbench.reporting.plots.thresholds import thresholds

ITEMS = 10_000


def _half_noise() -> tuple[np.ndarray, np.ndarray]:
    """Return two classes, and scores that tell them apart in the first half of the items alone."""
    rng = np.random.default_rng(0)
    target = rng.integers(2, size=ITEMS)
    known = np.arange(ITEMS) < ITEMS // 2
    return target, np.where(known, 0.5 * target + 0.5 * rng.random(ITEMS), rng.random(ITEMS))


def _curves(target: np.ndarray, score: np.ndarray) -> tuple[Figure, ...]:
    (place,) = board(made_run([Game("t", [Player("svm", "classic", 0.9)], folds=1)]))
    truth = Truth(np.arange(len(target)).astype(np.str_), target, ("a", "b"))
    return thresholds(place, {"svm": [Answer({}, truth, Probabilities(np.column_stack([1 - score, score])))]})


def _points(figure: Figure) -> tuple[list[float], list[float]]:
    values = figure.spec["data"]["values"]
    return [value["x"] for value in values], [value["y"] for value in values]


def test_the_area_below_the_curve_is_that_of_all_items() -> None:
    target, score = _half_noise()
    across, up = _points(_curves(target, score)[0])
    assert np.trapezoid(up, across) == pytest.approx(roc_auc_score(target, score), abs=0.002)
    assert roc_auc_score(target, score) < 0.85  # the first half alone would give 1


def test_the_order_of_items_changes_no_curve() -> None:
    target, score = _half_noise()
    order = np.argsort(target, kind="stable")
    given, sorted_ = _curves(target, score), _curves(target[order], score[order])
    assert [_points(figure) for figure in given] == [_points(figure) for figure in sorted_]
    assert len(given) == 2
