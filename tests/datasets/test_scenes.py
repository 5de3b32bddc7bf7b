"""Synthetic scenes: boxes, masks and captions tell what was drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.errors import DataError
from dlbench.datasets.drawn_scenes import COLOURS, EXTENT, MOST, OVERLAP, SHAPES, draw, inside
from dlbench.datasets.scenes import Scenes
from dlbench.forms.objects import Objects
from dlbench.forms.ragged import owners
from dlbench.prepare.suppression import overlaps


@settings(deadline=None, max_examples=20)
@given(size=st.integers(32, 80), seed=st.integers(0, 99))
def test_boxes_masks_and_captions_agree(size: int, seed: int) -> None:
    drawn = draw(3, size, seed)
    assert drawn.pixels.shape == (3, size, size, 3)
    assert drawn.masks.shape == (3, size, size)
    objects = drawn.objects
    assert (objects.counts >= 1).all()
    assert (objects.counts <= MOST).all()
    assert (objects.boxes[:, :2] >= 0).all()
    assert (objects.boxes[:, :2] + objects.boxes[:, 2:] <= size).all()
    share = objects.boxes[:, 2] / size
    assert (share >= EXTENT[0] - 1 / size).all()
    assert (share <= EXTENT[1] + 1 / size).all()
    for place, mask in enumerate(drawn.masks):
        one = objects.take(np.array([place]))
        covered = np.zeros_like(mask, dtype=bool)
        for (left, top, width, height), code in zip(one.boxes.astype(int), one.codes, strict=True):
            covered[top : top + height, left : left + width] = True
            assert SHAPES[code] in drawn.captions[place]
        assert (mask[~covered] == 0).all()
        assert set(np.unique(mask[mask > 0]) - 1) <= set(one.codes.tolist())
        assert (mask > 0).sum() <= one.areas.sum()
        words = drawn.captions[place].replace(" and ", ", ").split(", ")
        assert len(words) == len(one.codes)
        assert all(word.split()[1] in COLOURS for word in words)


def test_the_shape_in_front_is_seen_whole() -> None:
    drawn = draw(40, 64, 5)
    for last, mask in zip(drawn.objects.offsets[1:] - 1, drawn.masks, strict=True):
        left, top, width, height = drawn.objects.boxes[last].astype(int)
        code = int(drawn.objects.codes[last])
        window = mask[top : top + height, left : left + width]
        assert (window[inside(code, width)] == 1 + code).all()


def test_shapes_hide_little_of_each_other() -> None:
    objects = draw(60, 64, 1).objects
    for begin, end in pairwise(objects.offsets):
        boxes = objects.boxes[begin:end]
        shared = overlaps(boxes, boxes)[np.triu_indices(end - begin, 1)]
        assert (shared <= OVERLAP).all()  # of the smaller box; of the union it is less


def test_more_pictures_of_a_seed_begin_with_the_same_and_another_seed_does_not() -> None:
    few, many, other = draw(3, 48, 7), draw(5, 48, 7), draw(3, 48, 8)
    assert (many.pixels[:3] == few.pixels).all()
    assert many.captions[:3] == few.captions
    assert (few.pixels != other.pixels).any()


@pytest.mark.parametrize("code", range(len(SHAPES)))
@pytest.mark.parametrize("side", [4, 5, 12, 29, 30])
def test_a_shape_touches_all_edges_of_its_box(code: int, side: int) -> None:
    shape = inside(code, side)
    assert shape[[0, -1]].any(axis=1).all()
    assert shape[:, [0, -1]].any(axis=0).all()
    assert (shape == shape[:, ::-1]).all()


def test_every_class_is_drawn_and_the_data_says_so() -> None:
    data = Scenes().load({"rows": 60, "size": 32})
    assert isinstance(data.target, Objects)
    assert data.classes == SHAPES
    assert (np.bincount(data.target.codes, minlength=4) > 10).all()
    assert len(np.unique(owners(data.target.offsets))) == 60
    assert data.fingerprint() != Scenes().load({"rows": 60, "size": 32, "seed": 1}).fingerprint()


def test_identity_holds_every_parameter() -> None:
    seen = [Scenes().identity(params) for params in ({}, {"rows": 9}, {"size": 48}, {"seed": 4})]
    assert Scenes().identity({"rows": 300}) == seen[0]
    assert len({str(one) for one in seen}) == 4


@pytest.mark.parametrize(
    ("params", "word"),
    [({"rows": 0}, "rows"), ({"size": 16}, "size"), ({"size": 9999}, "size"), ({"seed": -1}, "seed")],
)
def test_parameters_that_cannot_be_meant_are_named(params: dict[str, int], word: str) -> None:
    with pytest.raises(DataError, match=word):
        Scenes().load(params)
