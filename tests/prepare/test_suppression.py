"""Greedy suppression against what its definition says, pair by pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.prepare.suppression import overlaps, suppress

SIDES = st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(0, 6)] * 2)
DETECTIONS = st.lists(st.tuples(SIDES, st.integers(0, 4), st.integers(0, 1)), max_size=14)


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return intersection over union, counted pixel by pixel."""
    first, second = ({(x + i, y + j) for i in range(w) for j in range(h)} for x, y, w, h in (one, other))
    return len(first & second) / len(first | second) if first | second else 0.0


@given(DETECTIONS, st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_a_detection_stays_unless_a_kept_surer_one_of_its_class_lies_on_it(found: list[Any], iou: float) -> None:
    boxes = np.array([box for box, _, _ in found], dtype=np.float64).reshape(-1, 4)
    scores = np.array([score / 4 for _, score, _ in found])
    codes = np.array([code for _, _, code in found], dtype=np.int64)
    expected: list[int] = []
    for place in sorted(range(len(found)), key=lambda place: (-scores[place], place)):
        rivals = [kept for kept in expected if codes[kept] == codes[place]]
        if all(_shared(found[kept][0], found[place][0]) <= iou for kept in rivals):
            expected.append(place)
    assert suppress(boxes, scores, codes, iou).tolist() == expected


@given(st.lists(SIDES, max_size=6), st.lists(SIDES, max_size=6))
def test_overlaps_are_shares_of_pixels(first: list[Any], second: list[Any]) -> None:
    found = overlaps(np.array(first).reshape(-1, 4), np.array(second).reshape(-1, 4))
    assert found.shape == (len(first), len(second))
    expected = [[_shared(one, other) for other in second] for one in first]
    assert found.ravel().tolist() == pytest.approx(np.array(expected).ravel().tolist())
