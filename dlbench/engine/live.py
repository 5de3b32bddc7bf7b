"""What a run is doing just now, kept in a small file for `dlbench status` in another terminal."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event as ThreadEvent
from threading import Lock, Thread
from typing import Any

import psutil

from dlbench.engine.events import Event, JobFinished, JobStarted, Listener, RunOpened, StepStarted, Stopping, TrialDone

PAUSE, HEARTBEAT = 1.0, 10.0
"""Seconds between two writes: where something has changed, and where nothing has."""


class Live:
    """A listener that keeps `live.json` and passes every event on.

    The file is renamed into place, so that it is never seen in part, and not synced: it is worth nothing after a
    power cut. One that cannot be written costs nothing but the status.

    Args:
        file: where it is kept.
        listener: is told every event.
    """

    def __init__(self, file: Path, listener: Listener) -> None:
        self._file, self._listener = file, listener
        self._running: dict[str, dict[str, Any]] = {}
        self._lock, self._over = Lock(), ThreadEvent()
        self._changed = True
        self._about: dict[str, Any] = {
            "pid": os.getpid(),
            "process_started": psutil.Process().create_time(),
            "host": socket.gethostname(),
            "slots": 0,
            "stopping": False,
        }

    def __call__(self, event: Event) -> None:
        """Note an event."""
        with self._lock:
            self._note(event)
            self._changed = True
        self._listener(event)

    def keep_up(self) -> None:
        """Write what has changed, until `close`."""
        written = float("-inf")
        while not self._over.is_set():
            if self._changed or time.monotonic() - written > HEARTBEAT:
                self._write()
                written = time.monotonic()
            self._over.wait(PAUSE)

    def close(self) -> None:
        """End `keep_up`."""
        self._over.set()

    def _note(self, event: Event) -> None:
        match event:
            case RunOpened():
                self._about["slots"] = event.slots
            case JobStarted():
                self._running[event.job.key] = {"name": event.job.name, "started": time.time()}
            case TrialDone():
                trial = {"trial": event.number + 1, "of": event.of, "best": event.best}
                self._running.get(event.job.key, {}).update(trial)
            case StepStarted():
                self._running.get(event.job.key, {}).update(step=event.step)
            case JobFinished():
                self._running.pop(event.job.key, None)
            case Stopping():
                self._about["stopping"] = True

    def _write(self) -> None:
        with self._lock:
            running = [{"key": key, **told} for key, told in self._running.items()]
            content = json.dumps({**self._about, "running": running, "at": time.time()})
            self._changed = False
        aside = self._file.with_name(".live.json")
        with suppress(OSError):
            aside.write_text(content)
            aside.replace(self._file)


@contextmanager
def living(folder: Path, listener: Listener) -> Iterator[Listener]:
    """Give the listener that keeps a run's `live.json`; the file goes when the block ends, however it does."""
    live = Live(folder / "live.json", listener)
    writer = Thread(target=live.keep_up, name="live.json", daemon=True)
    writer.start()
    try:
        yield live
    finally:
        live.close()
        writer.join(5)
        with suppress(OSError):
            (folder / "live.json").unlink(missing_ok=True)
