"""Run lengths of masks, held against COCO's own code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlbench.datasets.outlines import area_of
from dlbench.forms.run_lengths import MOST_PIXELS, RunLengths

SIDES = st.tuples(st.integers(1, 40), st.integers(1, 40))
MASKS = SIDES.flatmap(lambda sides: arrays(np.bool_, sides))
PAIRS = SIDES.flatmap(lambda sides: st.tuples(arrays(np.bool_, sides), arrays(np.bool_, sides)))


@settings(deadline=None)
@given(MASKS)
def test_a_mask_comes_back_from_its_runs_and_from_its_text(mask: np.ndarray) -> None:
    runs = RunLengths.encode(mask)
    assert (runs.decode() == mask).all()
    assert RunLengths.from_coco(runs.to_coco()) == runs
    assert RunLengths.from_coco({"size": list(mask.shape), "counts": list(runs.counts)}) == runs
    assert runs.area == mask.sum()


@settings(deadline=None)
@given(PAIRS, st.booleans())
def test_overlaps_are_those_of_the_pixels(pair: tuple[np.ndarray, np.ndarray], crowd: bool) -> None:
    one, other = pair
    shared = (one & other).sum()
    whole = one.sum() if crowd else (one | other).sum()
    found = RunLengths.encode(one).overlap(RunLengths.encode(other), crowd=crowd)
    assert found == pytest.approx(shared / whole if whole else 0.0, abs=1e-12)


@settings(deadline=None)
@given(PAIRS)
def test_text_area_box_and_overlap_agree_with_the_reference(pair: tuple[np.ndarray, np.ndarray]) -> None:
    reference = pytest.importorskip("pycocotools.mask")
    ours = [RunLengths.encode(mask) for mask in pair]
    theirs = [reference.encode(np.asfortranarray(mask.astype(np.uint8))) for mask in pair]
    for one, other in zip(ours, theirs, strict=True):
        assert one.to_coco()["counts"] == other["counts"].decode("ascii")
        assert RunLengths.from_coco(other) == one
        assert one.area == reference.area(other)
        if one.area:
            assert one.box == tuple(reference.toBbox(other))
    if all(one.area for one in ours):
        for crowd in (False, True):
            wanted = float(reference.iou([theirs[0]], [theirs[1]], [int(crowd)])[0, 0])
            assert ours[0].overlap(ours[1], crowd=crowd) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(
    "told",
    [
        {"size": [2, 2], "counts": [1, 2]}, {"size": [2, 2], "counts": [5, -1]}, {"size": [2, 2], "counts": "\x7f"},
        {"size": [2, 2], "counts": "1P"}, {"size": [2, 2], "counts": [0.5, 3.5]}, {"counts": [4]}, {"size": [2, 2]},
        {"size": [MOST_PIXELS, 2], "counts": [2 * MOST_PIXELS]}, {"size": [-2, -2], "counts": [4]},
        {"size": [2, 2], "counts": "o" * 100},
    ],
)  # fmt: skip
def test_what_is_no_mask_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="run lengths"):
        RunLengths.from_coco(told)
    assert np.isnan(area_of(told))


def test_masks_of_two_sizes_have_no_overlap() -> None:
    one, other = RunLengths.encode(np.ones((2, 3))), RunLengths.encode(np.ones((3, 2)))
    with pytest.raises(ValueError, match="2×3 and 3×2"):
        one.overlap(other)


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_polygon_around_a_box_has_its_area(width: int, height: int, left: int, top: int) -> None:
    right, bottom = left + width, top + height
    assert area_of([[left, top, right, top, right, bottom, left, bottom]]) == width * height


@pytest.mark.parametrize("outline", [None, [], "x", [[1, 2, 3]], [["a", "b"]], 5])
def test_outlines_that_cannot_be_read_have_no_area(outline: Any) -> None:
    assert np.isnan(area_of(outline))
