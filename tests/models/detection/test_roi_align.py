"""ROI align against bilinear interpolation, point by point."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.models.deep.detection.roi_align import CELLS, level_of, roi_align


def _bilinear(feature: np.ndarray, x: float, y: float) -> np.ndarray:
    """Return the channels between cells, at a place counted in cells from the middle of the first one."""
    height, width, _ = feature.shape
    x, y = min(max(x, 0), width - 1), min(max(y, 0), height - 1)
    left, top = min(int(x), width - 2) if width > 1 else 0, min(int(y), height - 2) if height > 1 else 0
    right, bottom = min(left + 1, width - 1), min(top + 1, height - 1)
    over, under = x - left, y - top
    upper = (1 - over) * feature[top, left] + over * feature[top, right]
    lower = (1 - over) * feature[bottom, left] + over * feature[bottom, right]
    return np.asarray((1 - under) * upper + under * lower)


def _direct(feature: np.ndarray, stride: int, box: np.ndarray, size: int, samples: int) -> np.ndarray:
    """Return (size, size, channels), every point of every bin by itself."""
    left, top, right, bottom = box
    found = np.zeros((size, size, feature.shape[2]))
    for row, column, i, j in np.ndindex(size, size, samples, samples):
        x = left + (column + (j + 0.5) / samples) * (right - left) / size
        y = top + (row + (i + 0.5) / samples) * (bottom - top) / size
        found[row, column] += _bilinear(feature, x / stride - 0.5, y / stride - 0.5) / samples**2
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(1, 1), (2, 2), (3, 2), (7, 1)]))
def test_every_bin_is_the_mean_of_its_points(seed: int, grid: tuple[int, int]) -> None:
    random = np.random.default_rng(seed)
    size, samples = grid
    shapes, strides = ((9, 12), (5, 6), (3, 3)), (4, 8, 16)
    features = [random.normal(size=(2, *shape, 3)).astype(np.float32) for shape in shapes]
    low = random.uniform(-8, 40, (2, 4, 2))
    boxes = np.concatenate([low, low + random.uniform(0, 150, (2, 4, 2))], axis=2).astype(np.float32)
    found = np.asarray(roi_align(features, strides, boxes, size, samples))
    assert found.shape == (2, 4, size, size, 3)
    levels = np.asarray(level_of(boxes, strides))
    for picture, place in np.ndindex(2, 4):
        level = levels[picture, place]
        box = boxes[picture, place].astype(np.float64)
        expected = _direct(features[level][picture].astype(np.float64), strides[level], box, size, samples)
        np.testing.assert_allclose(found[picture, place], expected, atol=2e-4)


def test_a_box_reads_the_level_of_its_size() -> None:
    sides = np.array([1, CELLS * 8 - 1, 2 * CELLS * 8 - 1, 2 * CELLS * 8 + 1, 4 * CELLS * 8 + 1, 5000])
    boxes = np.stack([np.zeros(6), np.zeros(6), sides, sides], axis=1)[None].astype(np.float32)
    assert np.asarray(level_of(boxes, (8, 16, 32))).tolist() == [[0, 0, 0, 1, 2, 2]]
