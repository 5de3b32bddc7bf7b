"""What a framework says of the memory it took on a GPU."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec


def device_peak(spec: JobSpec) -> int | None:
    """Return the most bytes that this process held on its GPU; None without one, or where no framework tells.

    A framework counts what its own allocator handed out, not what the driver reserves beside it.
    """
    if spec.device != "gpu" or not spec.deep:
        return None
    for name, ask in (("tensorflow", _tensorflow), ("jax", _jax), ("torch", _torch)):
        if name in sys.modules:
            with contextlib.suppress(Exception):  # a figure of the record is not worth a job
                if peak := ask(sys.modules[name]):
                    return int(peak)
    return None


def _tensorflow(tf: Any) -> int:
    names = [device.name.removeprefix("/physical_device:") for device in tf.config.list_physical_devices("GPU")]
    return sum(tf.config.experimental.get_memory_info(name)["peak"] for name in names)


def _jax(jax: Any) -> int:
    devices = [device for device in jax.local_devices() if device.platform == "gpu"]
    return sum((device.memory_stats() or {}).get("peak_bytes_in_use", 0) for device in devices)


def _torch(torch: Any) -> int:
    return sum(torch.cuda.max_memory_allocated(number) for number in range(torch.cuda.device_count()))
