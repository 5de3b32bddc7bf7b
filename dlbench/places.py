"""How many jobs of a suite run at a time on this machine: one answer for the run, its budget and its estimate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlbench.core.errors import UsageError
from dlbench.machine import cores, visible_gpus

if TYPE_CHECKING:
    from dlbench.suite import Suite


def side_by_side(suite: Suite, jobs: int | None) -> int:
    """Return how many jobs run at a time.

    Args:
        suite: whose `policy.timing: exclusive` lets each run alone.
        jobs: asked for; None for cores ÷ threads.

    Raises:
        UsageError: several are asked for that are to run alone.
    """
    if suite.policy.timing == "exclusive":
        if jobs is not None and jobs > 1:
            raise UsageError(f"-j {jobs}: policy.timing is exclusive, which runs one job at a time; leave -j out")
        return 1
    return jobs or max(1, cores() // suite.protocol.threads)


def nets_side_by_side(suite: Suite, count: int, kind: str) -> int:
    """Return how many of the jobs that train nets run at a time: on GPUs, where there are any, else in any slot.

    Args:
        suite: says how many GPUs a job uses, and how many jobs share one.
        count: slots, from `side_by_side`.
        kind: of the device nets are trained on, cpu or gpu.
    """
    shares = gpu_shares(visible_gpus(), suite.policy.jobs_per_gpu, suite.protocol.devices) if kind == "gpu" else ()
    return min(count, len(shares) or count)


def gpu_shares(gpus: Sequence[str], jobs_per_gpu: int, together: int) -> tuple[str, ...]:
    """Return the GPUs of every job that can have some at a time; the first of every one comes before the second of any.

    >>> gpu_shares(("4", "7"), 2, 1), gpu_shares(("0", "1", "2"), 1, 2)
    (('4', '7', '4', '7'), ('0,1',))

    Args:
        gpus: from `visible_gpus`.
        jobs_per_gpu: jobs that share one.
        together: GPUs that one job uses; those left over are used by none.
    """
    sets = [",".join(gpus[at : at + together]) for at in range(0, len(gpus) - together + 1, together)]
    return tuple(sets * jobs_per_gpu)
