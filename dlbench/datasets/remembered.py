"""Content hashes of files, remembered by path, size and time, so that planning does not read them again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dlbench.core.canonical import digest
from dlbench.datasets.folders import cache_folder

SETTLED = 2_000_000_000
"""Nanoseconds after which a file's time is believed: a write within one tick of the clock would not show."""


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered(purpose: str, paths: Sequence[Path], compute: Callable[[], str]) -> str:
    """Return `compute()`, or what it gave before for the same purpose and unchanged files.

    A cache that cannot be read or written only costs time. Two writers at once may lose an entry, never break one.

    Raises:
        OSError: a file that is not there or cannot be looked at.
    """
    states = [_state(path) for path in paths]
    name = digest([purpose, [str(path.resolve()) for path in paths]], 32)
    kept = _read().get(name)
    if isinstance(kept, dict) and kept.get("states") == states and isinstance(kept.get("value"), str):
        return str(kept["value"])
    value = compute()
    if states == [_state(path) for path in paths] and all(time.time_ns() - state[1] > SETTLED for state in states):
        _write(name, {"states": states, "value": value})
    return value


def _state(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _read() -> dict[str, Any]:
    try:
        kept = json.loads((cache_folder() / "hashes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(name: str, entry: dict[str, Any]) -> None:
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix="hashes.", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({**_read(), name: entry}, file)
            Path(temporary).replace(folder / "hashes.json")
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
