"""How far the reading of a large file has come, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TELLS: list[tuple[Callable[[], int], int]] = []


@contextmanager
def told_by(tell: Callable[[], int], size: int) -> Iterator[None]:
    """Let `share` ask `tell` for the bytes read so far, of `size`, while the block lasts."""
    _TELLS.append((tell, size))
    try:
        yield
    finally:
        _TELLS.pop()


def share() -> float | None:
    """Return what share of the file that is being read just now has been read; None where none is."""
    if not _TELLS:
        return None
    tell, size = _TELLS[-1]
    try:
        return min(1.0, tell() / max(1, size))
    except (OSError, ValueError):  # closed between the two lines
        return None
