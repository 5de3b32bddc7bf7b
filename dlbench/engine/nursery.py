"""Loaded by the server that workers are forked from, and by nothing else: loading it prepares that process.

Orphans of a job become children of the server, which can then be found and killed. Where the main process has gone,
however it went, the server ends, and takes all that descends from it along.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os

from dlbench.engine import processes, tree

SERVER = os.getpid()
"""Number of the server; a worker whose parent is another has lost it."""


def _take_along() -> None:
    if os.getpid() == SERVER:
        tree.kill(lambda: tree.below([SERVER], found := processes.table()) & set(found) - {SERVER})


with contextlib.suppress(AttributeError, OSError, TypeError):
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
atexit.register(_take_along)
