"""A wall target for a whole run, shared out evenly over its jobs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import UsageError
from dlbench.rungs import load, shrunk_seconds

if TYPE_CHECKING:
    from dlbench.suite import Suite

OVERHEAD = 2.0
"""Wall seconds of a job that no budget is charged for: start, imports, reading data, prediction, records."""

LEAST = 0.5
"""Seconds a job is granted at least."""


@dataclass(frozen=True)
class Share:
    """What a wall target comes to for each job.

    Attributes:
        wall: the target, in seconds.
        jobs, slots: jobs of the suite, each counted once, and how many run side by side.
        overhead: seconds of each job that are not charged to it.
        seconds: granted to each job for preparation, search, compilation and refit.
        rungs: jobs of each rung of halving that come before, and what their seconds are divided by.
    """

    wall: float
    jobs: int
    slots: int
    overhead: float
    seconds: float
    rungs: tuple[tuple[int, int], ...] = ()

    @property
    def needed(self) -> float:
        """Wall seconds if every job uses all it is granted."""
        run = (self.seconds + self.overhead) * _turns(self.jobs, self.slots)
        rungs = ((shrunk_seconds(self.seconds, divisor), jobs) for jobs, divisor in self.rungs)
        return run + sum((seconds + self.overhead) * _turns(jobs, self.slots) for seconds, jobs in rungs)

    def told(self) -> str:
        """Say how the target is shared out, and whether it can be kept."""
        jobs = "1 job" if self.jobs == 1 else f"{self.jobs} jobs"
        said = f"Budget: {_clock(self.wall)} over {jobs}, {self.slots} at a time: {self.seconds:.3g} s each"
        said += f", and {self.overhead:g} s each for starting and loading"
        if self.rungs:
            steps = " and ".join(f"{jobs} jobs with 1/{divisor} of that" for jobs, divisor in self.rungs)
            said += f"; halving before it, within the same budget: {steps}"
        if self.needed <= self.wall * 1.001:
            return said
        least = _clock(self.needed)
        return (
            f"{said}\nThat is too little for so many jobs: it will take about {least}. Fewer folds or models would fit."
        )

    def to_json(self) -> dict[str, Any]:
        """Return what run.json keeps."""
        told = asdict(self)
        return told if self.rungs else {name: value for name, value in told.items() if name != "rungs"}


def shared_out(suite: Suite, wall: float | None, slots: int | None = None, device: str = "auto") -> Share | None:
    """Return what a wall target comes to; None where neither the caller nor the suite sets one.

    A job that the suite grants fewer seconds keeps to those.

    Args:
        suite: a valid suite; its `policy.budget` holds where `wall` is None.
        wall: target in seconds.
        slots: jobs side by side; None for cores ÷ threads.
        device: auto, cpu or gpu.

    Raises:
        UsageError: the suite sweeps the seconds of a job.
    """
    wall = suite.policy.budget if wall is None else wall
    if wall is None:
        return None
    if "seconds" in suite.sweep:
        raise UsageError("a budget sets the seconds of every job, and sweep.seconds does too; leave one of them out")
    found = load(suite, device=device)
    jobs, slots = max(1, found.jobs), slots or max(1, (os.cpu_count() or 1) // suite.protocol.threads)
    turns = [(_turns(jobs, slots), 1), *((_turns(many, slots), divisor) for many, divisor in found.rungs)]
    whole = sum(count for count, _ in turns)
    seconds = max(LEAST, (wall - OVERHEAD * whole) / sum(count / divisor for count, divisor in turns))
    return Share(wall, jobs, slots, OVERHEAD, min(seconds, suite.search.seconds or seconds), found.rungs)


def within(suite: Suite, share: Share | None) -> Suite:
    """Return the suite whose jobs keep to their share."""
    if share is None:
        return suite
    return replace(suite, search=suite.search.model_copy(update={"seconds": share.seconds}))


def unspent(briefs: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the seconds that jobs were granted in all, and what of them they left."""
    granted = used = 0.0
    for brief in briefs:
        if brief.get("granted") is not None:
            granted += brief["granted"]
            used += min(brief["granted"], brief.get("used") or 0.0)
    return granted, granted - used


def _turns(jobs: int, slots: int) -> float:
    """Return how many jobs one slot does after another."""
    return jobs / min(slots, jobs)


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return " ".join(parts) or "0 s"
