"""Lets the tests of forecasting import their made series by name, and holds them to one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Threads that wait for each other make boosting on tiny data slow."""
    import sklearn.ensemble  # noqa: F401  its pool must be loaded to be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
