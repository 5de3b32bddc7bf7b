"""ROI align: a grid of features for every box, whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlbench.models.deep.detection.boxes import area

CELLS = 14
"""Cells of a level that a box of it spans at least: 224 pixels at stride 16 (Lin et al., 2017, equation 1)."""


def roi_align(features: Sequence[Any], strides: Sequence[int], boxes: Any, size: int, samples: int = 2) -> Any:
    """Return (n, k, size, size, channels): bilinear features at the middle of the bins of each box, without rounding.

    A bin is the mean of `samples` × `samples` points. Bilinear weights are a product of one along the height and one
    along the width, and so are their means: both are matrices, and the grid is features times those. Points beyond the
    outermost cells take these cells' features. Each box reads the level of its size (He et al., Mask R-CNN, 2017; Lin
    et al., Feature pyramid networks, 2017).

    Args:
        features: (n, height, width, channels) a level, cell (i, j) lying around ((j + ½), (i + ½)) · stride.
        strides: pixels a cell, one a level, ascending by factors of two.
        boxes: (n, k, 4) corners in pixels.
        size, samples: as said.
    """
    from keras import ops

    levels = level_of(boxes, strides)
    found: Any = 0.0
    for number, (feature, stride) in enumerate(zip(features, strides, strict=True)):
        mine = ops.cast(ops.equal(levels, number), feature.dtype)[:, :, None, None]
        down = _weights(boxes[..., 1], boxes[..., 3], feature.shape[1], stride, (size, samples)) * mine
        across = _weights(boxes[..., 0], boxes[..., 2], feature.shape[2], stride, (size, samples))
        rows = ops.einsum("nksh,nhwc->nkswc", ops.cast(down, feature.dtype), feature)
        found = found + ops.einsum("nktw,nkswc->nkstc", ops.cast(across, feature.dtype), rows)
    return found


def level_of(boxes: Any, strides: Sequence[int]) -> Any:
    """Return (n, k) int32, the level that each box reads: 0 for the finest."""
    from keras import ops

    side = ops.sqrt(ops.maximum(area(boxes), 1.0))
    level = ops.floor(ops.log(side / (CELLS * strides[0])) / ops.log(2.0))
    return ops.cast(ops.clip(level, 0, len(strides) - 1), "int32")


def _weights(low: Any, high: Any, cells: int, stride: int, grid: tuple[int, int]) -> Any:
    """Return (n, k, size, cells): how much of each cell along one side is in each bin.

    Args:
        low, high: (n, k) edges in pixels.
        cells, stride: of the level.
        grid: bins, and points a bin.
    """
    from keras import ops

    size, samples = grid
    steps = (ops.arange(size * samples, dtype="float32") + 0.5) / (size * samples)
    at = (low[..., None] + (high - low)[..., None] * steps) / stride - 0.5
    at = ops.clip(at, 0, cells - 1)
    weights = ops.relu(1.0 - ops.abs(at[..., None] - ops.arange(cells, dtype="float32")))
    parted = ops.reshape(weights, (-1, low.shape[1], size, samples, cells))
    return ops.mean(parted, axis=3)
