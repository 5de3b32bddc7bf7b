"""Local worker processes: one job each, watched, and ended when a limit is passed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from dlbench.core.job import JobSpec
from dlbench.engine import processes, tree
from dlbench.engine.birth import Births
from dlbench.engine.charge import Charge
from dlbench.engine.executor import HardLimits, Order
from dlbench.engine.guard import Guard, Watched
from dlbench.engine.slot_ledger import Spent
from dlbench.engine.slots import Slot, fitting

_POLL = 0.1
_LARGEST = 64 * 2**20
_KNOWN_EVENTS = ("trial", "step", "stage", "done", "error")
_UNKNOWN, _DYING = 255, 2.0
_WALLED = "memory", "took more than policy.memory: its control group had no more to give"
"""What Python says of a worker's exit where its server is dead; a large one closes its pipes seconds before it is."""
_TREES: set[tree.Tree] = set()
_FAMILY = threading.Lock()
"""The running jobs of every pool of this process: what belongs to none of them is an orphan."""


@dataclass
class _Worker:
    """A running job."""

    order: Order
    slot: Slot
    process: Any
    connection: Connection
    watched: Watched
    spent: Spent
    server: int | None
    killed_before: int = field(default_factory=processes.oom_kills)
    ended: dict[str, Any] | None = None

    @property
    def spec(self) -> JobSpec:
        return self.order.spec


class Pool:
    """Runs jobs in processes of their own, one in each slot; an `Executor`.

    Args:
        places: where jobs can run, see `slots`.
        preload: modules that workers find already imported, where the system can fork safely.
        limits: of every job.
        log: takes what preloading prints.
        spawn: start every worker from nothing (a GPU, macOS, Windows).
    """

    def __init__(
        self, places: Sequence[Slot], preload: tuple[str, ...], limits: HardLimits, log: Path, *, spawn: bool = False
    ) -> None:
        self._places = tuple(places)
        self._workers: dict[str, _Worker] = {}
        self._births = Births(preload, log, spawn=spawn)
        self._guard = Guard(limits)

    @property
    def slots(self) -> int:
        """Jobs that can run side by side."""
        return len(self._places)

    @property
    def busy(self) -> int:
        """Jobs now running."""
        return len(self._workers)

    @property
    def running(self) -> tuple[JobSpec, ...]:
        """The jobs now running."""
        return tuple(worker.spec for worker in self._workers.values())

    def room_for(self, spec: JobSpec) -> bool:
        """Whether a slot is free that suits the job."""
        return self._slot_for(spec) is not None

    def start(self, order: Order) -> None:
        """Start a job for which there is room."""
        slot = self._slot_for(order.spec)
        if slot is None:
            raise RuntimeError(f"no free slot for {order.spec.name}")
        started = time.monotonic()
        for name in ("job", "outside"):
            (order.staged / name).mkdir()
        with _FAMILY:
            process, connection = self._births.born(_payload(order, slot, self._guard.limits.grace))
            family = tree.Tree(process.pid)
            _TREES.add(family)
        log, charge = order.staged / "job" / "job.log", Charge(order.spec)
        watched = Watched(family, log, charge, partial(_unread, connection), started)
        spent = Spent(slot.number, started)
        worker = _Worker(order, slot, process, connection, watched, spent, self._births.server)
        self._workers[order.spec.key] = worker
        self._guard.add(order.spec.key, watched)

    def wait(self) -> Iterator[tuple[JobSpec, dict[str, Any]]]:
        """Yield what happened within a tenth of a second: (job, event); `ended` is each job's last."""
        workers = list(self._workers.values())
        sources = [source for worker in workers for source in (worker.connection, worker.process.sentinel)]
        ready = wait(sources, timeout=_POLL) if sources else []
        for worker in workers:
            over = worker.process.sentinel in ready  # asked before reading: what it said last is not missed
            if over or worker.connection in ready:
                yield from ((worker.spec, event) for event in self._read(worker, over=over))
            if worker.ended is not None:
                self._remove(worker)
                yield worker.spec, worker.ended

    def stop(self) -> list[JobSpec]:
        """Kill every running job and return them."""
        stopped = [worker.spec for worker in self._workers.values()]
        for worker in list(self._workers.values()):
            self._remove(worker)
        self._guard.close()
        return stopped

    def _slot_for(self, spec: JobSpec) -> Slot | None:
        taken = {worker.slot.number for worker in self._workers.values()}
        free = [slot for slot in self._places if slot.number not in taken]
        return fitting(free, self._places, deep=spec.deep)

    def _read(self, worker: _Worker, *, over: bool) -> Iterator[dict[str, Any]]:
        """Yield the events that have come; the last one sets `ended`."""
        while worker.ended is None:
            try:
                if not worker.connection.poll():
                    if over:
                        worker.ended = _exit_of(worker)
                    return
                event = _parse(worker.connection.recv_bytes(_LARGEST))
            except (EOFError, OSError):
                worker.ended = _exit_of(worker)
                return
            worker.spent.note(event, time.monotonic())
            if event["event"] in ("done", "error"):
                worker.ended = {**event, "event": "ended"}
            else:
                if event["event"] == "step":
                    worker.watched.charge.come_to(event)
                yield event

    def _remove(self, worker: _Worker) -> None:
        """End a job's processes, those that have left its tree too, and complete its last event."""
        self._guard.remove(worker.spec.key)
        worker.process.join(10)
        worker.connection.close()
        with contextlib.suppress(ValueError):
            worker.process.close()
        self._workers.pop(worker.spec.key)
        births = self._births
        with _FAMILY:
            _TREES.discard(worker.watched.tree)
            tree.kill(lambda: tree.strays(births.mark, _TREES, births.server, births.others))
        _shorten(worker.watched.log)
        if worker.ended is not None:
            worker.ended = _judged(worker.ended, worker.watched) | worker.spent.closed(time.monotonic())


