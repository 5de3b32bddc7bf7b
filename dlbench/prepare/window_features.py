"""What windows see: blocks of oriented gradients, and of mean colour, of one level of a pyramid at a time."""

from __future__ import annotations

import numpy as np

from dlbench.prepare.gradients import block_map
from dlbench.prepare.resizing import resized
from dlbench.prepare.window_grid import Grid, Template

BLOCK = 2
"""Cells along a block's side."""


def level_map(pixels: np.ndarray, grid: Grid, level: int, orientations: int, colour: bool) -> np.ndarray:
    """Return the blocks of pictures at one level, (n, blocks down, blocks across, numbers) float32.

    Around a level its edge goes on, which shows no gradient.

    Args:
        pixels: (n, height, width, channels) in [0, 1].
        grid: of pictures of that size.
        level: place in `grid.levels`.
        orientations: bins of 180°.
        colour: whether a block also tells its mean colour, beside the directions.
    """
    height, width = (side // grid.cell * grid.cell for side in grid.levels[level])
    small = resized(pixels, *grid.levels[level])[:, :height, :width]
    edge = grid.padding * grid.cell
    padded = np.pad(small, ((0, 0), (edge, edge), (edge, edge), (0, 0)), mode="edge" if small.size else "constant")
    blocks = block_map(padded, orientations, grid.cell, BLOCK)
    return np.concatenate([blocks, _colours(padded, grid.cell)], axis=3) if colour else blocks


def windows_at(blocks: np.ndarray, template: Template, picture: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the blocks of some windows, (k, numbers of a window) float32.

    Args:
        blocks: of `level_map`.
        template: of the windows.
        picture: (k,) places in `blocks`.
        place: (k,) numbers of windows, counted along rows.
    """
    view = np.lib.stride_tricks.sliding_window_view(blocks, _sides(template), axis=(1, 2))
    down, across = np.divmod(place, view.shape[2])
    return np.asarray(view[picture, down, across].reshape(len(picture), numbers_of(template, blocks.shape[3])))


def numbers_of(template: Template, depth: int) -> int:
    """Return how many numbers a window has, of blocks with `depth` each."""
    rows, columns = _sides(template)
    return rows * columns * depth


def responses(blocks: np.ndarray, template: Template, filters: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return what linear filters answer at every window, (n, windows, filters).

    Args:
        blocks: of `level_map`.
        template: of the windows.
        filters: (filters, numbers of a window), in the order of `windows_at`.
        bias: (filters,).
    """
    rows, columns = _sides(template)
    down, across = blocks.shape[1] - rows + 1, blocks.shape[2] - columns + 1
    parts = filters.reshape(len(filters), blocks.shape[3], rows, columns).astype(np.float32)
    found = np.zeros((len(blocks), down, across, len(filters)), dtype=np.float32) + bias.astype(np.float32)
    for row in range(rows):
        for column in range(columns):
            found += blocks[:, row : row + down, column : column + across] @ parts[:, :, row, column].T
    return found.reshape(len(blocks), down * across, len(filters))


def _sides(template: Template) -> tuple[int, int]:
    return template.rows - BLOCK + 1, template.columns - BLOCK + 1


def _colours(padded: np.ndarray, cell: int) -> np.ndarray:
    """Return the mean colour of every block, (n, down, across, channels)."""
    n, height, width, channels = padded.shape
    cells = padded.reshape(n, height // cell, cell, width // cell, cell, channels).mean(axis=(2, 4))
    return np.asarray((cells[:, :-1, :-1] + cells[:, :-1, 1:] + cells[:, 1:, :-1] + cells[:, 1:, 1:]) / BLOCK**2)
