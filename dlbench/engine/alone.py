"""One job outside any run: the same executor, a folder of its own, nothing written to the store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from dlbench.core.job import JobSpec
from dlbench.engine.executor import HardLimits, Order
from dlbench.engine.pool import Pool
from dlbench.engine.recorded_job import RecordedJob
from dlbench.engine.recording import Recorder, doubt, now
from dlbench.engine.slots import slots
from dlbench.machine import backend, device_kind, installed, visible_gpus


@dataclass(frozen=True)
class Repeated:
    """What a job came to.

    Attributes:
        record: as `Store.commit` wants it.
        folder: the job's files: predictions.npz, model files.
        outside: truth.npz.
    """

    record: Mapping[str, Any]
    folder: Path
    outside: Path


def repeat(job: RecordedJob, spec: JobSpec, folder: Path, search: Mapping[str, Any] | None = None) -> Repeated:
    """Run a recorded job again, by itself.

    Args:
        job: whose run gives limits, and whose store the searches that an ensemble rests on.
        spec: of the job, from `job.spec`, or altered.
        folder: an empty one.
        search: the record of its search; None searches afresh.
    """
    as_recorded(job.record)
    device_kind(spec.device)
    staged = folder / "staged"
    staged.mkdir()
    order = Order(spec, staged, search, None, members(job, spec))
    started, event = now(), _ended(_pool(job, spec, folder), order)
    record = Recorder(1).record(spec, event, started)
    if record["status"] == "ok":
        record |= doubt(staged)
    return Repeated(record, staged / "job", staged / "outside")


def members(job: RecordedJob, spec: JobSpec) -> dict[str, Path]:
    """Return the folders of the stored stages that a job rests on: weights, and the searches of an ensemble."""
    found = {key: job.store.find("stages", key) for key in (*spec.needs, *spec.starts)}
    return {key: job.store.folder("stages", key, stage["attempt"]) for key, stage in found.items() if stage}


def as_recorded(record: Mapping[str, Any]) -> None:
    """Let nets run on the backend of the record, where it is installed and the user has not chosen one."""
    recorded = record.get("environment", {}).get("backend")
    if recorded and "KERAS_BACKEND" not in os.environ:
        os.environ["KERAS_BACKEND"] = recorded if installed(recorded) else backend()


def _pool(job: RecordedJob, spec: JobSpec, folder: Path) -> Pool:
    policy, on_gpu = job.policy, spec.device == "gpu"
    memory = policy.get("memory") or int(0.8 * psutil.virtual_memory().total)
    limits = HardLimits(policy.get("timeout"), memory, policy.get("output"), policy.get("grace", HardLimits.grace))
    places = slots(1, spec.threads, visible_gpus()[: spec.devices] if on_gpu else (), together=spec.devices)
    spawn = policy.get("workers") == "spawn" or on_gpu
    return Pool(places, (), limits, folder / "preload.log", spawn=spawn)


def _ended(pool: Pool, order: Order) -> dict[str, Any]:
    """Return the last event of one job."""
    try:
        pool.start(order)
        while True:
            for _, event in pool.wait():
                if event["event"] == "ended":
                    return event
    finally:
        pool.stop()
