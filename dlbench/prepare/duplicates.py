"""Items that stand in two parts alike: told by 64-bit hashes of their inputs, which hold no second copy of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

STRIPE = 1 << 24
"""Bytes that are hashed at once."""

_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)


def repeated(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> int:
    """Return how many items of the second part stand in the first as well.

    Args:
        first, second: blocks of one part each, (n, …) and (m, …): numbers, or strings. −0 is 0, and NaN is NaN.

    >>> repeated([np.array([[1.0, np.nan], [0.0, 2.0]])], [np.array([[1.0, np.nan], [-0.0, 2.0], [3.0, 4.0]])])
    2
    >>> repeated([np.array([["a", "b"]])], [np.array([["b", "a"]])])
    0
    """
    return int(np.isin(hashes(second), hashes(first)).sum()) if len(first[0]) and len(second[0]) else 0


def hashes(blocks: Sequence[np.ndarray]) -> np.ndarray:
    """Return (n,) uint64, equal for equal items; unequal ones share one with a chance near 2⁻⁶⁴.

    Strings are hashed as this process hashes them: compare within one process only.
    """
    found = np.zeros(len(blocks[0]), dtype=np.uint64)
    for place, block in enumerate(blocks):
        rng = np.random.default_rng(place)
        rows = max(1, STRIPE // max(1, block[:1].nbytes))
        keys = np.empty(0, dtype=np.uint64)
        for start in range(0, len(block), rows):
            words = _words(block[start : start + rows])
            if not start:
                drawn = rng.integers(1 << 63, size=words.shape[1], dtype=np.uint64)
                keys = np.asarray(drawn * np.uint64(2) + np.uint64(1))
            found[start : start + rows] += (_mixed(words) * keys).sum(axis=1, dtype=np.uint64)
    return found


def _words(block: np.ndarray) -> np.ndarray:
    """Return (n, words) uint64 of a block: the same words for the same content."""
    flat = block.reshape(len(block), -1)
    if flat.dtype.kind in "OU":
        told = [hash(text) & 0xFFFFFFFFFFFFFFFF for text in flat.reshape(-1).tolist()]
        return np.array(told, dtype=np.uint64).reshape(flat.shape)
    if flat.dtype.kind == "f":
        flat = np.where(np.isnan(flat), np.nan, flat + 0.0)
    width = flat.shape[1] * flat.dtype.itemsize
    padded = np.zeros((len(flat), -(-width // 8) * 8), dtype=np.uint8)
    padded[:, :width] = np.ascontiguousarray(flat).view(np.uint8).reshape(len(flat), width)
    return padded.view(np.uint64)


def _mixed(words: np.ndarray) -> np.ndarray:
    """Return words whose every bit depends on many: floats differ in their high bits alone, which sums would lose."""
    mixed = (words ^ (words >> _SHIFT)) * _MIX
    return np.asarray(mixed ^ (mixed >> _SHIFT))
