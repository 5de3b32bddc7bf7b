"""Progress in a terminal: a bar over all jobs, a line for each that runs, finished ones scrolling above."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dlbench.cli import telling
from dlbench.cli.lines import Lines
from dlbench.engine.events import Event, JobFinished, JobStarted, Listener, RunOpened, StepStarted, Stopping, TrialDone
from dlbench.reporting.plain import plain

_WIDEST = 110
_TOLD = 34
_TIME = 9
_ECHO = 5  # a terminal writes ^C behind the last line; it must not wrap
_NAME = 25  # what a name keeps where room is scarce
_ROWS_BESIDES_JOBS = 5


@dataclass(frozen=True)
class Row:
    """A running job: its name, when it started, what it is doing."""

    name: str
    since: float
    doing: str = "starting"


class Display:
    """A listener that draws. Events change its state; rich's thread draws it a few times a second.

    Args:
        console: where to.
        now: seconds of a clock that never goes back.
    """

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self.console, self._now = console, now
        self._begun = now()
        self._running: dict[str, Row] = {}
        self._jobs = self._pending = self._finished = 0
        self._notice = ""

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case RunOpened():
                self._jobs, self._pending, self._begun = event.jobs, event.pending, self._now()
                self._finished = 0  # rungs of halving are runs before the run
                self.console.print(Text(telling.opened(event)), soft_wrap=True)
            case JobStarted():
                self._running[event.job.key] = Row(plain(event.job.name), self._now())
            case TrialDone():
                self._change(event.job.key, telling.trial(event))
            case StepStarted():
                self._change(event.job.key, plain(event.step))
            case JobFinished():
                self._end(event)
            case Stopping():  # comes from a signal handler: the drawing thread shows it
                self._notice = telling.stopping(event.at_once)

    def drawn(self) -> RenderableType:
        """Return what is shown below the finished jobs."""
        parts: list[RenderableType] = [self._bar()]
        room = max(1, self.console.height - _ROWS_BESIDES_JOBS)
        rows = list(self._running.values())
        parts += [self._line(row) for row in rows[:room]]
        if len(rows) > room:
            parts.append(Text(f"  and {len(rows) - room} more", style="dim"))
        if self._notice:
            parts.append(Text(self._notice, style="yellow"))
        return Group(*parts)

    def left(self) -> float | None:
        """Return the seconds left, from the pace of the jobs that finished here; None before the first."""
        if not self._finished or self._finished >= self._pending:
            return None
        return (self._now() - self._begun) / self._finished * (self._pending - self._finished)

    @property
    def width(self) -> int:
        """Columns in use."""
        return min(self.console.width - _ECHO, _WIDEST)

    def _change(self, key: str, doing: str) -> None:
        if key in self._running:
            self._running[key] = replace(self._running[key], doing=doing)

    def _end(self, event: JobFinished) -> None:
        self._running.pop(event.job.key, None)
        self._finished += 1
        fine = event.record["status"] == "ok"
        mark, style = ("✓", "green") if fine else ("✗", "red")
        told = telling.result(event.job, event.record)
        said = told if fine else str(event.record["status"])
        self.console.print(self._grid(Text(mark, style), plain(event.job.name), said, telling.wall(event.record)))
        if not fine:
            self.console.print(Text(f"  {told}", style), soft_wrap=True)

    def _bar(self) -> RenderableType:
        done = self._jobs - self._pending + self._finished
        left = self.left()
        said = f"{done}/{self._jobs} jobs  {telling.clock(self._now() - self._begun)}"
        said += "" if left is None else f"  about {telling.clock(left)} left"
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row(ProgressBar(total=max(1, self._jobs), completed=done, width=max(10, self.width // 3)), Text(said))
        return grid

    def _line(self, row: Row) -> RenderableType:
        return self._grid(Text("·", "cyan"), row.name, row.doing, telling.clock(self._now() - row.since))

    def _grid(self, mark: Text, name: str, told: str, time: str) -> Table:
        wide = min(_TOLD, max(8, self.width - _TIME - _NAME - 7))
        room = max(12, self.width - wide - _TIME - 7)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=1)
        grid.add_column(width=room, no_wrap=True, overflow="ellipsis")
        grid.add_column(width=wide, no_wrap=True, overflow="ellipsis")
        grid.add_column(width=_TIME, no_wrap=True, justify="right")
        grid.add_row(mark, Text(shortened(name, room)), Text(told), Text(time, "dim"))
        return grid


def shortened(name: str, room: int) -> str:
    """Cut a job's name in its middle: the end tells the fold.

    >>> shortened("digits hist_gradient_boosting fold 3/5", 24)
    'digits hist_gr…fold 3/5'
    """
    return name if len(name) <= room else f"{name[: max(1, room - 10)]}…{name[-8:]}"


@contextmanager
def watching(*, quiet: bool, verbose: bool, live: bool) -> Iterator[Listener]:
    """Give a listener that shows a run on stderr: a live display in a terminal, else plain lines.

    Args:
        quiet: only jobs that went wrong.
        verbose: also trials and steps in plain lines.
        live: whether a live display is wanted at all.
    """
    if quiet or not live or not interactive():
        yield Lines(sys.stderr, quiet=quiet, verbose=verbose)
        return
    display = Display(Console(stderr=True))
    drawing = Live(
        get_renderable=display.drawn, console=display.console, transient=True, refresh_per_second=4,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    with drawing:
        yield display


def interactive() -> bool:
    """Tell whether stderr is a terminal that can redraw, and nobody set CI."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
