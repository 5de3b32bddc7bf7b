"""Local worker processes: one job each, watched, and ended when a limit is passed."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import psutil

from dlbench.core.job import JobSpec
from dlbench.engine.worker import work

_POLL = 0.1
_KNOWN_EVENTS = ("trial", "step", "stage", "done", "error")


@dataclass(frozen=True)
class HardLimits:
    """What ends a job from outside: wall seconds, resident bytes of its process tree, bytes of output."""

    seconds: float | None
    memory: int | None
    output: int | None


@dataclass
class _Worker:
    """A running job."""

    spec: JobSpec
    process: Any
    connection: Connection
    log: Path
    slot: int
    base: int
    started: float = field(default_factory=time.monotonic)
    peak: int = 0
    ended: dict[str, Any] | None = None


class Pool:
    """Runs jobs in processes of their own, at most `slots` at once.

    Args:
        slots: jobs side by side.
        preload: modules that workers find already imported, where the system can fork safely.
        limits: of every job.
        log: takes what preloading prints.
        spawn: start every worker from nothing (a GPU, macOS, Windows).
    """

    def __init__(
        self, slots: int, preload: tuple[str, ...], limits: HardLimits, log: Path, *, spawn: bool = False
    ) -> None:
        self.slots, self.limits = slots, limits
        self._workers: dict[str, _Worker] = {}
        forking = sys.platform == "linux" and not spawn
        self._context: Any = multiprocessing.get_context("forkserver" if forking else "spawn")
        if forking:
            self._context.set_forkserver_preload(["dlbench.engine.worker", *preload])
            with _outputs_to(log):
                from multiprocessing import forkserver

                with _deaf_to_the_keyboard():
                    forkserver.ensure_running()

    @property
    def busy(self) -> int:
        """Jobs now running."""
        return len(self._workers)

    @property
    def free(self) -> int:
        """Jobs that could start now."""
        return self.slots - self.busy

    @property
    def running(self) -> tuple[JobSpec, ...]:
        """The jobs now running."""
        return tuple(worker.spec for worker in self._workers.values())

    def start(self, spec: JobSpec, staged: Path, search: dict[str, Any] | None) -> None:
        """Start a job whose files go to `staged`/job and `staged`/outside."""
        taken = {worker.slot for worker in self._workers.values()}
        slot = next(number for number in range(self.slots) if number not in taken)
        (staged / "job").mkdir()
        (staged / "outside").mkdir()
        log = staged / "job" / "job.log"
        order = {
            "spec": spec.to_json(),
            "folder": str(staged / "job"),
            "outside": str(staged / "outside"),
            "log": str(log),
            "search": search,
            "cores": _cores(slot, self.slots, spec.threads),
        }
        mine, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=work, args=(json.dumps(order).encode(), theirs), daemon=False)
        with _no_main():
            process.start()
        theirs.close()
        self._workers[spec.key] = _Worker(spec, process, mine, log, slot, _resident(process.pid))

    def wait(self) -> Iterator[tuple[JobSpec, dict[str, Any]]]:
        """Yield what happened within a tenth of a second: (job, event); `ended` is each job's last."""
        ready = wait([worker.connection for worker in self._workers.values()], timeout=_POLL) if self._workers else []
        for worker in list(self._workers.values()):
            if worker.connection in ready:
                yield from ((worker.spec, event) for event in self._read(worker))
            self._watch(worker)
            if worker.ended is not None:
                self._remove(worker)
                yield worker.spec, worker.ended

    def stop(self) -> list[JobSpec]:
        """Kill every running job and return them."""
        stopped = [worker.spec for worker in self._workers.values()]
        for worker in list(self._workers.values()):
            self._remove(worker)
        return stopped

    def _read(self, worker: _Worker) -> Iterator[dict[str, Any]]:
        """Yield the events that have come; the last one sets `ended`."""
        while worker.ended is None:
            try:
                if not worker.connection.poll():
                    return
                event = _parse(worker.connection.recv_bytes(64 * 2**20))
            except (EOFError, OSError):
                worker.ended = _exit_of(worker)
                return
            if event["event"] in ("done", "error"):
                worker.ended = {**event, "event": "ended"}
            else:
                yield event

    def _watch(self, worker: _Worker) -> None:
        """End a job that has passed a limit."""
        memory = _resident(worker.process.pid)
        worker.peak = max(worker.peak, memory)
        if worker.ended is not None:
            return
        seconds = time.monotonic() - worker.started
        printed = worker.log.stat().st_size if worker.log.exists() else 0
        if self.limits.seconds is not None and seconds > self.limits.seconds:
            worker.ended = _over("timeout", f"ran longer than {self.limits.seconds:g} s (policy.timeout)")
        elif self.limits.memory is not None and memory > self.limits.memory:
            took, most = memory / 2**20, self.limits.memory / 2**20
            worker.ended = _over("memory", f"took {took:.0f} MiB, more than {most:.0f} MiB (policy.memory)")
        elif self.limits.output is not None and printed > self.limits.output:
            worker.ended = _over("failed", f"printed more than {self.limits.output / 2**20:.0f} MiB (policy.output)")

    def _remove(self, worker: _Worker) -> None:
        _kill_tree(worker.process)
        worker.connection.close()
        _shorten(worker.log)
        if worker.ended is not None:
            peak = max(worker.peak, int(worker.ended.get("peak") or 0))
            worker.ended = {**worker.ended, "wall": time.monotonic() - worker.started, "peak": peak - worker.base}
        self._workers.pop(worker.spec.key, None)


