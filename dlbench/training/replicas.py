"""Over how many devices one net is trained. The process belongs to one job, so this is said once, before its first net.

Every device holds all weights and learns from its share of each batch; gradients are summed over all of them before
the optimiser sees them. So a fit is the same as on one device up to rounding: losses are means over the whole batch,
and batch normalisation sees the whole batch. On TensorFlow alone, devices draw the same dropout for their shares of a
batch.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from dlbench.core.errors import UsageError

BACKENDS = ("tensorflow", "jax")
"""Those that train a net on several devices."""

VIRTUAL = "DLBENCH_VIRTUAL_DEVICES"
"""Environment variable: take the CPU for so many devices, to try things out where there are no GPUs."""

_USED: dict[str, Any] = {"count": 1, "strategy": None, "mesh": None}


def use(count: int) -> None:
    """Train the nets of this process on `count` devices from now on.

    Raises:
        UsageError: there are fewer here, or the backend trains on one alone.
    """
    import keras

    backend = keras.backend.backend()
    _USED.update(count=1, strategy=None, mesh=None)
    if count == 1:
        return
    if backend not in BACKENDS:
        raise UsageError(f"protocol.devices: {count}: {backend} trains on one; use KERAS_BACKEND=tensorflow or jax")
    present = _present(backend)
    if len(present) < count:
        raise UsageError(f"protocol.devices: {count}: {backend} sees {len(present)} here; set devices to that or less")
    _USED["count"] = count
    if backend == "jax":
        import jax

        _USED["mesh"] = jax.sharding.Mesh(present[:count], ("batch",))
    else:
        import tensorflow as tf

        _USED["strategy"] = tf.distribute.MirroredStrategy(present[:count])


def count() -> int:
    """Return the devices that a net is trained on."""
    return int(_USED["count"])


def strategy() -> Any:
    """Return TensorFlow's strategy; None where there is one device, or another backend."""
    return _USED["strategy"]


def scope() -> AbstractContextManager[Any]:
    """Let variables made in the block be held by every device."""
    found: AbstractContextManager[Any] = nullcontext() if strategy() is None else strategy().scope()
    return found


def mesh() -> Any:
    """Return JAX's mesh with one axis `batch`; None where there is one device, or another backend."""
    return _USED["mesh"]


def virtual() -> int:
    """Return how many devices the CPU is taken for; 0 where nobody asked."""
    told = os.environ.get(VIRTUAL, "")
    return int(told) if told.isdigit() else 0


def imagine(backend: str) -> None:
    """Take the CPU for as many devices as the environment says; before the backend computes anything."""
    if virtual() < 2:
        return
    if backend == "tensorflow":
        import tensorflow as tf

        (cpu, *_) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * virtual())
    elif backend == "jax":
        asked = f"--xla_force_host_platform_device_count={virtual()}"
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {asked}".strip()


def _present(backend: str) -> list[Any]:
    """Return the GPUs, or the CPU's devices where there are none."""
    if backend == "jax":
        import jax

        return list(jax.devices())
    import tensorflow as tf

    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [device.name for device in found]
