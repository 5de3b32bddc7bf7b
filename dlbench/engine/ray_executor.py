"""Runs jobs on a Ray cluster: one task a job. The only file that imports ray.

A task is `attendant.attend` on a node: it yields parcels, which come to the driver through Ray; no disk is shared.
Ray never retries: a task whose worker or node was lost ends with `lost`, and the conductor orders the job again.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dlbench.core.errors import CorruptRecord, UsageError
from dlbench.core.job import JobSpec
from dlbench.engine.attendant import attend
from dlbench.engine.charge import Charge
from dlbench.engine.cluster import Needs, capacity, could_run, secure, told
from dlbench.engine.executor import Order
from dlbench.engine.local import preloaded
from dlbench.engine.orders import Orders, believed
from dlbench.engine.parcels import lay_out, unpack
from dlbench.planning import Plan

secure("")  # where the caller has not
try:
    import ray
    from ray import exceptions as broken
except ImportError as error:
    raise UsageError("--executor ray needs Ray: pip install 'dlbench[ray]'") from error

_POLL = 0.1
_LOOK = 5.0
"""Seconds between two looks at which nodes there are."""
_PATIENCE = 60.0
"""Seconds that a job waits for a node that could run it, once the last one is gone."""
_SPARE = 15.0
"""Seconds beyond deadline and grace after which a job is cancelled whose node says nothing."""
_RECORDED = ("machine", "versions")
_joined: list[bool] = []
"""Holds something while this process is in a cluster that `connect` has joined."""
_task: Any = ray.remote(max_retries=0, num_returns="streaming")(attend)


@dataclass
class _Task:
    """A job that Ray runs or will run.

    Attributes:
        begun: when its node took it up; None before that.
        charge: the seconds that its search, and its refit, may take.
    """

    order: Order
    slot: int
    stream: Any
    ordered: float
    charge: Charge
    begun: float | None = None
    hopeless_since: float | None = None
    host: str = ""


class RayExecutor:
    """Runs jobs on the cluster that this process is connected to; an `Executor`.

    Args:
        plan: its policy says what a job needs and may take.
        most: jobs side by side at most; None for as many as the cluster has room for, nodes that join included.
    """

    def __init__(self, plan: Plan, most: int | None = None) -> None:
        self._needs, self._most, self._orders = Needs.of(plan.suite), most, Orders.of(plan, preloaded(plan))
        self._limits = self._orders.limits
        self._tasks: dict[str, _Task] = {}
        self._looked, self._nodes = time.monotonic(), nodes()

    @property
    def slots(self) -> int:
        """Jobs that can run side by side; changes as nodes come and go."""
        room = max(1, sum(capacity(node, self._needs.plain) for node in self._nodes))
        return room if self._most is None else min(room, self._most)

    @property
    def busy(self) -> int:
        """Jobs now running, or waiting for Ray to place them."""
        return len(self._tasks)

    @property
    def running(self) -> tuple[JobSpec, ...]:
        """The jobs now running."""
        return tuple(task.order.spec for task in self._tasks.values())

    def room_for(self, spec: JobSpec) -> bool:
        """Whether the cluster takes another job; Ray finds the place for it."""
        asked = self._needs.of_job(spec)
        alike = sum(self._needs.of_job(other) == asked for other in self.running)
        return self.busy < self.slots and (not asked["GPU"] or alike < sum(capacity(n, asked) for n in self._nodes))

    def start(self, order: Order) -> None:
        """Hand a job to Ray."""
        for name in ("job", "outside"):
            (order.staged / name).mkdir()
        asked = self._needs.of_job(order.spec)
        options = {"num_cpus": asked["CPU"], "num_gpus": asked["GPU"], "memory": asked["memory"] or None}
        stream = _task.options(**options, name=order.spec.name).remote(self._orders.parcel(order, asked["GPU"] > 0))
        taken = {task.slot for task in self._tasks.values()}
        slot = next(number for number in range(len(taken) + 1) if number not in taken)
        self._tasks[order.spec.key] = _Task(order, slot, stream, time.monotonic(), Charge(order.spec))

    def wait(self) -> Iterator[tuple[JobSpec, dict[str, Any]]]:
        """Yield what happened within a tenth of a second: (job, event); `ended` is each job's last."""
        if not self._tasks:
            return
        by_stream = {task.stream: task for task in self._tasks.values()}
        ready, _ = ray.wait(list(by_stream), num_returns=1, timeout=_POLL)
        if ready and len(by_stream) > 1:
            ready, _ = ray.wait(list(by_stream), num_returns=len(by_stream), timeout=0)
        for stream in ready:
            task = by_stream[stream]
            if (event := self._next(task)) is not None:
                yield task.order.spec, event
        if time.monotonic() - self._looked > _LOOK:
            self._look()
        for task in list(self._tasks.values()):
            if (over := self._late(task) or self._hopeless(task)) is not None:
                _cancel(task)
                yield task.order.spec, self._ended(task, over)

    def stop(self) -> list[JobSpec]:
        """Kill every running job and return them; leave the cluster where `connect` has joined it."""
        stopped = [task.order.spec for task in self._tasks.values()]
        for task in self._tasks.values():
            _cancel(task)
        self._tasks.clear()
        leave()
        return stopped

    def _next(self, task: _Task) -> dict[str, Any] | None:
        """Return the next event of a task; None where it concerns nobody else."""
        try:
            event, files = unpack(ray.get(next(task.stream)))
            believed(event, files, task.order.spec)
            lay_out(files, task.order.staged)
        except StopIteration:
            return self._ended(task, _lost("its task ended without a word"))
        except CorruptRecord as error:
            _cancel(task)
            return self._ended(task, _over("failed", f"it left files that cannot be read: {error}"))
        except broken.RayError as error:
            return self._ended(task, _explained(error, task.host))
        if event["event"] == "begun":
            task.begun, task.host = time.monotonic(), str(event["host"])
            return None
        if event["event"] == "step":
            task.charge.come_to(event)
        return self._ended(task, event) if event["event"] == "ended" else event

    def _ended(self, task: _Task, event: dict[str, Any]) -> dict[str, Any]:
        """Forget a task and return its last event, with the ledger of its slot here."""
        self._tasks.pop(task.order.spec.key)
        wall = time.monotonic() - task.ordered
        spent = dict(event.get("spent") or {})
        if not spent and task.charge.since is not None:
            spent["search"] = time.monotonic() - task.charge.since
        # what the node has not seen: Ray finds a place and a worker, parcels travel
        spent["start-up"] = round(spent.get("start-up", 0.0) + max(0.0, wall - sum(spent.values())), 4)
        there = {name: said for name, said in event.get("environment", {}).items() if name in _RECORDED}
        return {**event, "environment": there, "slot": task.slot, "wall": wall, "spent": spent}

    def _late(self, task: _Task) -> dict[str, Any] | None:
        """Say so where a job is long over its time and its node has not ended it."""
        seconds, spare = self._limits.seconds, self._limits.grace + _SPARE
        if seconds is not None and task.begun is not None and time.monotonic() - task.begun >= seconds + spare:
            passed = f"ran longer than {seconds:g} s (policy.timeout)"
        elif task.charge.over(spare) and not _unread(task):
            passed = f"did not stop after {task.charge.told}"
        else:
            return None
        return _over("timeout", f"{passed} on node {task.host}, which did not end it; cancelled by force")

    def _hopeless(self, task: _Task) -> dict[str, Any] | None:
        """Say so where a job has waited long for a node that could run it, and there is none."""
        asked = self._needs.of_job(task.order.spec)
        if task.begun is not None or could_run(self._nodes, asked):
            task.hopeless_since = None
            return None
        task.hopeless_since = task.hopeless_since or time.monotonic()
        if time.monotonic() - task.hopeless_since < _PATIENCE:
            return None
        return _over("unavailable", f"no node is left that has {told(asked)}; let one join and run again")

    def _look(self) -> None:
        self._nodes, self._looked = nodes(), time.monotonic()


