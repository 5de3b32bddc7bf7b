"""Lists of different lengths, one an item, as they lie in files: one flat array, and where each list begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np


def offsets_of(counts: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return where lists of such lengths begin in a flat array, and where the last one ends.

    >>> offsets_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate([[0], np.cumsum(np.asarray(counts, dtype=np.int64))]).astype(np.int64)


def owners(offsets: np.ndarray) -> np.ndarray:
    """Return the item that each entry of the flat array belongs to.

    >>> owners(np.array([0, 2, 2, 5])).tolist()
    [0, 0, 2, 2, 2]
    """
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def taken(offsets: np.ndarray, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places in the flat array of the lists at `index`, one list after another, and their offsets.

    >>> [found.tolist() for found in taken(np.array([0, 2, 2, 5]), np.array([2, 0]))]
    [[2, 3, 4, 0, 1], [0, 3, 5]]
    """
    items = np.arange(len(offsets) - 1)[index]
    fresh = offsets_of(np.diff(offsets)[items])
    shifts = np.repeat(offsets[:-1][items] - fresh[:-1], np.diff(fresh))
    return np.arange(fresh[-1]) + shifts, fresh


def joined(several: Sequence[np.ndarray]) -> np.ndarray:
    """Return the offsets of lists that lie behind one another.

    >>> joined([np.array([0, 2]), np.array([0, 1, 1])]).tolist()
    [0, 2, 3, 3]
    """
    return offsets_of(np.concatenate([np.diff(offsets) for offsets in several]))


def misplaced(offsets: np.ndarray, length: int) -> str | None:
    """Say why offsets do not cut a flat array of that length into lists; None where they do.

    >>> misplaced(np.array([0, 2]), 3)
    'expected offsets that ascend from 0 to 3, got 0 to 2'
    """
    if offsets.ndim != 1 or not len(offsets) or not np.issubdtype(offsets.dtype, np.integer):
        return f"expected a row of whole numbers as offsets, got {offsets.dtype} of shape {offsets.shape}"
    if offsets[0] != 0 or offsets[-1] != length or (np.diff(offsets) < 0).any():
        return f"expected offsets that ascend from 0 to {length}, got {offsets[0]} to {offsets[-1]}"
    return None


def written(texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return texts as arrays that are read without unpickling: UTF-8 bytes, and where each text begins in them.

    >>> {name: array.tolist() for name, array in written(["né", ""]).items()}
    {'utf8': [110, 195, 169], 'begins': [0, 3, 3]}
    """
    encoded = [text.encode("utf-8") for text in texts]
    flat = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return {"utf8": flat, "begins": offsets_of([len(each) for each in encoded])}


def read(arrays: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """Return the texts that `written` made arrays of.

    >>> read(written(["né", ""]))
    ('né', '')

    Raises:
        ValueError: the arrays are not those of texts.
    """
    flat, begins = np.asarray(arrays["utf8"], dtype=np.uint8), np.asarray(arrays["begins"])
    wrong = misplaced(begins, len(flat))
    if wrong is not None:
        raise ValueError(f"texts: {wrong}")
    content = flat.tobytes()
    return tuple(content[begin:end].decode("utf-8") for begin, end in pairwise(begins.tolist()))
