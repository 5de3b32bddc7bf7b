"""Histograms of oriented gradients (Dalal and Triggs, Histograms of oriented gradients for human detection, 2005)."""

from __future__ import annotations

import numpy as np

_CHUNK = 2000
_TINY = 1e-5
_CLIP = 0.2


def descriptors(images: np.ndarray, orientations: int, cell: int, block: int) -> np.ndarray:
    """Return one descriptor an image, all images of a chunk at once.

    Central differences, of the channel where they are largest; each pixel votes with its magnitude for the bin of
    its unsigned direction and the cell it lies in; overlapping blocks of cells are normalised by L2-Hys. Equal to
    scikit-image's `hog` with its defaults.

    Args:
        images: (n, height, width, channels) floats.
        orientations: bins of 180°.
        cell: pixels along a cell's side; block: cells along a block's side.

    Returns:
        (n, blocks down × blocks across × block² × orientations) float32.
    """
    chunks = [
        block_map(images[start : start + _CHUNK], orientations, cell, block)
        for start in range(0, max(len(images), 1), _CHUNK)
    ]
    return np.concatenate(chunks).reshape(len(images), -1)


def blocks_of(height: int, width: int, cell: int, block: int) -> tuple[int, int]:
    """Return how many blocks fit down and across.

    >>> blocks_of(28, 28, cell=4, block=2)
    (6, 6)
    """
    return height // cell - block + 1, width // cell - block + 1


def block_map(images: np.ndarray, orientations: int, cell: int, block: int) -> np.ndarray:
    """Return the normalised blocks of pictures where they lie, (n, blocks down, blocks across, block² × orientations).

    Args: as `descriptors`.
    """
    histograms = _cells(*_strongest(images), orientations, cell)
    down, across = blocks_of(images.shape[1], images.shape[2], cell, block)
    windows = np.lib.stride_tricks.sliding_window_view(histograms, (block, block), axis=(1, 2))
    blocks = windows.transpose(0, 1, 2, 4, 5, 3).reshape(len(images), down, across, -1)
    clipped = np.minimum(_unit(blocks), _CLIP)
    return _unit(clipped).astype(np.float32)


def _strongest(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return magnitude and direction in degrees of every pixel's gradient, (n, height, width) each."""
    pixels = images.astype(np.float64)
    rows, columns = np.zeros_like(pixels), np.zeros_like(pixels)
    rows[:, 1:-1] = pixels[:, 2:] - pixels[:, :-2]
    columns[:, :, 1:-1] = pixels[:, :, 2:] - pixels[:, :, :-2]
    channel = (rows**2 + columns**2).argmax(axis=-1)[..., np.newaxis]
    down, right = (np.take_along_axis(g, channel, axis=-1)[..., 0] for g in (rows, columns))
    return np.hypot(down, right), np.rad2deg(np.arctan2(down, right)) % 180


def _cells(magnitude: np.ndarray, direction: np.ndarray, orientations: int, cell: int) -> np.ndarray:
    """Return (n, cells down, cells across, orientations): mean magnitude by bin."""
    n, height, width = magnitude.shape
    down, across = height // cell, width // cell
    magnitude = magnitude[:, : down * cell, : across * cell]
    bins = (direction[:, : down * cell, : across * cell] * (orientations / 180)).astype(np.int64) % orientations
    place = np.arange(n)[:, None, None] * down + (np.arange(down * cell) // cell)[None, :, None]
    place = place * across + (np.arange(across * cell) // cell)[None, None, :]
    index = (place * orientations + bins).ravel()
    votes = np.bincount(index, weights=magnitude.ravel(), minlength=n * down * across * orientations)
    return votes.reshape(n, down, across, orientations) / cell**2


def _unit(blocks: np.ndarray) -> np.ndarray:
    return np.asarray(blocks / np.sqrt(np.sum(blocks**2, axis=-1, keepdims=True) + _TINY**2))
