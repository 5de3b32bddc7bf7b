"""Box coding and overlaps, as tensors, against what they mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlbench.models.deep.detection import boxes
from dlbench.prepare.suppression import overlaps

SIDES = arrays(np.float32, (5, 4), elements=st.floats(1, 60, width=32))


def _numpy(tensor: Any) -> np.ndarray:
    return np.asarray(tensor)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES)
def test_deltas_take_anchors_to_boxes_and_back(first: np.ndarray, second: np.ndarray) -> None:
    anchors, wanted = boxes.corners(first), boxes.corners(second)
    found = boxes.moved(anchors, boxes.deltas(wanted, anchors))
    np.testing.assert_allclose(_numpy(found), _numpy(wanted), rtol=1e-4, atol=1e-3)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES)
def test_overlaps_are_those_that_detections_are_suppressed_by(first: np.ndarray, second: np.ndarray) -> None:
    found = _numpy(boxes.overlap(boxes.corners(first), boxes.corners(second)))
    np.testing.assert_allclose(found, overlaps(first, second), atol=1e-4)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES)
def test_likeness_is_at_most_the_overlap_and_one_for_the_same(first: np.ndarray, second: np.ndarray) -> None:
    one, other = boxes.corners(first), boxes.corners(second)
    alike = _numpy(boxes.likeness(one, other))
    assert (alike <= np.diagonal(overlaps(first, second)) + 1e-4).all()
    assert (alike >= -1).all()
    np.testing.assert_allclose(_numpy(boxes.likeness(one, one)), 1, atol=1e-5)


def test_boxes_that_do_not_touch_are_the_less_alike_the_farther_they_are() -> None:
    here = np.array([[0, 0, 10, 10]], dtype=np.float32)
    near, far = here + 20, here + 40
    (close,), (away,) = _numpy(boxes.likeness(here, near)), _numpy(boxes.likeness(here, far))
    assert 0 > close > away  # 200 of 900 pixels around both are filled, then 200 of 2500
    assert (close, away) == (pytest.approx(-700 / 900), pytest.approx(-2300 / 2500))


def test_what_lies_outside_of_the_picture_is_cut_off() -> None:
    found = boxes.clipped(np.array([[-5, 2, 3, 99], [50, 60, 70, 80]], dtype=np.float32), 40, 64)
    assert _numpy(found).tolist() == [[0, 2, 3, 40], [50, 40, 64, 40]]
