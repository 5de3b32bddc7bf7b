"""Who is running on this machine: parents, sessions, memory and marks of processes."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

MARK = "DLBENCH_WORKER_OF"
"""Environment variable that all processes below a run carry: its main process, see `mark`."""


@dataclass(frozen=True)
class Entry:
    """A process: its parent's number, its session's, and when it started (only to be compared)."""

    parent: int
    session: int
    started: float


def table() -> dict[int, Entry]:
    """Return number → process of all that run and are not zombies."""
    return _proc_table() if sys.platform == "linux" else _psutil_table()


def resident(pid: int) -> int:
    """Return the resident bytes of a process, pages that it shares with others included; 0 where it is gone."""
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/statm", "rb") as stream:  # noqa: PTH123  twenty times a second
                return int(stream.read().split()[1]) * _page()
        except (OSError, IndexError):
            return 0
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def proportional(pid: int) -> int:
    """Return the resident bytes of a process, a shared page divided among those that share it.

    Where the system does not tell, this is `resident`.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:
        return resident(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:")), resident(pid))


def oom_kills() -> int:
    """Return how many processes the system has killed for want of memory; 0 where it does not tell."""
    try:
        lines = Path("/proc/vmstat").read_bytes().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(b"oom_kill ")), 0)


def mark() -> str:
    """Return what marks the processes below this one: its number and when it started."""
    return marked_by(os.getpid(), psutil.Process().create_time())


def marked_by(pid: int, started: float) -> str:
    """Return the mark of the processes below a main process."""
    return f"{pid}-{started:.2f}"


def marked(value: str) -> set[int]:
    """Return the processes that carry a mark: it is inherited, whoever their parent is now."""
    wanted = f"{MARK}={value}".encode()
    return {pid for pid in table() if wanted in _environment(pid)}


def _environment(pid: int) -> list[bytes]:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return []
    with contextlib.suppress(psutil.Error):
        return [f"{name}={value}".encode() for name, value in psutil.Process(pid).environ().items()]
    return []


def _proc_table() -> dict[int, Entry]:
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208  several times a second
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stream:  # noqa: PTH123
                    fields = stream.read().rpartition(b")")[2].split()  # a command's name may hold anything
            except OSError:
                continue
            if len(fields) > 19 and fields[0] not in (b"Z", b"X"):
                found[int(name)] = Entry(int(fields[1]), int(fields[3]), float(fields[19]))
    return found


def _psutil_table() -> dict[int, Entry]:
    found = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE:
                session = os.getsid(process.pid) if hasattr(os, "getsid") else 0
                found[process.pid] = Entry(process.ppid(), session, process.create_time())
    return found


@cache
def _page() -> int:
    return os.sysconf("SC_PAGE_SIZE")
