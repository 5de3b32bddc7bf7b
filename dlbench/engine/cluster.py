"""What a job needs of a cluster's nodes, and how many of it a node has room for."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.core.errors import UsageError
from dlbench.core.job import JobSpec
from dlbench.training.replicas import VIRTUAL, virtual

if TYPE_CHECKING:
    from dlbench.suite import Suite

Resources = Mapping[str, float]
"""CPU and GPU in pieces, memory in bytes; what is not named is none."""


@dataclass(frozen=True)
class Needs:
    """What the jobs of a suite need (`policy.resources`).

    Attributes:
        cpus: of every job.
        gpus: of a job that trains nets, where it is planned for GPUs.
        memory: bytes that a node sets aside for a job; 0 for none.
    """

    cpus: float
    gpus: float
    memory: float

    @classmethod
    def of(cls, suite: Suite) -> Needs:
        """Return what a suite asks for.

        By default as many cores as a job has threads, and the GPUs that train a net together, or its share of one.
        """
        asked, protocol = suite.policy.resources, suite.protocol
        usual = protocol.devices if protocol.devices > 1 else 1 / suite.policy.jobs_per_gpu
        return cls(asked.cpus or protocol.threads, asked.gpus or usual, asked.memory or 0)

    @property
    def plain(self) -> dict[str, float]:
        """What a job needs that trains no nets."""
        return {"CPU": self.cpus, "GPU": 0.0, "memory": self.memory}

    def of_job(self, spec: JobSpec) -> dict[str, float]:
        """Return what one job needs."""
        return {**self.plain, "GPU": self.gpus if spec.device == "gpu" and spec.deep else 0.0}

    def refuse_devices(self, jobs: Sequence[JobSpec]) -> None:
        """Refuse nets that would not see the devices they are to train on, whatever the nodes have.

        Raises:
            UsageError: `policy.resources.gpus` is less, or not whole; or the CPU is not taken for as many.
        """
        for device, count in {(job.device, job.devices) for job in jobs if job.deep}:
            if device == "gpu":
                self._refuse_gpus(count)
            elif count > max(1, virtual()):
                raise UsageError(
                    f"protocol.devices: {count}: nets are planned for the CPU, which is one device; set "
                    f"{VIRTUAL}={count} here to split it on every node, or leave protocol.devices out"
                )

    def _refuse_gpus(self, devices: int) -> None:
        asked = f"policy.resources.gpus: {self.gpus:g}"
        if devices > max(1, self.gpus):
            raise UsageError(
                f"{asked}: protocol.devices: {devices} trains each net on {devices} GPUs; "
                f"leave policy.resources.gpus out, or set it to {devices}"
            )
        if self.gpus > 1 and self.gpus % 1:
            raise UsageError(f"{asked}: Ray gives a job whole GPUs or a share of one; set it to {math.ceil(self.gpus)}")

    def refuse(self, jobs: Sequence[JobSpec], nodes: Sequence[Resources]) -> None:
        """Refuse jobs that no node can ever run: they would wait for ever.

        Raises:
            UsageError: which resources, what the nodes have, and what to do.
        """
        for asked in {told(self.of_job(job)): self.of_job(job) for job in jobs}.values():
            if not could_run(nodes, asked):
                have = "; ".join(sorted({told(node) for node in nodes})) or "none is alive"
                raise UsageError(
                    f"no node of the cluster has {told(asked)} for one job; nodes have: {have}. "
                    "Lower policy.resources (or protocol.threads, protocol.devices), or let a larger node join"
                )


def secure(address: str | None) -> None:
    """Set what Ray reads when it is imported: its token on, its usage statistics off, where the user has not.

    Once it is imported it would half believe this: then nothing is set.

    Args:
        address: of a cluster's head; None starts one here, which then listens on the loopback alone.
    """
    if "ray" in sys.modules:
        return
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address is None:  # Ray's own switch for machines without a cluster, wherever they are
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")


def told(resources: Resources) -> str:
    """Return resources in words: `2 CPU, 1 GPU, 4.0 GiB memory`."""
    parts = [f"{resources[name]:g} {name}" for name in ("CPU", "GPU") if resources.get(name)]
    if memory := resources.get("memory"):
        parts.append(f"{memory / 2**30:.1f} GiB memory")
    return ", ".join(parts) or "nothing"


def capacity(node: Resources, asked: Resources) -> int:
    """Return how many such jobs run on a node side by side."""
    return min(int(node.get(name, 0.0) / amount + 1e-9) for name, amount in asked.items() if amount)


def could_run(nodes: Sequence[Resources], asked: Resources) -> bool:
    """Whether one of the nodes can run such a job when it is idle."""
    return any(capacity(node, asked) > 0 for node in nodes)