def _parse(content: bytes) -> dict[str, Any]:
    event = json.loads(content)
    if not isinstance(event, dict) or event.get("event") not in _KNOWN_EVENTS:
        return {"event": "step", "step": "unknown message"}
    return event


def _over(status: str, reason: str) -> dict[str, Any]:
    return {"event": "ended", "status": status, "reason": reason}


def _exit_of(worker: _Worker) -> dict[str, Any]:
    """Say how a process ended that said nothing."""
    worker.process.join(5)
    code = worker.process.exitcode
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return _over("failed", f"its process was killed by {signal.Signals(-code).name}")
    return _over("failed", f"its process exited with status {code} before it finished")


def _resident(pid: int | None) -> int:
    """Return the resident bytes of a process and all below it."""
    total = 0
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total


def _kill_tree(process: Any) -> None:
    """Kill a worker, all that descends from it, and its process group."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)  # the worker leads its own group, which may outlive it
    process.kill()
    process.join(10)
    with contextlib.suppress(ValueError):
        process.close()


def _cores(slot: int, slots: int, threads: int) -> list[int] | None:
    """Return the cores of a slot; None where there are too few to give each slot its own."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    mine = sorted(os.sched_getaffinity(0))
    return mine[slot * threads : (slot + 1) * threads] if slots * threads <= len(mine) else None


def _shorten(log: Path, most: int = 2**20) -> None:
    """Keep the head and the tail of a log that grew too long."""
    if not log.exists() or log.stat().st_size <= most:
        return
    with log.open("r+b") as stream:
        head = stream.read(most // 2)
        stream.seek(-most // 2, os.SEEK_END)
        tail = stream.read()
        stream.seek(0)
        stream.truncate()
        stream.write(head + b"\n... cut ...\n" + tail)


@contextlib.contextmanager
def _no_main() -> Iterator[None]:
    """Keep a worker from importing the caller's own script again, which may have no `__main__` guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _deaf_to_the_keyboard() -> Iterator[None]:
    """Let processes started in the block ignore Ctrl-C from their first moment; it is meant for the parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


@contextlib.contextmanager
def _outputs_to(log: Path) -> Iterator[None]:
    """Let processes started in the block write to `log`, file descriptors and all."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        yield
    finally:
        os.dup2(saved[0], 1)
        os.dup2(saved[1], 2)
        for descriptor in (*saved, handle):
            os.close(descriptor)
