"""Of all that a net says, the surest detections that do not lie on one another."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.prepare.suppression import suppress
from dlbench.prepare.thinning import CONSIDERED, KEPT, SAME, UNSURE, thinned


def _said(boxes: np.ndarray, scores: np.ndarray, codes: np.ndarray, classes: int) -> np.ndarray:
    """What a net says: corners, and a score a class, none for the others."""
    sure = np.zeros((len(boxes), classes))
    sure[np.arange(len(boxes)), codes] = scores
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:], sure], axis=1)


@pytest.mark.parametrize("each", [10, 60])
def test_objects_that_stand_apart_are_all_found_however_often_each_is(each: int) -> None:
    """Sixty objects, the surer ones of them found `each` times before the others once."""
    places = np.array([[20 * (number % 10), 20 * (number // 10), 10, 10] for number in range(60)], dtype=np.float64)
    scores = np.linspace(0.9, 0.1, 60 * each)
    found, codes, sure = thinned(_said(np.repeat(places, each, axis=0), scores, np.zeros(60 * each, np.int64), 1))
    np.testing.assert_array_equal(found, places)
    np.testing.assert_array_equal(sure, scores[::each])
    assert not codes.any()


@pytest.mark.parametrize(("count", "extent"), [(40, 200), (900, 60), (900, 600), (3000, 200), (4800, 40), (4800, 12)])
def test_they_are_the_surest_of_all_that_stay(count: int, extent: int) -> None:
    random = np.random.default_rng(count)
    boxes = np.concatenate([random.integers(0, extent, (count, 2)), random.integers(8, 16, (count, 2))], axis=1)
    scores, codes = random.uniform(0, 1, count), random.integers(0, 3, count)
    told = scores >= UNSURE
    left = suppress(boxes[told], scores[told], codes[told], SAME)[:KEPT]
    found = thinned(_said(boxes, scores, codes, 3))
    for array, expected in zip(found, (boxes, codes, scores), strict=True):
        np.testing.assert_array_equal(array, expected[told][left])
    assert count <= CONSIDERED
