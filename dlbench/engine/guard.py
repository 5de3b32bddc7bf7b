"""Holds running jobs to their hard limits, from a thread: a conductor that is busy with a disk must not blind it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlbench.engine import processes
from dlbench.engine.charge import Charge
from dlbench.engine.control_group import ControlGroup, wall
from dlbench.engine.executor import HardLimits
from dlbench.engine.processes import Entry
from dlbench.engine.tree import Tree

_WEIGH, _LOOK = 0.05, 0.25
"""Seconds between two looks at memory, and at who is there: 1 GB/s is caught within 0.05 GB, 0.3 GB in a new child."""


@dataclass
class Watched:
    """A running job.

    Attributes:
        tree: its processes.
        log: what it prints.
        charge: the seconds that its search, and its refit, may take.
        unread: whether it has said something that nobody has read yet: it may be past its budget.
        peak, base: most resident bytes of all its processes; what the worker had when it started.
        verdict: status and reason where it has passed a limit.
        group: the kernel's wall around its memory; None where there is none. `walled`: whether it ran into that.
        asked, killed: when it was asked to stop; whether it was not asked any more.
    """

    tree: Tree
    log: Path
    charge: Charge
    unread: Callable[[], bool] = lambda: False
    started: float = field(default_factory=time.monotonic)
    asked: float | None = None
    peak: int = 0
    base: int = 0
    verdict: tuple[str, str] | None = None
    killed: bool = False
    group: ControlGroup | None = None
    walled: bool = False


class Guard:
    """Watches jobs until it is closed.

    Args:
        limits: of every job.
    """

    def __init__(self, limits: HardLimits) -> None:
        self.limits = limits
        self._watched: dict[str, Watched] = {}
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, key: str, watched: Watched) -> None:
        """Begin to watch a job."""
        watched.base = watched.tree.resident()
        watched.group = wall(watched.tree.pid, self.limits.memory)
        with self._lock:
            self._watched[key] = watched
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="hard limits", daemon=True)
            self._thread.start()

    def remove(self, key: str) -> None:
        """Stop watching a job, and kill what is left of it."""
        with self._lock:
            watched = self._watched.pop(key)
        watched.tree.kill()
        if watched.group is not None:
            watched.walled = watched.group.broken
            watched.group.remove()

    def close(self) -> None:
        """End the thread."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None

    def _watch(self) -> None:
        looked = 0.0
        while not self._over.wait(_WEIGH):
            with self._lock:
                if not self._watched:
                    continue
                now = time.monotonic()
                found = processes.table() if now - looked > _LOOK else None
                looked = looked if found is None else now
                for watched in self._watched.values():
                    self._hold(watched, now, found)

    def _hold(self, watched: Watched, now: float, found: Mapping[int, Entry] | None) -> None:
        """Look at one job, and end it where it has passed a limit."""
        if found is not None:
            watched.tree.scan(found)
            if not watched.tree.alive:  # its orphans may hold the pipe open that its end is told by
                watched.tree.kill()
        watched.peak = max(watched.peak, watched.tree.resident())
        if watched.killed or not watched.tree.alive:
            return
        over = self._too_much(watched) or self._late(watched, now)
        if over is not None:
            watched.verdict, watched.killed = over, True
            watched.tree.kill()

    def _too_much(self, watched: Watched) -> tuple[str, str] | None:
        """Return status and reason where a job takes or prints too much."""
        limits = self.limits
        if limits.memory is not None and (taken := watched.tree.heavier(limits.memory)):
            took, most = taken / 2**20, limits.memory / 2**20
            return "memory", f"took {took:.0f} MiB, more than {most:.0f} MiB (policy.memory)"
        with contextlib.suppress(OSError):
            if limits.output is not None and watched.log.stat().st_size > limits.output:
                return "failed", f"printed more than {limits.output / 2**20:.0f} MiB (policy.output)"
        return None

    def _late(self, watched: Watched, now: float) -> tuple[str, str] | None:
        """Ask a job to stop whose time is over; return status and reason where it is to be killed."""
        limits, grace = self.limits, f"{self.limits.grace:g} s (policy.grace)"
        if watched.asked is not None and watched.verdict is not None and now - watched.asked > limits.grace:
            return "timeout", f"{watched.verdict[1]}, and did not stop within {grace} when asked"
        if watched.asked is None and limits.seconds is not None and now - watched.started > limits.seconds:
            watched.verdict = "timeout", f"ran longer than {limits.seconds:g} s (policy.timeout)"
            watched.asked = now
            watched.tree.ask_to_stop()
        if watched.charge.over(limits.grace) and not watched.unread():
            return "timeout", f"did not stop within {grace} after {watched.charge.told}"
        return None
