"""Anchors fitted to boxes, and where they are laid."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlbench.models.deep.detection.anchors import fitted, laid, shared, usual
from dlbench.prepare.suppression import overlaps

SIZES = arrays(np.int64, st.tuples(st.integers(1, 25), st.just(2)), elements=st.integers(1, 90))


@settings(deadline=None)
@given(SIZES, st.integers(1, 6))
def test_anchors_lie_among_the_boxes_and_ascend(sizes: np.ndarray, count: int) -> None:
    anchors = fitted(sizes, count)
    assert anchors.shape == (count, 2)
    assert (anchors >= sizes.min(axis=0)).all()
    assert (anchors <= sizes.max(axis=0)).all()
    assert (np.diff(np.prod(anchors, axis=1)) >= 0).all()


def test_planted_sizes_are_found() -> None:
    random = np.random.default_rng(0)
    planted = np.array([[10, 12], [40, 38], [90, 30], [80, 100]])
    sizes = np.concatenate([planted[kind] + random.uniform(-1, 1, (20 * (kind + 1), 2)) for kind in range(4)])
    order = np.argsort(np.prod(planted, axis=1))
    np.testing.assert_allclose(fitted(random.permutation(sizes), 4), planted[order], atol=1)


def test_fitted_anchors_overlap_boxes_more_than_usual_ones() -> None:
    sizes = np.random.default_rng(1).lognormal(3, 0.6, (200, 2))
    mine, others = (shared(sizes, anchors).max(axis=1).mean() for anchors in (fitted(sizes, 9), usual((8, 16, 32), 3)))
    assert mine > others + 0.1


@settings(deadline=None)
@given(SIZES)
def test_what_boxes_share_at_a_corner_is_what_they_overlap_there(sizes: np.ndarray) -> None:
    boxes = np.concatenate([np.zeros_like(sizes), sizes], axis=1)
    np.testing.assert_allclose(shared(sizes, sizes), overlaps(boxes, boxes))


def test_every_cell_of_every_level_has_its_share_of_the_sizes() -> None:
    anchors = laid([(2, 3), (1, 2)], (8, 16), np.array([[4, 4], [6, 2], [20, 10], [30, 30]]))
    assert anchors.shape == (2 * 3 * 2 + 2 * 2, 4)
    assert anchors[:2].tolist() == [[2, 2, 6, 6], [1, 3, 7, 5]]
    assert anchors[12:14].tolist() == [[-2, 3, 18, 13], [-7, -7, 23, 23]]
