"""Losses: worked values, what they are equal to, and where they differ on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.losses.class_weighted import balanced
from dlbench.training.pixels import by_pixel

CLASSES = [name for name, loss in catalog.losses().items() if loss.learns == "classes"]
MASKS = [name for name, loss in catalog.losses().items() if loss.learns == "masks"]
VALUES = [name for name, loss in catalog.losses().items() if loss.learns == "values"]


def _lost(name: str, truth: np.ndarray, output: np.ndarray, target: np.ndarray | None = None) -> np.ndarray:
    built = catalog.loss(name).build(truth if target is None else target, output.shape[1] if name in CLASSES else 0)
    return np.asarray(built(truth, output.astype(np.float32)), dtype=np.float64)


def test_the_catalog_holds_those_a_suite_may_name() -> None:
    assert set(CLASSES) == {"cross_entropy", "focal", "class_weighted"}
    assert set(VALUES) == {"mse", "mae", "huber"}
    assert set(MASKS) == {"soft_dice"}


@pytest.mark.parametrize("name", [*CLASSES, *VALUES])
def test_one_loss_an_item_that_falls_towards_the_truth(name: str) -> None:
    truth = np.array([0, 2, 1], np.int32) if name in CLASSES else np.array([[0.5], [-1.0], [3.0]], np.float32)
    near = 4 * np.eye(3)[truth] if name in CLASSES else truth + 0.1
    far = -near if name in CLASSES else truth + 2
    assert _lost(name, truth, near).shape == (3,)
    assert (_lost(name, truth, near) < _lost(name, truth, far)).all()


def test_cross_entropy_of_an_even_guess_is_log_of_the_classes() -> None:
    np.testing.assert_allclose(_lost("cross_entropy", np.array([1, 3]), np.zeros((2, 4))), np.log(4), rtol=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-6, 6), min_size=3, max_size=3), st.integers(0, 2))
def test_focal_is_cross_entropy_times_the_squared_doubt(logits: list[float], code: int) -> None:
    raised = np.exp(logits) / np.exp(logits).sum()
    expected = -((1 - raised[code]) ** 2) * np.log(raised[code])
    found = _lost("focal", np.array([code], np.int32), np.array([logits]))
    np.testing.assert_allclose(found, [expected], rtol=2e-3, atol=1e-6)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_every_present_class_weighs_the_same_and_the_mean_weight_is_one(codes: list[int]) -> None:
    target = np.array(codes)
    weights = balanced(target, 5)
    shares = [weights[code] * (target == code).sum() for code in set(codes)]
    np.testing.assert_allclose(shares, shares[0], rtol=1e-5)
    np.testing.assert_allclose(weights[target].mean(), 1, rtol=1e-5)


def test_class_weights_are_those_of_the_training_part_not_of_the_batch() -> None:
    training = np.array([0] * 9 + [1], np.int32)
    found = _lost("class_weighted", np.array([0, 1], np.int32), np.zeros((2, 2)), training)
    np.testing.assert_allclose(found, np.log(2) * np.array([10 / 18, 10 / 2]), rtol=1e-5)


def test_values_by_hand() -> None:
    truth, output = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32), np.array([[0.5, 3.0], [1.0, 1.0]])
    np.testing.assert_allclose(_lost("mse", truth, output), [(0.25 + 9) / 2, 0])
    np.testing.assert_allclose(_lost("mae", truth, output), [1.75, 0])
    np.testing.assert_allclose(_lost("huber", truth, output), [(0.125 + 2.5) / 2, 0])


TRUTH = np.array([[[0, 1], [2, 1]], [[-1, 1], [0, -1]]], np.int32)


@pytest.mark.parametrize("name", CLASSES)
def test_a_loss_of_classes_on_masks_is_its_mean_over_the_pixels_that_have_one(name: str) -> None:
    logits = np.random.default_rng(0).normal(size=(2, 2, 2, 3)).astype(np.float32)
    known = TRUTH >= 0
    loss = catalog.loss(name).build(TRUTH[known], 3)
    each = [float(np.mean(np.asarray(loss(TRUTH[i][known[i]], logits[i][known[i]])))) for i in range(2)]
    np.testing.assert_allclose(np.asarray(by_pixel(loss)(TRUTH, logits)), each, rtol=1e-5)


@pytest.mark.parametrize("name", [*CLASSES, *MASKS])
def test_what_is_said_of_pixels_without_a_class_does_not_matter(name: str) -> None:
    loss = catalog.loss(name).build(TRUTH if name in MASKS else TRUTH[TRUTH >= 0], 3)
    loss = loss if name in MASKS else by_pixel(loss)
    logits = np.zeros((2, 2, 2, 3), np.float32)
    other = np.where((TRUTH < 0)[..., None], np.float32(5) * np.arange(3, dtype=np.float32), logits)
    np.testing.assert_allclose(np.asarray(loss(TRUTH, other)), np.asarray(loss(TRUTH, logits)), rtol=1e-6)
    nobody = np.full_like(TRUTH, -1)
    assert np.asarray(loss(nobody, other)).tolist() == [0.0, 0.0]


def test_dice_loss_by_hand() -> None:
    """Sure of class 1 in two pixels of which one is right, and class 2 is neither there nor said."""
    truth = np.array([[[0, 1], [0, 0]]], np.int32)
    logits = 50 * np.eye(3, dtype=np.float32)[np.array([[[1, 1], [0, 0]]])]
    found = np.asarray(catalog.loss("soft_dice").build(truth, 3)(truth, logits))
    np.testing.assert_allclose(found, [1 - ((2 * 1 + 1) / (2 + 1 + 1) + 1) / 2], rtol=1e-5)


def test_an_included_loss_joins_the_catalog(tmp_path: Path) -> None:
    file = tmp_path / "own_loss.py"
    file.write_text(
        "from dlbench.core.loss import Loss\n\n\n"
        "class Fourth(Loss):\n"
        "    name, title, learns = 'fourth_power', 'fourth power', 'values'\n\n"
        "    def build(self, target, classes):\n"
        "        return lambda truth, output: ((truth - output) ** 4).mean(axis=1)\n"
    )
    before = set(catalog.losses())
    catalog.include(file)
    try:
        assert set(catalog.losses()) - before == {"fourth_power"}
        assert _lost("fourth_power", np.zeros((1, 1)), np.full((1, 1), 2.0)).tolist() == [16.0]
    finally:
        catalog._included.clear()
        catalog._all.cache_clear()
