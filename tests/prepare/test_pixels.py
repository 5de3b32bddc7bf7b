"""What is done with pixels: pictures of another size, features, patches, trivial answers."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dlbench.prepare.patch_regression import PatchRegression
from dlbench.prepare.picture_floors import CommonClass
from dlbench.prepare.pixel_features import KINDS, count, features
from dlbench.prepare.pixel_forest import PixelForest
from dlbench.prepare.resampling import bicubic, cubic, weights

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("old", "new"), [((8, 8), (16, 16)), ((28, 28), (14, 14)), ((9, 13), (5, 30)), ((4, 4), (4, 4))]
)
def test_bicubic_is_pillows(old: tuple[int, int], new: tuple[int, int]) -> None:
    picture = RNG.random(old).astype(np.float32)
    wanted = np.asarray(Image.fromarray(picture).resize(new[::-1], Image.Resampling.BICUBIC))
    np.testing.assert_allclose(bicubic(picture[None, :, :, None], *new)[0, :, :, 0], wanted, atol=2e-6)


def test_bicubic_keeps_what_is_even_and_each_channel_apart() -> None:
    pictures = np.stack([np.full((6, 6), 0.25), RNG.random((6, 6))], axis=-1)[None]
    found = bicubic(pictures, 9, 4)
    np.testing.assert_allclose(found[..., 0], 0.25)
    np.testing.assert_allclose(found[..., 1:], bicubic(pictures[..., 1:], 9, 4))
    np.testing.assert_allclose(weights(7, 3, cubic).sum(axis=1), 1)


def test_features_are_those_of_a_pixel_whatever_stands_beside_its_picture() -> None:
    pictures = RNG.random((3, 12, 9, 2))
    scales = (1.0, 2.0)
    found = features(pictures, scales)
    assert found.shape == (3, 12, 9, count(2, scales))
    np.testing.assert_array_equal(found[1:2], features(pictures[1:2], scales))
    np.testing.assert_allclose(found[..., :2], pictures, rtol=1e-6)


def test_features_see_slopes_spots_and_ridges() -> None:
    """On a slope the gradient is the scale times the slope, and nothing is curved; a ridge is curved across alone."""
    _, right = np.mgrid[:40, :40] / 40.0
    slope, ridge = right, np.exp(-((right - 0.5) ** 2) / 0.02)
    found = features(np.stack([slope, ridge])[..., None], (2.0,))[:, 20, 20]
    assert found.shape == (2, 1 + KINDS)
    np.testing.assert_allclose(found[0, 2:], [2 / 40, 0, 0, 0], atol=1e-5)
    assert found[1, 2] < 1e-3
    assert found[1, 5] < 20 * -abs(found[1, 4])


def test_a_forest_of_pixels_finds_bright_squares_and_leaves_out_void() -> None:
    pictures, masks = np.full((6, 16, 16, 1), 0.2), np.zeros((6, 16, 16), dtype=np.int16)
    pictures[:, 4:10, 5:12], masks[:, 4:10, 5:12] = 0.9, 1
    pictures = pictures + RNG.normal(0, 0.05, pictures.shape)
    asked = masks.copy()
    asked[:, 12:] = -1
    forest, again = (PixelForest(pixels=400, n_estimators=5, random_state=1) for _ in range(2))
    said = forest.fit(pictures[:4], asked[:4]).predict(pictures[4:])
    assert said.dtype == np.int16
    assert (said == masks[4:]).mean() > 0.97
    np.testing.assert_array_equal(said, again.fit(pictures[:4], asked[:4]).predict(pictures[4:]))
    assert forest.forest_.classes_.tolist() == [0, 1]


def test_patches_undo_any_filter_that_can_be_undone() -> None:
    """Clean pictures come back from scaled ones exactly, and pictures stay as they are with every component kept."""
    clean = RNG.random((30, 10, 11, 2))
    spoiled = 0.25 + 0.5 * clean
    model = PatchRegression(side=3, components=18, patches=4000, random_state=0).fit(spoiled, clean)
    np.testing.assert_allclose(model.predict(spoiled[:3]), clean[:3], atol=1e-5)


def test_few_components_take_noise_away() -> None:
    down, right = np.mgrid[:16, :16] / 16.0
    clean = np.stack([0.5 + 0.4 * np.sin(4 * down + phase) * np.cos(3 * right) for phase in range(40)])[..., None]
    noisy = clean + RNG.normal(0, 0.2, clean.shape)
    model = PatchRegression(side=5, components=4, patches=5000, random_state=0).fit(noisy[:30], clean[:30])
    before, after = (np.square(each - clean[30:]).mean() for each in (noisy[30:], model.predict(noisy[30:])))
    assert after < 0.25 * before


def test_the_most_common_class_is_that_of_pixels_that_have_one() -> None:
    masks = np.array([[[2, 2, -1], [-1, -1, 0]]])
    said = CommonClass().fit(np.zeros((1, 2, 3, 1)), masks).predict(np.zeros((2, 2, 3, 1)))
    assert said.tolist() == [[[2] * 3] * 2] * 2
