"""Lets the tests of metrics import the factory of made pictures by its name; names the folder of outside references."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def outside() -> Path:
    """Return the folder of published reference cases."""
    folder = os.environ.get("DLBENCH_DATA_DIR", "")
    path = Path(folder) / "metrics"
    if not folder or not path.is_dir():
        pytest.skip("DLBENCH_DATA_DIR holds no metrics")
    return path
