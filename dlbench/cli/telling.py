"""The words for what happens during a run: the same in the live display and in plain lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.job import JobSpec
from dlbench.engine.events import RunOpened, TrialDone
from dlbench.reporting import figures
from dlbench.reporting.plain import plain


def opened(event: RunOpened) -> str:
    """Say what will run."""
    done = event.jobs - event.pending
    said = f"{'resuming' if event.resumed else 'run'} {plain(event.folder)}: {figures.plural(event.jobs, 'job')}"
    said += f", {done} done already" if done else ""
    said += f", {figures.plural(event.skipped, 'skipped pair')}" if event.skipped else ""
    return f"{said}; {event.slots} at a time" if event.pending else f"{said}; nothing left to run"


def result(job: JobSpec, record: Mapping[str, Any]) -> str:
    """Say how a job ended: its primary metric, or its status and the reason."""
    if record["status"] != "ok":
        reason = plain(record.get("reason") or "no reason given")
        return f"{record['status']}: {reason}"
    metric = job.task.metrics[0]
    value = (record.get("scores") or {}).get(metric, {}).get("value")
    return f"{plain(metric)} {figures.score(value)}"


def wall(record: Mapping[str, Any]) -> str:
    """Say how long a job took."""
    return figures.seconds((record.get("ledger") or {}).get("wall"))


def trial(event: TrialDone) -> str:
    """Say how far a search is; its trials are numbered from 0."""
    said = f"trial {event.number + 1} of {event.of}"
    if event.best is None:
        return said
    return f"{said}, best {figures.score(event.best)} {plain(event.job.task.objective)}"


def stopping(at_once: bool) -> str:
    """Say what Ctrl-C did."""
    if at_once:
        return "stopping at once; the same command resumes, finished jobs are kept"
    return "stopping when the running jobs are done; Ctrl-C again stops at once, and the same command resumes"


def clock(seconds: float) -> str:
    """Write a duration as a clock shows it.

    >>> clock(75), clock(3700.4)
    ('1:15', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