def side_by_side(plan: Plan, jobs: int | None, address: str | None) -> int:
    """Join the cluster; return how many jobs of a plan run side by side now.

    Args:
        plan: what is to be run.
        jobs: asked for; None for as many as there is room for.
        address: see `connect`.

    Raises:
        UsageError: there is no such cluster, no node of it can ever run one of the jobs, or a job would see fewer
            devices than its nets train on.
    """
    needs = Needs.of(plan.suite)
    needs.refuse_devices(plan.pending)
    connect(address)
    try:
        needs.refuse(plan.pending, nodes())
    except UsageError:
        leave()
        raise
    if plan.suite.policy.timing == "exclusive":
        return 1
    return RayExecutor(plan, jobs).slots


def connect(address: str | None) -> None:
    """Join a Ray cluster, unless this process is in one.

    Args:
        address: of the head, or `auto` for one on this machine; None starts one here that ends with this process.

    Raises:
        UsageError: nothing answers there, or it wants another token.
    """
    if ray.is_initialized():
        return
    if "RAY_AUTH_MODE" not in os.environ:
        raise UsageError("ray was imported without its token: set RAY_AUTH_MODE=token in the environment")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if address is None:
        quiet |= {"address": "local", "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        ray.init(**{"address": address, **quiet})
    except (broken.RayError, ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise UsageError(
            f"--address {address or 'local'}: cannot join the Ray cluster: {error}. Is `ray start --head` running "
            "there, and is its token in ~/.ray/auth_token or RAY_AUTH_TOKEN here?"
        ) from error
    _joined.append(True)


def leave() -> None:
    """Leave the cluster where `connect` has joined it; one that it started ends."""
    if _joined:
        _joined.clear()
        ray.shutdown()


def nodes() -> list[dict[str, float]]:
    """Return the resources of the nodes that are alive: CPU, GPU, memory in bytes."""
    return [dict(node["Resources"]) for node in ray.nodes() if node["Alive"]]


def _cancel(task: _Task) -> None:
    with contextlib.suppress(broken.RayError, ValueError):
        ray.cancel(task.stream, force=True)


def _unread(task: _Task) -> bool:
    """Whether its node has said something that waits here, while this process was busy: it may be past its budget."""
    ready, _ = ray.wait([task.stream], timeout=0)
    return bool(ready)


def _explained(error: Exception, host: str) -> dict[str, Any]:
    """Return the last event of a job whose task ended by an error of Ray's."""
    where = f"node {host}" if host else "a node"
    first = (str(error).strip().splitlines() or [""])[0][:300]
    if isinstance(error, broken.OutOfMemoryError):
        return _over("memory", f"{where} had no memory left and Ray killed the job; raise policy.resources.memory")
    if isinstance(error, broken.RayTaskError):
        return _over("unavailable", f"{where} cannot run jobs: {type(error.cause).__name__}: {error.cause}"[:500])
    if isinstance(error, broken.RuntimeEnvSetupError | broken.TaskUnschedulableError):
        return _over("unavailable", f"{where} cannot run jobs: {first}")
    return _lost(f"its Ray worker on {where} was lost ({type(error).__name__})")


def _lost(reason: str) -> dict[str, Any]:
    return {**_over("failed", reason), "lost": True}


def _over(status: str, reason: str) -> dict[str, Any]:
    return {"event": "ended", "status": status, "reason": reason}
