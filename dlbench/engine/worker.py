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
from dlbench.engine.devices import device_peak
from dlbench.engine.processes import MARK
from dlbench.keys import seen

_LONGEST_TRACE = 20_000


class TimeUp(BaseException):
    """The main process has asked this one to stop. No `except Exception` of a contestant's takes it for its own."""


def work(payload: bytes, connection: Connection) -> None:
    """Do one job and say by `connection` how it went. Runs in a process of its own.

    Args:
        payload: JSON: spec, folder, outside, log, search (record or null), trials (or null), cores (list or null),
            gpu (what CUDA_VISIBLE_DEVICES is to be, or null), environment (the main process's).
        connection: takes JSON messages: events of the job, then one `done` or `error`. Steps and the last say how
            long the process has `lived`.
    """
    started = time.monotonic()
    order = json.loads(payload)
    _settle(Path(order["log"]), order["cores"])
    _take_over(order["environment"], order["gpu"])
    spec = JobSpec.from_json(order["spec"])

    def send(message: Mapping[str, Any]) -> None:
        lived = {} if message["event"] in ("trial", "stage") else {"lived": time.monotonic() - started}
        connection.send_bytes(json.dumps({**message, **lived}, default=_plain, allow_nan=False).encode())

    try:
        send({"event": "step", "step": "import"})
        for path in spec.include:
            catalog.include(Path(path))
        if seen(spec) != spec.seen:
            raise DataUnavailable(f"{_read_by(spec)} changed after the run was planned; run the suite again")
        _limit_threads(spec)
        if spec.deep:
            _settle_nets(spec)
        imported = time.monotonic() - started
        send({"event": "step", "step": "load"})
        result = {**_run(spec, order, send), "computing": _computed(spec) if spec.deep else {}}
        device = device_peak(spec)
        send({"event": "done", "result": result, "import": imported, "peak": _peak_memory(), "device_peak": device})
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
    from dlbench.engine.desk import Desk
    from dlbench.engine.job import run_job

    trials = Path(order["trials"]) if order["trials"] else None
    needs = {key: Path(folder) for key, folder in order["needs"].items()}
    outside, grace = Path(order["outside"]), float(order["grace"])
    return run_job(spec, Desk(Path(order["folder"]), outside, send, order["search"], trials, needs, grace))


def _settle(log: Path, cores: list[int] | None) -> None:
    """Take over the process: own session, own log for both outputs, no keyboard signals, death with the parent."""
    with contextlib.suppress(AttributeError, OSError):
        os.setsid()
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: a daemonised child stays in the tree
    server = sys.modules.get("dlbench.engine.nursery")
    if server is not None and os.getppid() != server.SERVER:
        os._exit(1)  # it died before it could take this process along
    if server is not None:
        _let_the_server_see()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _time_is_up)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)
    if cores:
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setaffinity(0, cores)


def _let_the_server_see() -> None:
    """Close this process's end of the pipe whose last end tells the server that the main process has gone.

    Python hands it to every worker, so that the server would outlive the main process for as long as any of them fits.
    """
    from multiprocessing import forkserver

    known: Any = getattr(forkserver, "_forkserver", None)
    with contextlib.suppress(AttributeError, OSError, TypeError):
        os.close(known._forkserver_alive_fd)
        known._forkserver_alive_fd = known._forkserver_address = None


def _time_is_up(number: int, frame: object) -> None:
    raise TimeUp("asked to stop: policy.timeout is over")


def _read_by(spec: JobSpec) -> str:
    """Name what a job reads: the user's own file, the data, or included code beside it."""
    dataset = catalog.dataset(spec.task.dataset)
    paths = [str(spec.task.params[name]) for name in dataset.path_parameters if spec.task.params.get(name)]
    return " or ".join([*(paths or ["data"]), *(["included code"] if spec.include else [])])


def _take_over(environment: Mapping[str, str], gpu: str | None) -> None:
    """See the variables that the main process sees: the server of workers may have been started before they were set.

    A GPU is shown by its number alone, before any library has looked.
    """
    os.environ.update({name: value for name, value in environment.items() if name != MARK})
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1" if gpu is None else gpu


def _limit_threads(spec: JobSpec) -> None:
    """Hold every library to the protocol's threads: pools already loaded, and those still to come."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
        os.environ[name] = str(spec.threads)
    from threadpoolctl import threadpool_limits

    if spec.deep:
        import keras

        from dlbench.training.replicas import imagine

        _limit_backend(keras.backend.backend(), spec.threads)
        imagine(keras.backend.backend())
    import sklearn.utils  # noqa: F401  its OpenMP pool must be loaded to be limited

    threadpool_limits(limits=spec.threads)


def _settle_nets(spec: JobSpec) -> None:
    """Make nets compute as the protocol says."""
    from dlbench.engine.calibration import settle
    from dlbench.training.replicas import use

    settle(spec)
    use(spec.devices)


def _computed(spec: JobSpec) -> dict[str, Any]:
    from dlbench.engine.calibration import computed

    return computed(spec)


def _limit_backend(backend: str, threads: int) -> None:
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        for device in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(device, True)
    elif backend == "jax":
        os.environ["NPROC"] = str(threads)  # all three are read at the first operation
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_gpu_deterministic_ops=true".strip()
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
    elif isinstance(error, TimeUp):
        status = "timeout"
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
