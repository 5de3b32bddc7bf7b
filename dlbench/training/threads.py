"""The threads that a job was granted."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any


def granted() -> int:
    """Return the threads that the process may use: the engine sets OpenMP's variable to the protocol's `threads`."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdigit() and int(told) else 1


def threaded() -> AbstractContextManager[Any]:
    """Let scikit-learn's own loops (the trees of a forest, the members of a vote) use the granted threads.

    For fits alone: seeds are drawn before the loops start, so trees do not depend on it. A forest's answers are summed
    in the order in which threads end, and would differ in their last digit from call to call.
    """
    from joblib import parallel_config  # type: ignore[import-untyped]

    threads = granted()
    return parallel_config(backend="threading", n_jobs=threads) if threads > 1 else nullcontext()