def _unread(connection: Connection) -> bool:
    """Whether a worker has said something that waits here, or nothing can come from it any more."""
    try:
        return connection.poll()
    except (OSError, ValueError):
        return True


def _exit_of(worker: _Worker) -> dict[str, Any]:
    """Say how a process ended that said nothing."""
    worker.process.join(5)
    code = worker.process.exitcode
    if code == -9 and processes.oom_kills() > worker.killed_before:
        return _over("memory", "the system killed it for want of memory; see policy.memory, or run fewer jobs with -j")
    orphaned = worker.server is not None and _goes(worker.server, _DYING if code == _UNKNOWN else 0.0)
    if orphaned or code == -9:
        reason = "its process was killed from outside" if code == -9 else "the process that started it was killed"
        return {**_over("failed", reason), "lost": worker.watched.verdict is None}
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return _over("failed", f"its process was killed by {signal.Signals(-code).name}")
    return _over("failed", f"its process exited with status {code} before it finished")


def _goes(pid: int, seconds: float) -> bool:
    """Whether a process is gone, or goes within so many seconds."""
    until = time.monotonic() + seconds
    while pid in processes.table():
        if time.monotonic() >= until:
            return False
        time.sleep(0.02)
    return True


def _over(status: str, reason: str) -> dict[str, Any]:
    return {"event": "ended", "status": status, "reason": reason}


def _judged(ended: Mapping[str, Any], watched: Watched) -> dict[str, Any]:
    """Return the last event with what was seen from outside: a limit that was passed, the most memory."""
    peak = max(watched.peak, int(ended.get("peak") or 0)) - watched.base
    judged = {**ended, "peak": peak}
    verdict = watched.verdict or (_WALLED if watched.walled else None)
    if verdict is not None:
        judged.pop("result", None)
        judged["status"], judged["reason"] = verdict
        judged.pop("lost", None)
    return judged


def _payload(order: Order, slot: Slot, grace: float) -> bytes:
    """Return an order as a worker reads it; `grace` is what the job may take beyond its granted seconds."""
    return json.dumps(
        {
            "spec": order.spec.to_json(),
            "folder": str(order.staged / "job"),
            "outside": str(order.staged / "outside"),
            "log": str(order.staged / "job" / "job.log"),
            "search": None if order.search is None else dict(order.search),
            "trials": str(order.trials) if order.trials else None,
            "grace": grace,
            "needs": {key: str(folder) for key, folder in order.needs.items()},
            "cores": slot.cores,
            "gpu": slot.gpu,
            "environment": dict(os.environ),
        }
    ).encode()


def _parse(content: bytes) -> dict[str, Any]:
    event = json.loads(content)
    if not isinstance(event, dict) or event.get("event") not in _KNOWN_EVENTS:
        return {"event": "unknown message"}
    return event


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
