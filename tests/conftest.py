"""One thread for every test process, since two stand side by side; and the long files first, so that none is left alone
at the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_TENSORFLOW = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", *_TENSORFLOW):
    os.environ.setdefault(_name, "1")

LONG = (
    "docs/test_commands.py", "end_to_end/test_killed.py", "engine/test_halving.py", "exporting", "contracts",
)  # fmt: skip
"""Files and folders of tests that take longest, the longest first."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep pytest-xdist, where it is used, from putting files of few tests last: few tests may take long."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the others stay in their order."""
    here = Path(__file__).parent.as_posix()
    items.sort(key=lambda item: _place(item.path.as_posix().removeprefix(f"{here}/")))


def _place(path: str) -> int:
    return next((place for place, long in enumerate(LONG) if path.startswith(long)), len(LONG))
