"""Arrays that begin where a framework's tensors do, so that one can be made of them without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np

ALIGNMENT = 64
"""Bytes whose multiple the first address is: a line of the processor's cache, and Eigen's widest vector."""


def aligned(array: Any, dtype: Any) -> np.ndarray:
    """Return the array as contiguous and aligned, itself where it is already."""
    found = np.ascontiguousarray(array, dtype=dtype)
    if is_aligned(found):
        return found
    moved = aligned_room(found.shape, found.dtype)
    moved[...] = found
    return moved


def aligned_room(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return a contiguous and aligned array whose content is still to be written."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.empty(size + ALIGNMENT, np.uint8)
    start = -room.__array_interface__["data"][0] % ALIGNMENT
    found: np.ndarray = room[start : start + size].view(dtype).reshape(shape)
    return found


def is_aligned(array: np.ndarray) -> bool:
    """Whether the array is contiguous and aligned."""
    return bool(array.flags.c_contiguous) and array.__array_interface__["data"][0] % ALIGNMENT == 0
