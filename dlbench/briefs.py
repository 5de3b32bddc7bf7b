"""What finished records say in short, so that a run of many jobs is confirmed without reading them all.

A brief is made from a record that was read and verified, and stands for it as long as the file is untouched: its
size, inode, time of change and time of content are those it had then. Whoever alters a byte alters the times, and the
record is read and verified again. The file of briefs only saves time: damaged or missing, it is made anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dlbench.core.canonical import digest

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file's times are believed: a write within one tick of the clock would not show."""


class Briefs:
    """The briefs of one kind of records.

    Args:
        file: where they are kept, in the folder of the records.
        read: from a record's path to its verified content; raises what a record that cannot be believed raises.
        write: writes a file whole or not at all.
    """

    def __init__(
        self, file: Path, read: Callable[[Path], dict[str, Any]], write: Callable[[Path, bytes], None]
    ) -> None:
        self._file, self._read, self._write = file, read, write
        self._folder = str(file.parent)
        self._held: dict[str, list[Any]] | None = None
        self._new: dict[str, list[Any]] = {}

    def of(self, key: str, attempt: int) -> dict[str, Any]:
        """Return the brief of a record: key, attempt, status, run, model_bytes, attributed, wall, granted, used.

        `attributed` is of how many items it was asked to keep what the contestant looked at; `columns`, where there are
        any, are those that give the answer away, each with its warning.
        """
        name = f"{key}/{attempt}"
        path = f"{self._folder}/{name}/record.json"  # ten thousand at a time: not a Path
        state = _state(path)
        if self._held is None:
            self._held = _kept(self._file)
        held = self._held.get(name)
        if held is not None and state is not None and held[0] == state:
            return dict(held[1])
        brief = _brief(self._read(Path(path)))
        if state is not None and state == _state(path) and time.time_ns() - max(state[2:]) > _SETTLED:
            self._held[name] = self._new[name] = [state, brief]
        return brief

    def save(self) -> None:
        """Keep what was learnt. Two writers at once may lose each other's briefs, never break one."""
        if not self._new:
            return
        entries = {**_kept(self._file), **self._new}
        content = json.dumps({"digest": digest(entries), "entries": entries}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            self._write(self._file, content.encode())
            self._new = {}


def _state(path: str) -> list[int] | None:
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return [stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns]


def _brief(record: Mapping[str, Any]) -> dict[str, Any]:
    brief = {name: record.get(name) for name in ("key", "attempt", "status", "run", "model_bytes")}
    ledger = record.get("ledger") or {}
    if columns := (record.get("noticed") or {}).get("columns"):
        brief["columns"] = columns
    brief["attributed"] = (record.get("attributed") or {}).get("asked", 0)
    spent = {"wall": "wall", "granted": "own_granted_seconds", "used": "own_used_seconds"}
    return {**brief, **{name: ledger.get(field) for name, field in spent.items()}}


def _kept(file: Path) -> dict[str, list[Any]]:
    """Return the briefs of a file; none where it is missing or not whole."""
    try:
        content = json.loads(file.read_bytes())
        entries = content["entries"]
        return dict(entries) if content["digest"] == digest(entries) else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
