"""Where data files lie: the folder the user names, and the cache."""

from __future__ import annotations

import os
from pathlib import Path


def given_folder(name: str) -> Path | None:
    """Return the folder of dataset `name` under DLBENCH_DATA_DIR; None where that is not set."""
    root = os.environ.get("DLBENCH_DATA_DIR", "")
    return Path(root).expanduser() / name if root else None


def cache_folder() -> Path:
    """Return the folder of fetched files and what is remembered: DLBENCH_CACHE_DIR, else dlbench under
    XDG_CACHE_HOME or ~/.cache."""
    own = os.environ.get("DLBENCH_CACHE_DIR", "")
    if own:
        return Path(own).expanduser()
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "dlbench"
