"""What happens during a run, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.core.job import JobSpec


@dataclass(frozen=True)
class RunOpened:
    """The plan is made: `pending` of `jobs` will run, the others are done already."""

    folder: str
    jobs: int
    pending: int
    skipped: int
    slots: int
    resumed: bool


@dataclass(frozen=True)
class JobStarted:
    """A job's process has started."""

    job: JobSpec


@dataclass(frozen=True)
class TrialDone:
    """A search has finished a trial, counted from 0; `best` is the best objective so far."""

    job: JobSpec
    number: int
    of: int
    score: float | None
    best: float | None


@dataclass(frozen=True)
class StepStarted:
    """A job has come to `step`: refit, predict."""

    job: JobSpec
    step: str


@dataclass(frozen=True)
class JobFinished:
    """A job has left a record."""

    job: JobSpec
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Stopping:
    """The user asked to stop: running jobs may finish (`at_once` False) or are killed."""

    at_once: bool


Event = RunOpened | JobStarted | TrialDone | StepStarted | JobFinished | Stopping
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """Show nothing."""
