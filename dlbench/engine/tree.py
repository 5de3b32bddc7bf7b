"""A worker with all that descends from it, whatever it does to get away: found, weighed, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection, Iterable, Mapping

from dlbench.engine import processes
from dlbench.engine.processes import Entry

_ROUNDS = 50
_SIGSTOP = getattr(signal, "SIGSTOP", None)


class Tree:
    """The processes of one job.

    A worker leads a session, and what its children leave behind becomes its own child (`worker._settle`). So its
    processes are those below it, those of its session, and those below one that was seen before, by then an orphan.

    Args:
        pid: of the worker.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._known: dict[int, float] = {}
        self._proportional = self._at_resident = 0
        found = processes.table()
        self._began = found[pid].started if pid in found else None
        self.scan(found)

    def scan(self, found: Mapping[int, Entry] | None = None) -> set[int]:
        """Look for its processes again and return them.

        Args:
            found: from `processes.table`; None makes one.
        """
        found = processes.table() if found is None else found
        roots = {pid for pid, started in self._known.items() if pid in found and found[pid].started == started}
        if self.pid not in found or found[self.pid].started == self._began:  # the number is not another's by now
            roots |= {self.pid} | {pid for pid, entry in found.items() if entry.session == self.pid}
        members = below(roots, found) & set(found)
        self._known = {pid: found[pid].started for pid in members}
        return members

    @property
    def alive(self) -> bool:
        """Whether the worker itself was there at the last look."""
        return self.pid in self._known

    def resident(self) -> int:
        """Return the resident bytes of the processes found last; pages that they share count for each."""
        return sum(processes.resident(pid) for pid in self._known)

    def heavier(self, limit: int) -> int:
        """Return its bytes where they are more than `limit`, shared pages counted once; else 0.

        To divide shared pages takes the system a while, so it is asked only when memory has grown enough.
        """
        resident = self.resident()
        grown = max(0, resident - self._at_resident)
        if resident <= limit or (self._at_resident and self._proportional + grown <= limit):
            return 0
        self._proportional = sum(processes.proportional(pid) for pid in self._known)
        self._at_resident = resident
        return self._proportional if self._proportional > limit else 0

    def ask_to_stop(self) -> None:
        """Send the worker SIGTERM, which it takes as the end of its time."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill every process of the job."""
        kill(self.scan)


def below(roots: Iterable[int], found: Mapping[int, Entry]) -> set[int]:
    """Return the roots and all that descends from them."""
    children: dict[int, list[int]] = {}
    for pid, entry in found.items():
        children.setdefault(entry.parent, []).append(pid)
    members, waiting = set(), list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in members:
            members.add(pid)
            waiting += children.get(pid, [])
    return members


def kill(members: Callable[[], set[int]]) -> None:
    """Kill processes that may be multiplying.

    Args:
        members: returns those that are there; all are halted first, until no new ones come.
    """
    halted: set[int] = set()
    for _ in range(_ROUNDS if _SIGSTOP else 0):
        new = members() - halted - {os.getpid()}
        if not new:
            break
        _signal(new, _SIGSTOP or signal.SIGTERM)
        halted |= new
    for _ in range(_ROUNDS):
        left = members() - {os.getpid()}
        if not left:
            return
        _signal(left, getattr(signal, "SIGKILL", signal.SIGTERM))
        time.sleep(0.002)


def strays(mark: str, trees: Iterable[Tree], server: int | None, others: Collection[int]) -> set[int]:
    """Return the processes that belong to no running job: orphans of jobs that are over.

    They carry our mark, or the server of workers has become their parent; and unlike other processes of the caller's,
    they are not of our session. Without a server (spawned workers), one escapes that is a daemon, has dropped its
    environment and whose worker died by itself.

    Args:
        mark: from `processes.mark`.
        trees: of the running jobs.
        server: the process that workers are forked from; None where there is none.
        others: processes below this one that are no job's, the server among them.
    """
    found = processes.table()
    held = {pid for tree in trees for pid in tree.scan(found)}
    serving = server in found and found[server].parent == os.getpid()  # a dead one's number may be another's by now
    adopted = below([server], found) & set(found) if server is not None and serving else set()
    ours = {pid for pid, entry in found.items() if entry.session == found[os.getpid()].session}
    return ((processes.marked(mark) & set(found)) | adopted) - held - ours - set(others)


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
