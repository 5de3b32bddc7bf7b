"""Spoiled images: what is done to them, and that it is done again alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.errors import DataError
from dlbench.datasets.degrading import DEGRADATIONS
from dlbench.prepare.images import Images

DIGITS = catalog.dataset("degraded_digits")


def loaded(**params: Any) -> tuple[np.ndarray, np.ndarray]:
    data = DIGITS.load(params)
    assert isinstance(data.inputs, Images)
    assert isinstance(data.target, np.ndarray)
    return data.inputs.unit(), data.target


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_the_same_seed_spoils_alike_and_the_target_is_the_clean_image(name: str) -> None:
    spoiled, clean = loaded(degradation=name)
    again, _ = loaded(degradation=name)
    np.testing.assert_array_equal(spoiled, again)
    original = catalog.dataset("digits").load({}).inputs
    assert isinstance(original, Images)
    np.testing.assert_array_equal(clean, original.unit())
    assert spoiled.shape == clean.shape
    assert 0 <= spoiled.min() < spoiled.max() <= 1
    assert np.square(spoiled - clean).mean() > 1e-3
    assert DIGITS.identity({"degradation": name}) != DIGITS.identity({"degradation": name, "strength": 3.0})


def test_another_seed_draws_other_noise_and_other_holes() -> None:
    for name in ("denoise", "inpaint"):
        one, other = (loaded(degradation=name, seed=seed)[0] for seed in (0, 1))
        assert (one != other).any(axis=(1, 2, 3)).mean() > 0.5


def test_noise_has_the_strength_that_was_asked_for() -> None:
    pictures = np.full((20, 30, 30, 1), 0.5, dtype=np.float32)
    noisy = DEGRADATIONS["denoise"].spoil(pictures, 0.1, np.random.default_rng(0))
    assert np.std(noisy - pictures) == pytest.approx(0.1, rel=0.03)


def test_a_hole_is_a_black_square_and_nothing_else_is_touched() -> None:
    pictures = np.ones((50, 12, 20, 3), dtype=np.float32)
    spoiled = DEGRADATIONS["inpaint"].spoil(pictures, 0.5, np.random.default_rng(0))
    black = (spoiled == 0).all(axis=-1)
    assert (black.sum(axis=(1, 2)) == 36).all()
    assert (black.any(axis=1).sum(axis=1) == 6).all()
    assert set(np.unique(spoiled)) == {0, 1}


def test_blur_keeps_the_mean_and_coarseness_loses_the_finest() -> None:
    pictures = np.tile(np.array([0, 1], dtype=np.float32), (1, 16, 8))[..., None]
    for name in ("deblur", "super_resolution"):
        found = DEGRADATIONS[name].spoil(pictures, 2.0, np.random.default_rng(0))
        assert found[:, 4:-4, 4:-4].mean() == pytest.approx(0.5, abs=0.01)
        assert found[:, 4:-4, 4:-4].std() < 0.15


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"degradation": "denoize"}, "did you mean 'denoise'"),
        ({"strength": 0.0}, "strength: expected above 0"),
        ({"degradation": "super_resolution", "strength": 0.5}, "strength: expected above 1"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_cannot_be_meant_is_told(params: dict[str, Any], told: str) -> None:
    (problem,) = DIGITS.problems(params)
    assert told in problem
    with pytest.raises(DataError, match="degraded_digits"):
        DIGITS.load(params)
