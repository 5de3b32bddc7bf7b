"""Progress as plain lines, each with the time: for logs, pipes and CI."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from dlbench.cli import telling
from dlbench.engine.events import Event, JobFinished, JobStarted, RunOpened, StepStarted, Stopping, TrialDone
from dlbench.reporting.plain import plain


class Lines:
    """A listener that writes a line for each job that ends.

    Args:
        stream: where to.
        quiet: only jobs that went wrong.
        verbose: also starts, trials and steps.
        now: the time of a line.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        quiet: bool = False,
        verbose: bool = False,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._stream, self._quiet, self._verbose, self._now = stream, quiet, verbose, now
        self._finished = self._pending = 0

    def __call__(self, event: Event) -> None:
        """Tell of an event."""
        match event:
            case RunOpened():
                self._finished, self._pending = 0, event.pending  # rungs of halving are runs before the run
                self._write(telling.opened(event), unless=self._quiet)
            case JobFinished():
                self._finished += 1
                self._write(self._ending(event), unless=self._quiet and event.record["status"] == "ok")
            case Stopping():
                self._write(telling.stopping(event.at_once))
            case _:
                self._write(_detail(event), unless=not self._verbose or self._quiet)

    def _ending(self, event: JobFinished) -> str:
        told = f"{plain(event.job.name)}: {telling.result(event.job, event.record)}, {telling.wall(event.record)}"
        return f"{told} ({self._finished}/{self._pending})"

    def _write(self, text: str, *, unless: bool = False) -> None:
        if unless:
            return
        line = f"{self._now():%Y-%m-%d %H:%M:%S} {text}\n"
        try:
            # past the stream's buffer: Ctrl-C may come while the buffer is being written, and it cannot be re-entered
            os.write(self._stream.fileno(), line.encode(self._stream.encoding or "utf-8", "backslashreplace"))
        except (OSError, ValueError):
            self._stream.write(line)


def _detail(event: Event) -> str:
    match event:
        case JobStarted():
            return f"{plain(event.job.name)}: started"
        case TrialDone():
            return f"{plain(event.job.name)}: {telling.trial(event)}"
        case StepStarted():
            return f"{plain(event.job.name)}: {plain(event.step)}"
        case _:
            return plain(type(event).__name__)
