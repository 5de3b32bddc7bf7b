"""Parts of a plan that can run apart: on the tasks of a job array, in the jobs of a CI matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.core.errors import UsageError

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec


@dataclass(frozen=True)
class Slice:
    """One part of a plan.

    Attributes:
        index: from zero.
        of: into how many the plan is cut; None for as many as there are groups.
    """

    index: int
    of: int | None = None

    def __str__(self) -> str:
        return f"{self.index}/{'all' if self.of is None else self.of}"

    def jobs(self, jobs: Sequence[JobSpec]) -> tuple[JobSpec, ...]:
        """Return the jobs of this slice, in their order; none where there are more slices than groups.

        Raises:
            UsageError: there is no slice of this number.
        """
        cut = slices(jobs, self.of)
        if not 0 <= self.index < len(cut):
            raise UsageError(f"--index {self.index}: there are {len(cut)} slices, numbered from 0 to {len(cut) - 1}")
        return cut[self.index]


def slices(jobs: Sequence[JobSpec], of: int | None = None) -> list[tuple[JobSpec, ...]]:
    """Cut the jobs of a plan into slices that need nothing of each other.

    Jobs that share a search or a pretraining stay together, and an ensemble stays with the searches of its members.
    The cut rests on the plan alone, not on what is done: every machine cuts the same.

    Args:
        jobs: all jobs of a plan, in its order.
        of: how many slices; a slice may be empty. None for one a group.
    """
    groups = _groups(jobs)
    if of is None:
        return groups
    held: list[list[JobSpec]] = [[] for _ in range(of)]
    for group in sorted(groups, key=len, reverse=True):  # the largest first, each to the slice with the fewest jobs
        min(held, key=len).extend(group)
    place = {id(job): number for number, job in enumerate(jobs)}
    return [tuple(sorted(one, key=lambda job: place[id(job)])) for one in held]


def _groups(jobs: Sequence[JobSpec]) -> list[tuple[JobSpec, ...]]:
    """Return the smallest sets of jobs that must run in one place."""
    leader: dict[str, str] = {}

    def first(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for job in jobs:
        for name in (*job.makes, *job.needs):
            if name:
                leader[first(name)] = first(job.key)
    groups: dict[str, list[JobSpec]] = {}
    for job in jobs:
        groups.setdefault(first(job.key), []).append(job)
    return [tuple(group) for group in groups.values()]
