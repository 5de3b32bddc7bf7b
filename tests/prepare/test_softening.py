"""Scores made into probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.prepare.softening import sharpness_of, softened


@pytest.mark.parametrize("sharpness", [0.05, 1.0, 30.0])
def test_the_sharpness_that_drew_the_classes_is_found_again(sharpness: float) -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 3)) / sharpness
    shares = softened(scores, sharpness)
    codes = (shares.cumsum(axis=1) < rng.random((len(scores), 1))).sum(axis=1)
    assert sharpness_of(scores, codes) == pytest.approx(sharpness, rel=0.05)


def test_the_order_of_classes_stays_and_rows_sum_to_one() -> None:
    scores = np.random.default_rng(1).normal(size=(50, 4)) * 1e3
    found = softened(scores, 1e4)
    assert np.array_equal(found.argmax(axis=1), scores.argmax(axis=1))
    assert found.sum(axis=1) == pytest.approx(np.ones(50))


def test_scores_that_are_always_right_or_say_nothing_stay_finite() -> None:
    right = np.eye(2)[[0, 1, 0, 1]]
    assert np.isfinite(softened(right, sharpness_of(right, np.array([0, 1, 0, 1])))).all()
    assert softened(np.zeros((4, 2)), sharpness_of(np.zeros((4, 2)), np.array([0, 1, 0, 1]))) == pytest.approx(
        np.full((4, 2), 0.5)
    )
