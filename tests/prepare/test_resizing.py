"""Resized pictures, held against Pillow's triangle filter."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlbench.prepare.resampling import triangle, weights
from dlbench.prepare.resizing import resized

SIDE = st.integers(1, 40)
LARGE = st.integers(1, 150)
"""Beyond 64 the few weights that are not zero are multiplied alone."""


@settings(deadline=None)
@given(SIDE | LARGE, SIDE | LARGE, SIDE | LARGE, SIDE | LARGE, st.integers(0, 99))
def test_equal_to_pillow_but_for_its_rounding(
    height: int, width: int, to_height: int, to_width: int, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (1, height, width, 3)).astype(np.uint8)
    wanted = Image.fromarray(pixels[0]).resize((to_width, to_height), Image.Resampling.BILINEAR)
    found = resized(pixels.astype(np.float32), to_height, to_width)[0]
    assert np.abs(found - np.asarray(wanted, dtype=float)).max() < 1.01  # it rounds after each axis


@settings(deadline=None)
@given(SIDE, SIDE)
def test_every_new_pixel_is_a_mean_of_old_ones(length: int, wanted: int) -> None:
    shares = weights(length, wanted, triangle)
    assert shares.shape == (wanted, length)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_pictures_do_not_touch_each_other() -> None:
    pixels = np.zeros((2, 8, 8, 1), dtype=np.float32)
    pixels[1] = 1
    found = resized(pixels, 5, 13)
    assert (found[0] == 0).all()
    np.testing.assert_allclose(found[1], 1, rtol=1e-5)
