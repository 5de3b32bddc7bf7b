"""What this machine has, and what of it this process may use: the backend of nets, versions, cores and GPUs."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlbench.core.errors import UsageError

CARDS = Path("/proc/driver/nvidia/gpus")
"""Where NVIDIA's driver has a folder a card."""


def backend() -> str:
    """Return the Keras backend that jobs use: KERAS_BACKEND's, else the first installed of TensorFlow, JAX, PyTorch."""
    found = (name for name in ("tensorflow", "jax", "torch") if installed(name))
    return os.environ.get("KERAS_BACKEND") or next(found, "tensorflow")


@cache
def installed(distribution: str) -> str:
    """Return an installed version, or "" where there is none."""
    for name in (distribution, f"{distribution}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def cores() -> int:
    """Return how many cores this process may use: those that taskset or Slurm leaves it, not all there are."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def device_kind(device: str) -> str:
    """Return cpu or gpu: what `auto` means on this machine, found out without loading a framework."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all") not in ("", "-1")
    found = "gpu" if Path("/dev/nvidia0").exists() and visible else "cpu"
    if device == "gpu" and found == "cpu":
        raise UsageError("--device gpu: there is no NVIDIA GPU here; leave it out, or use --device cpu")
    return found if device == "auto" else device


def visible_gpus() -> tuple[str, ...]:
    """Return the GPUs that jobs may use, as CUDA_VISIBLE_DEVICES names them; no driver is loaded to find out."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        names = [name.strip() for name in named.split(",")]
        return tuple(name for name in names if name and not name.startswith("-"))
    try:
        return tuple(str(number) for number, _ in enumerate(CARDS.iterdir()))
    except OSError:
        return ("0",) if Path("/dev/nvidia0").exists() else ()


def cards() -> list[str]:
    """Return the model of every GPU of this machine as NVIDIA's driver names it, seen or not."""
    models: list[str] = []
    with contextlib.suppress(OSError):  # what a run says of its machine is not worth the run
        for file in sorted(CARDS.glob("*/information")):
            facts = dict(line.partition(":")[::2] for line in file.read_text(errors="replace").splitlines())
            models.append(facts.get("Model", "unknown").strip())
    return models


def gpus() -> str:
    """Return the GPUs of this machine in words, "2 × NVIDIA H100"; empty where there are none."""
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in Counter(cards()).items())
