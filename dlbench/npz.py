"""Reads npz files of plain arrays, many small ones at a time; never unpickles.

Source: NumPy enhancement proposal 1, the npy format. The header of an array, which is a Python literal, takes longer to
read than a small array itself, and the headers of alike jobs are alike: each is read once.
"""

from __future__ import annotations

import io
import math
import zipfile
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.lib import format as npy

_MAGIC = b"\x93NUMPY"
_LENGTH = {1: 2, 2: 4}
"""Major version → bytes that tell how long the header is."""


def arrays_of(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an npz file by name.

    Raises:
        ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error: it is none, is damaged, or holds objects.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename.removesuffix(".npy"): _array(archive.read(info)) for info in archive.infolist()}


def _array(held: bytes) -> np.ndarray:
    size = _LENGTH.get(held[6]) if held.startswith(_MAGIC) and len(held) > 12 else None
    if size is None:
        return np.asarray(npy.read_array(io.BytesIO(held), allow_pickle=False))
    end = 8 + size + int.from_bytes(held[8 : 8 + size], "little")
    shape, fortran, dtype = _described(held[:end])
    count = math.prod(shape)
    if not count or not dtype.itemsize:
        return np.zeros(shape, dtype)
    flat = np.frombuffer(held, dtype, count, end).copy()
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


@lru_cache(maxsize=1024)
def _described(header: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, whether columns come first, and type."""
    stream = io.BytesIO(header)
    read = npy.read_array_header_1_0 if npy.read_magic(stream) == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("objects, which could only be unpickled")
    return shape, fortran, dtype
