"""Memory that was freed goes back to the system: a reader of large files needs far more than it leaves behind."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def released() -> Iterator[None]:
    """Hand back, at the end of the block, what Arrow and the C library keep for later."""
    try:
        yield
    finally:
        if "pyarrow" in sys.modules:
            import pyarrow as pa

            pa.default_memory_pool().release_unused()
            with contextlib.suppress(OSError, AttributeError, TypeError):
                ctypes.CDLL(None).malloc_trim(0)  # glibc alone has it
