"""Whether this machine has the devices on which a suite trains each net, asked before anything runs."""

from __future__ import annotations

from dlbench.core.errors import UsageError
from dlbench.machine import backend, device_kind, visible_gpus
from dlbench.planning import Plan
from dlbench.training.replicas import BACKENDS, VIRTUAL, virtual


def can_spread(plan: Plan) -> None:
    """Check that nets of this plan can be trained on several devices, wherever they are.

    Raises:
        UsageError: the backend, or `jit: on`, allows one device alone.
    """
    count = _asked(plan)
    if count > 1 and backend() not in BACKENDS:
        raise UsageError(f"protocol.devices: {count}: {backend()} trains on one; use KERAS_BACKEND=tensorflow or jax")
    if count > 1 and backend() == "tensorflow" and plan.suite.protocol.jit == "on":
        raise UsageError(f"protocol.jit: on compiles for one device, not {count}; leave jit or protocol.devices out")


def enough_devices(plan: Plan, device: str) -> None:
    """Check the same, and that this machine has as many devices. No driver is loaded to find out.

    Args:
        plan: of a suite whose `protocol.devices` counts where nets are still to be trained.
        device: auto, cpu or gpu.

    Raises:
        UsageError: there are fewer.
    """
    can_spread(plan)
    count, on_gpu = _asked(plan), device_kind(device) == "gpu"
    present = len(visible_gpus()) if on_gpu else max(1, virtual())
    if count > present:
        what = f"{present} GPU{'s' * (present != 1)}" if on_gpu else f"{present} (the CPU; {VIRTUAL} can split it)"
        raise UsageError(f"protocol.devices: {count}: there is only {what} here; use --set protocol.devices={present}")


def _asked(plan: Plan) -> int:
    """Return the devices that jobs still to run need."""
    return max((job.devices for job in plan.pending if job.deep), default=1)
