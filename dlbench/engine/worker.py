"""The process of one job: its log, its threads, its end. Nothing is returned but JSON and files."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import DataUnavailable, Diverged
from dlbench.core.job import JobSpec
from dlbench.planning import seen

_LONGEST_TRACE = 20_000


def work(payload: bytes, connection: Connection) -> None:
    """Do one job and say by `connection` how it went. Runs in a process of its own.

    Args:
        payload: JSON: spec, folder, outside, log, search (record or null), cores (list or null).
        connection: takes JSON messages: events of the job, then one `done` or `error`.
    """
    order = json.loads(payload)
    _settle(Path(order["log"]), order["cores"])
    spec = JobSpec.from_json(order["spec"])

    def send(message: Mapping[str, Any]) -> None:
        connection.send_bytes(json.dumps(message, default=_plain, allow_nan=False).encode())

    try:
        started = time.monotonic()
        for path in spec.include:
            catalog.include(Path(path))
        if seen(spec) != spec.seen:
            raise DataUnavailable("data or included code changed after the run was planned; run the suite again")
        _limit_threads(spec)
        imported = time.monotonic() - started
        send({"event": "done", "result": _run(spec, order, send), "import": imported, "peak": _peak_memory()})
    except BaseException as error:  # noqa: BLE001  the process boundary: whatever happened becomes a record
        send({"event": "error", **_describe(error), "peak": _peak_memory()})
    connection.close()
    _leave()


def _leave() -> None:
    """End at once: nothing of a contestant's (threads, exit handlers) may hold the process up."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _run(spec: JobSpec, order: Mapping[str, Any], send: Any) -> dict[str, Any]:
    from dlbench.engine.job import Desk, run_job

    return run_job(spec, Desk(Path(order["folder"]), Path(order["outside"]), send, order["search"]))


def _settle(log: Path, cores: list[int] | None) -> None:
    """Take over the process: own session, own log for both outputs, no keyboard signals, death with the parent."""
    with contextlib.suppress(AttributeError, OSError):
        os.setsid()
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: a daemonised child stays in the tree
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
    if cores:
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setaffinity(0, cores)


def _limit_threads(spec: JobSpec) -> None:
    """Hold every library to the protocol's threads: pools already loaded, and those still to come."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
        os.environ[name] = str(spec.threads)
    if spec.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    from threadpoolctl import threadpool_limits

    if spec.contestant.kind == "deep":
        import keras

        _limit_backend(keras.backend.backend(), spec.threads)
    import sklearn.utils  # noqa: F401  its OpenMP pool must be loaded to be limited

    threadpool_limits(limits=spec.threads)


def _limit_backend(backend: str, threads: int) -> None:
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)
    elif backend == "torch":
        import torch

        torch.set_num_threads(threads)


def _describe(error: BaseException) -> dict[str, Any]:
    status = "failed"
    if isinstance(error, DataUnavailable):
        status = "unavailable"
    elif isinstance(error, Diverged):
        status = "diverged"
    elif isinstance(error, MemoryError):
        status = "memory"
    name = type(error).__name__
    reason = f"{name}: {error}".strip().splitlines()[0][:500] if str(error) else name
    trace = "".join(traceback.format_exception(error))[-_LONGEST_TRACE:]
    return {"status": status, "reason": reason, "error": {"type": name, "message": str(error)[:2000], "trace": trace}}


def _plain(value: Any) -> Any:
    """Turn numpy's scalars into JSON's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _peak_memory() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
