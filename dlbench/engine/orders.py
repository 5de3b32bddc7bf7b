"""Orders as parcels for a machine of a cluster, and what may come back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import CorruptRecord
from dlbench.engine.environment import versions
from dlbench.engine.executor import HardLimits, Order
from dlbench.engine.parcels import gather, pack
from dlbench.machine import backend
from dlbench.training.replicas import VIRTUAL

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.planning import Plan

_CARRIED = ("DLBENCH_DATA_DIR", "DLBENCH_OFFLINE", VIRTUAL, "KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS")
_PLACES = {
    "begun": re.compile(r"(?!)"),
    "step": re.compile(r"(?!)"),
    "trial": re.compile(r"outside/trials/\d+\.(json|npz)", re.ASCII),
    "stage": re.compile(r"outside/(search|pretraining)/[^/]+"),
    "ended": re.compile(r"job/[^/]+|outside/truth\.npz"),
}
_STATUSES = ("ok", "failed", "diverged", "timeout", "memory", "unavailable")


@dataclass(frozen=True)
class Orders:
    """Makes parcels of the orders of a run.

    Attributes:
        limits: of every job; `memory` None for a share of the node's.
        preload: modules that workers find imported.
        workers: auto, forkserver or spawn, as the policy says.
    """

    limits: HardLimits
    preload: tuple[str, ...]
    workers: str = "auto"

    @classmethod
    def of(cls, plan: Plan, preload: tuple[str, ...]) -> Orders:
        """Return what a plan's policy comes to."""
        policy = plan.suite.policy
        limits = HardLimits(policy.timeout, policy.memory, policy.output, policy.grace)
        return cls(limits, preload, policy.workers)

    def parcel(self, order: Order, gpu: bool) -> bytes:
        """Return an order as `attendant.attend` takes it, with the files that the job needs."""
        limits, spec = self.limits, order.spec
        told = {
            "spec": spec.to_json(),
            "limits": {name: getattr(limits, name) for name in ("seconds", "memory", "output", "grace")},
            "preload": list(self.preload),
            "spawn": self.workers == "spawn" or (self.workers == "auto" and gpu),
            "gpu": gpu,
            "environment": {"KERAS_BACKEND": backend()} | {n: os.environ[n] for n in _CARRIED if n in os.environ},
            "versions": versions(),
            "paths": sorted({*_paths(spec.task.params), *_paths(_starts(spec)), *spec.include}),
            "search": None if order.search is None else dict(order.search),
            "needs": list(order.needs),
        }
        return pack(told, _files(order))


def believed(event: Mapping[str, Any], files: Mapping[str, bytes], spec: JobSpec) -> None:
    """Hold what came from a node against what a worker may say.

    Raises:
        CorruptRecord: an unknown event, a file at a place that is not the event's, a stage of another job.
    """
    kind = str(event.get("event"))
    if kind not in _PLACES:
        raise CorruptRecord(f"an unknown event {kind!r}")
    if wrong := [name for name in files if not _PLACES[kind].fullmatch(name)]:
        raise CorruptRecord(f"a file at a wrong place: {wrong[0]!r}")
    if kind == "stage" and (event.get("record") or {}).get("key") not in spec.makes:
        raise CorruptRecord("the stage of another job")
    if kind == "trial" and {f"outside/{name}" for name in event.get("files", ())} != set(files):
        raise CorruptRecord("a trial without its files")
    if kind == "ended" and event.get("status", "ok") not in _STATUSES:
        raise CorruptRecord(f"an unknown status {event['status']!r}")


def _files(order: Order) -> dict[str, bytes]:
    """Return finished trials of the job's search, and the finished stages that it rests on."""
    files: dict[str, bytes] = {}
    if order.trials is not None and order.trials.is_dir():
        for trial in sorted(path for path in order.trials.iterdir() if path.name.isdigit()):
            files |= gather(trial, into=f"trials/{trial.name}/")
    for key, folder in order.needs.items():
        files |= gather(folder, into=f"needs/{key}/")
    return files


def _starts(spec: JobSpec) -> list[Any]:
    """Return what the contestants of a job start from."""
    return [dict(one.pretrain) for one in (spec.contestant, *(member.contestant for member in spec.members))]


def _paths(value: Any) -> Iterator[str]:
    """Yield the files and folders here that parameters of a dataset, or what a contestant starts from, name."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _paths(one)
    elif isinstance(value, str) and Path(value).is_absolute() and Path(value).exists():
        yield value
