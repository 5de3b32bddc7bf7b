"""A wall target for a whole run, shared out evenly over its jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import UsageError
from dlbench.machine import device_kind
from dlbench.places import nets_side_by_side, side_by_side
from dlbench.planning import plan_suite
from dlbench.rungs import Load, entrants, load, shrunk_seconds

if TYPE_CHECKING:
    from dlbench.suite import Suite

OVERHEAD = 2.0
"""Wall seconds of a job that no budget is charged for: start, imports, reading data, prediction, records."""

LEAST = 0.5
"""Seconds a job is granted at least."""

_ONLY_WHERE_ANY = ("rungs", "nets", "net_slots")


@dataclass(frozen=True)
class Share:
    """What a wall target comes to for each job.

    Attributes:
        wall: the target, in seconds.
        jobs, slots: jobs of the suite, each counted once, and how many run side by side.
        overhead: seconds of each job that are not charged to it.
        seconds: granted to each job for preparation, search, compilation and refit.
        rungs: jobs of each rung of halving that come before, and what their seconds are divided by.
        nets: jobs among them that train nets, of the run and then of each rung, where those have fewer slots.
        net_slots: how many of those run side by side, on GPUs; 0 where nets take any slot.
    """

    wall: float
    jobs: int
    slots: int
    overhead: float
    seconds: float
    rungs: tuple[tuple[int, int], ...] = ()
    nets: tuple[int, ...] = ()
    net_slots: int = 0

    @property
    def turns(self) -> list[tuple[int, int]]:
        """How many jobs a slot does one after another, and what their seconds are divided by: the run, then rungs."""
        steps = ((self.jobs, 1), *self.rungs)
        nets = self.nets or (0,) * len(steps)
        return [
            (max(_turns(jobs, self.slots), _turns(deep, self.net_slots)), divisor)
            for (jobs, divisor), deep in zip(steps, nets, strict=True)
        ]

    @property
    def needed(self) -> float:
        """Wall seconds if every job uses all it is granted."""
        return sum((shrunk_seconds(self.seconds, divisor) + self.overhead) * count for count, divisor in self.turns)

    def told(self) -> str:
        """Say how the target is shared out, and whether it can be kept."""
        jobs = "1 job" if self.jobs == 1 else f"{self.jobs} jobs"
        said = f"Budget: {_clock(self.wall)} over {jobs}, {self.slots} at a time"
        said += f" (nets {self.net_slots} at a time, on GPUs)" if self.nets else ""
        said += f": {self.seconds:.3g} s each, and {self.overhead:g} s each for starting and loading"
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
        return {name: value for name, value in asdict(self).items() if value or name not in _ONLY_WHERE_ANY}


def shared_out(suite: Suite, wall: float | None, slots: int | None = None, device: str = "auto") -> Share | None:
    """Return what a wall target comes to; None where neither the caller nor the suite sets one.

    A job that the suite grants fewer seconds keeps to those.

    Args:
        suite: a valid suite; its `policy.budget` holds where `wall` is None.
        wall: target in seconds.
        slots: jobs side by side, as asked for; None for cores ÷ threads.
        device: auto, cpu or gpu.

    Raises:
        UsageError: the suite sweeps the seconds of a job, or several jobs are asked for that are to run alone.
    """
    wall = suite.policy.budget if wall is None else wall
    if wall is None:
        return None
    if "seconds" in suite.sweep:
        raise UsageError("a budget sets the seconds of every job, and sweep.seconds does too; leave one of them out")
    share = _undivided(suite, wall, side_by_side(suite, slots), device)
    whole = sum(count for count, _ in share.turns)
    granted = (wall - OVERHEAD * whole) / sum(count / divisor for count, divisor in share.turns)
    seconds = max(LEAST, granted)
    return replace(share, seconds=min(seconds, suite.search.seconds or seconds))


def _undivided(suite: Suite, wall: float, slots: int, device: str) -> Share:
    """Return a share with its jobs and how many run side by side, before any seconds are granted."""
    found = load(suite, device=device)
    share = Share(wall, max(1, found.jobs), slots, OVERHEAD, 0.0, found.rungs)
    net_slots = nets_side_by_side(suite, slots, device_kind(device))
    nets = _nets(suite, found, device) if net_slots < slots else ()
    return replace(share, nets=nets, net_slots=net_slots) if any(nets) else share


def _nets(suite: Suite, found: Load, device: str) -> tuple[int, ...]:
    """Return how many jobs of the run, and of each rung, train nets: the most there can be, since anyone may be cut."""
    plan = plan_suite(suite, device=device)
    field = [kind for kinds in entrants(plan).values() for kind in kinds.values()]
    run = min(found.jobs, sum(job.deep for job in plan.pending))
    return (run, *(min(jobs, field.count("deep")) for jobs, _ in found.rungs))


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


def _turns(jobs: int, slots: int) -> int:
    """Return how many jobs the busiest slot does one after another."""
    return -(-jobs // slots) if jobs else 0


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes) + [f"{rest} s"] * bool(rest)
    return " ".join(parts) or "0 s"
