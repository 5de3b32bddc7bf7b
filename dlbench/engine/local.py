"""The executor of this machine: how many slots, what workers have loaded, which limits hold."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import psutil

from dlbench.engine import processes, tree
from dlbench.engine.executor import HardLimits
from dlbench.engine.pool import Pool
from dlbench.engine.slots import slots
from dlbench.machine import backend, device_kind, visible_gpus
from dlbench.planning import Plan

_USUAL = ("numpy", "pandas", "sklearn.ensemble", "sklearn.compose", "sklearn.svm", "dlbench.engine.job")


def pool_for(plan: Plan, count: int, device: str, log: Path) -> Pool:
    """Return the pool that runs a plan here.

    Args:
        plan: its policy sets limits, jobs a GPU, and how workers start.
        count: slots, from `side_by_side`.
        device: auto, cpu or gpu.
        log: takes what preloading prints.
    """
    policy, on_gpu = plan.suite.policy, device_kind(device) == "gpu"
    memory = policy.memory or int(0.8 * psutil.virtual_memory().total / count)
    limits = HardLimits(policy.timeout, memory, policy.output, policy.grace)
    gpus = visible_gpus() if on_gpu else ()
    protocol = plan.suite.protocol
    places = slots(count, protocol.threads, gpus, policy.jobs_per_gpu, protocol.devices)
    spawn = policy.workers == "spawn" or (policy.workers == "auto" and on_gpu)
    return Pool(places, preloaded(plan), limits, log, spawn=spawn)


def end_leftovers(folder: Path) -> None:
    """Kill what the jobs of a run have left whose main process was killed.

    Args:
        folder: of the run, held by this process (`runs.locked`).
    """
    try:
        told = json.loads((folder / "live.json").read_bytes())
        pid, started, host = int(told["pid"]), float(told["process_started"]), told["host"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if host == socket.gethostname() and pid != os.getpid():
        tree.kill(lambda: processes.marked(processes.marked_by(pid, started)))


def preloaded(plan: Plan) -> tuple[str, ...]:
    """Return what workers find imported. None of it touches a device: that is left to the worker."""
    if not plan.pending:
        return ()
    if not any(job.deep or job.search_key for job in plan.pending):
        return _USUAL
    os.environ["KERAS_BACKEND"] = backend()  # Keras would ask a file in the home first: what is recorded counts
    return (*_USUAL, "keras", backend(), "keras_tuner")
