"""How worker processes come into being: forked from a server that has libraries loaded, or started from nothing."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dlbench.engine import processes
from dlbench.engine.worker import work

_ATTEMPTS = 3
_DECISIVE = ("KERAS_BACKEND",)
_served: dict[str, Any] = {}
"""What the server was started with; there is one server in a process, and several runs may use it."""


class Births:
    """Starts workers.

    Args:
        preload: modules that workers find already imported, where they are forked.
        log: takes what preloading prints.
        spawn: start every worker from nothing: macOS and Windows always do.
    """

    def __init__(self, preload: tuple[str, ...], log: Path, *, spawn: bool) -> None:
        self._forking = sys.platform == "linux" and not spawn
        self._context: Any = multiprocessing.get_context("forkserver" if self._forking else "spawn")
        self._log, self.mark = log, processes.mark()
        if self._forking:
            self._context.set_forkserver_preload(
                ["dlbench.engine.nursery", "dlbench.engine.worker", *_prepare(preload)]
            )
            self._ensure_server()

    @property
    def others(self) -> set[int]:
        """Processes below this one that are no worker's: the server, and Python's tracker of shared memory."""
        from multiprocessing import resource_tracker

        return self._server | {pid for pid in [getattr(resource_tracker._resource_tracker, "_pid", None)] if pid}

    @property
    def _server(self) -> set[int]:
        if not self._forking:
            return set()
        from multiprocessing import forkserver

        pid = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)  # Python does not tell it
        return {pid} if pid else set()

    @property
    def server(self) -> int | None:
        """Number of the server that workers are forked from; None where they are not forked."""
        return next(iter(self._server), None)

    def born(self, payload: bytes) -> tuple[Any, Connection]:
        """Start a worker on an order; return its process and the end of a pipe that its messages come from."""
        for attempt in range(_ATTEMPTS):
            mine, theirs = self._context.Pipe(duplex=False)
            process = self._context.Process(target=work, args=(payload, theirs), daemon=False)
            try:
                self._start(process)
            except (EOFError, OSError):  # the server was killed just now; the next attempt starts another
                mine.close()
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return process, mine
            finally:
                theirs.close()
        raise AssertionError

    def _start(self, process: Any) -> None:
        if self._forking:
            self._ensure_server()
        with _no_main(), _marked(self.mark):
            process.start()

    def _ensure_server(self) -> None:
        """Start the server, or another where it was killed."""
        from multiprocessing import forkserver

        if self.server in processes.table():
            return
        with _outputs_to(self._log), _deaf_to_the_keyboard(), _marked(self.mark):
            forkserver.ensure_running()


def _prepare(preload: tuple[str, ...]) -> tuple[str, ...]:
    """End a server that an earlier run left, where it has not loaded what this one wants; return what one has to load.

    It stays while another run has workers, those of this one then load the rest themselves; of another backend of Keras
    it does not: the end of those workers is waited for.
    """
    from multiprocessing import forkserver

    variables = {name: os.environ.get(name) for name in _DECISIVE}
    loaded: tuple[str, ...] = _served.get("preload", ())
    other = "keras" in loaded and variables != _served["variables"]
    wanted = preload if other else tuple(dict.fromkeys((*loaded, *preload)))
    if not other and wanted != loaded and multiprocessing.active_children():
        return wanted
    if _served and (other or wanted != loaded):
        with contextlib.suppress(AttributeError):
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
    _served.update(preload=wanted, variables=variables)
    return wanted


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
def _marked(mark: str) -> Iterator[None]:
    """Let processes started in the block carry the mark of this one, and all that they start."""
    previous = os.environ.get(processes.MARK)
    os.environ[processes.MARK] = mark
    try:
        yield
    finally:
        os.environ.pop(processes.MARK)
        if previous is not None:
            os.environ[processes.MARK] = previous


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
