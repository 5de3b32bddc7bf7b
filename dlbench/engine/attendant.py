"""Runs one ordered job on a machine of a cluster, as a local slot would, and tells of it in parcels.

The job has a process of its own here too, watched by the same guard: its limits hold on the machine where it runs.
Nothing is left on that machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.job import JobSpec
from dlbench.engine.environment import machine_print, versions
from dlbench.engine.executor import HardLimits, Order
from dlbench.engine.parcels import gather, lay_out, pack, unpack
from dlbench.engine.pool import Pool
from dlbench.engine.slots import Slot
from dlbench.keys import keyed, seen
from dlbench.machine import cores, visible_gpus

_CURE = "bring the files to the same path on every node, or set DLBENCH_DATA_DIR there before ray start"
_PREFIX = "dlbench-node-"


def attend(ordered: bytes) -> Iterator[bytes]:
    """Do a job and yield parcels of its events: `begun` first, then those of `executor`, with their files.

    Args:
        ordered: parcel of spec, limits, preload, spawn, gpu, environment, versions, paths, search; its files lie in
            `trials/` and `needs/<key>/`.
    """
    told, files = unpack(ordered)
    host = socket.gethostname()
    here = {"machine": machine_print(), "versions": versions()}
    yield pack({"event": "begun", "host": host})
    try:
        yield from _done(told, files, host, here)
    except Exception as error:  # noqa: BLE001  nothing of ours travels pickled, no exception either
        told_of = "".join(traceback.format_exception(error))[-4000:]
        reason = f"node {host} could not run it: {type(error).__name__}: {error}"[:500]
        failure = {"type": type(error).__name__, "message": str(error)[:2000], "trace": told_of}
        yield pack({"event": "ended", "status": "unavailable", "reason": reason, "error": failure, "environment": here})


def _done(told: Mapping[str, Any], files: Mapping[str, bytes], host: str, here: Mapping[str, Any]) -> Iterator[bytes]:
    """Do the job in a folder that is removed, where nothing stands in its way."""
    _take_over(told["environment"])
    spec = JobSpec.from_json(told["spec"])
    if reason := _obstacle(spec, told):
        yield pack({"event": "ended", "status": "unavailable", "reason": f"node {host}: {reason}", "environment": here})
        return
    _clear_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    try:
        lay_out(files, folder)
        for event, names in _events(_order(spec, told, folder), told, folder):
            if event["event"] == "ended":
                event["environment"] = here
                if event.get("status") == "unavailable":
                    event["reason"] = f"node {host}: {event['reason']}; {_CURE}"
            yield pack(event, names)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _events(order: Order, told: Mapping[str, Any], folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, bytes]]]:
    """Run the job in a pool of one slot; yield each event with the files that belong to it."""
    gpu = ",".join(visible_gpus()) if told["gpu"] else None
    limits = _limits(told["limits"], order.spec.threads)
    pool = Pool((Slot(0, None, gpu),), tuple(told["preload"]), limits, folder / "preload.log", spawn=told["spawn"])
    try:
        pool.start(order)
        while pool.busy:
            for _, event in pool.wait():
                yield event, _left(event, order)
    finally:
        pool.stop()


def _left(event: Mapping[str, Any], order: Order) -> dict[str, bytes]:
    """Return the files that an event names, see `executor`."""
    staged, outside = order.staged, order.staged / "outside"
    if event["event"] == "trial":
        return gather(outside, event["files"], into="outside/")
    if event["event"] == "stage":
        made = order.spec.stage_folder(event["record"]["key"])
        return gather(outside / made, into=f"outside/{made}/")
    if event["event"] != "ended":
        return {}
    return gather(staged / "job", into="job/") | gather(outside, ["truth.npz"], into="outside/")


def _order(spec: JobSpec, told: Mapping[str, Any], folder: Path) -> Order:
    staged = folder / "staged"
    staged.mkdir()
    needs = {key: folder / "needs" / key for key in told["needs"]}
    return Order(spec, staged, told["search"], folder / "trials", needs)


def _limits(told: Mapping[str, Any], threads: int) -> HardLimits:
    """Return the limits of the run; without one on memory, a job may take its share of this machine's."""
    side_by_side = max(1, cores() // threads)
    memory = told["memory"] or int(0.8 * psutil.virtual_memory().total / side_by_side)
    return HardLimits(told["seconds"], memory, told["output"], told["grace"])


def _take_over(environment: Mapping[str, str]) -> None:
    """See what the driver sees, but this node's own data folder where it has one."""
    own = os.environ.get("DLBENCH_DATA_DIR")
    os.environ.update(environment)
    if own:
        os.environ["DLBENCH_DATA_DIR"] = own


def _obstacle(spec: JobSpec, told: Mapping[str, Any]) -> str:
    """Say why the job cannot be done here as it was planned; empty where it can."""
    if missing := [path for path in told["paths"] if not Path(path).exists()]:
        return f"{', '.join(missing)}: not there; {_CURE}"
    mine = versions()
    unlike = [f"{name} {mine.get(name, 'none')}, not {kept}" for name, kept in told["versions"].items()
              if mine.get(name) != kept]  # fmt: skip
    if unlike:
        return f"has {'; '.join(unlike)}; install the same versions on every node"
    try:
        for path in spec.include:
            catalog.include(Path(path))
        if seen(spec) != spec.seen:
            return (
                f"the data of task {spec.task.label}, or included code, is not what the run was planned with; {_CURE}"
            )
        if keyed(spec).key != spec.key:
            return "has another code of dlbench or of its add-ons; install the same on every node"
    except (DlbenchError, OSError) as error:
        return f"{error}; {_CURE}"
    return ""


def _clear_leftovers() -> None:
    """Remove folders of attendants that were killed on this machine."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            if pid.isdigit() and not psutil.pid_exists(int(pid)) and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)
