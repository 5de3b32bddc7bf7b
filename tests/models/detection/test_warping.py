"""Box augmentation: what happens to the picture happens to its boxes, and in training alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlbench.models.deep.detection.warping import FLIPPED, GREY, SEEN, along, warped

HEIGHT, WIDTH = 48, 64


def _warping(**values: Any) -> Any:
    import keras

    inputs = keras.Input((HEIGHT, WIDTH, 3))
    return keras.Model(inputs, warped(inputs, {"flip": "none", "zoom": 0.0, "colour": 0.0, **values}))


def _pictures(items: int) -> tuple[np.ndarray, np.ndarray]:
    """Return dark pictures with one white box each, and their truth."""
    random = np.random.default_rng(0)
    pixels, truth = np.zeros((items, HEIGHT, WIDTH, 3), np.float32), np.zeros((items, 1, 5), np.float32)
    for number in range(items):
        left, top, right, bottom = random.integers((10, 8, 30, 24), (25, 20, 50, 40))
        pixels[number, top:bottom, left:right] = 1
        truth[number, 0] = left, top, right, bottom, 2
    return pixels, truth


def _box_of(picture: np.ndarray) -> np.ndarray:
    """Return the corners of what is brighter than what lies beyond a picture."""
    rows, columns = np.nonzero(picture.mean(axis=2) > (GREY + 1) / 2)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])


@pytest.mark.parametrize("flip", FLIPPED)
def test_boxes_go_where_the_picture_goes(flip: str) -> None:
    pixels, truth = _pictures(24)
    found, told = _warping(flip=flip, zoom=0.4)(pixels, training=True)
    moved = np.asarray(along(truth, told, HEIGHT, WIDTH))
    factors = np.asarray(told)[:, [0, 2]]
    assert [(factors[:, axis] < 0).any() for axis in (0, 1)] == [bool(flipped) for flipped in FLIPPED[flip]]
    assert (np.abs(factors) >= 1 / 1.4 - 1e-4).all()
    assert (np.abs(factors) <= 1.4 + 1e-4).all()
    seen = moved[:, 0, 4] == 2
    assert seen.sum() > 12
    for number in np.flatnonzero(seen):
        np.testing.assert_allclose(moved[number, 0, :4], _box_of(np.asarray(found)[number]), atol=1.01)


def test_outside_of_training_pictures_and_boxes_are_left_as_they_are() -> None:
    pixels, truth = _pictures(3)
    found, told = _warping(flip="both", zoom=0.5, colour=0.3)(pixels, training=False)
    np.testing.assert_allclose(np.asarray(found), pixels, atol=1e-6)
    np.testing.assert_array_equal(np.asarray(along(truth, told, HEIGHT, WIDTH)), truth)


def test_colours_change_and_stay_in_their_range() -> None:
    pixels = np.random.default_rng(0).uniform(size=(8, HEIGHT, WIDTH, 3)).astype(np.float32)
    found, told = (np.asarray(one) for one in _warping(colour=0.3)(pixels, training=True))
    assert (found >= 0).all()
    assert (found <= 1).all()
    assert len({round(float(change), 4) for change in (found - pixels).mean(axis=(1, 2, 3))}) == 8
    np.testing.assert_array_equal(told, np.tile([1, 0, 1, 0], (8, 1)))


@pytest.mark.parametrize(("left", "code"), [(WIDTH - 10 * SEEN - 1, 2), (WIDTH - 10 * SEEN + 1, -1)])
def test_an_object_that_left_the_picture_is_none(left: float, code: int) -> None:
    truth = np.array([[[left, 0, left + 10, 10, 2]]], dtype=np.float32)
    (((_, _, right, _, found),),) = np.asarray(along(truth, np.array([[1, 0, 1, 0]], np.float32), HEIGHT, WIDTH))
    assert (right, found) == (min(left + 10, WIDTH), code)
