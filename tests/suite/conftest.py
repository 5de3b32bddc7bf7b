"""What the tests of suites share: a catalog that forgets what a test included."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from dlbench.core import catalog


@pytest.fixture(autouse=True)
def forgetful_catalog() -> Iterator[None]:
    before = list(catalog._included)
    yield
    if catalog._included != before:
        for module in catalog._included[len(before) :]:
            sys.modules.pop(module.__name__, None)
        catalog._included[:] = before
        catalog._all.cache_clear()
