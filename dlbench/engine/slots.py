"""Places where a job can run: cores of its own, and a GPU or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from dlbench.places import gpu_shares


@dataclass(frozen=True)
class Slot:
    """A place for one job at a time.

    Attributes:
        number: from zero.
        cores: numbers of the cores it runs on; None for any.
        gpu: what CUDA_VISIBLE_DEVICES is set to, one GPU or several; None hides all.
    """

    number: int
    cores: tuple[int, ...] | None = None
    gpu: str | None = None


def slots(
    count: int, threads: int, gpus: Sequence[str] = (), jobs_per_gpu: int = 1, together: int = 1
) -> tuple[Slot, ...]:
    """Return `count` slots, those with a GPU first; the others hold jobs that train no nets.

    GPUs are shared out in turn: the first job of every one comes before the second of any.

    Args:
        count: jobs side by side.
        threads: of one job; a slot has as many cores of its own, where there are enough for all.
        gpus: from `visible_gpus`.
        jobs_per_gpu: jobs that share one.
        together: GPUs that one job uses; those left over are used by none.
    """
    devices: list[str | None] = [*gpu_shares(gpus, jobs_per_gpu, together), *[None] * count]
    return tuple(Slot(number, _cores(number, count, threads), devices[number]) for number in range(count))


def fitting(free: Sequence[Slot], every: Sequence[Slot], *, deep: bool) -> Slot | None:
    """Return the free slot a job takes: nets one with a GPU, where there is any; others rather one without."""
    wanted = [slot for slot in free if slot.gpu is not None]
    others = [slot for slot in free if slot.gpu is None]
    if deep and any(slot.gpu is not None for slot in every):
        return wanted[0] if wanted else None
    return next(iter(others or wanted), None)


def _cores(number: int, count: int, threads: int) -> tuple[int, ...] | None:
    """Return the cores of a slot; None where there are too few to give each slot its own."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    mine = sorted(os.sched_getaffinity(0))
    return tuple(mine[number * threads : (number + 1) * threads]) if count * threads <= len(mine) else None
