"""What this machine has: the backend of nets, versions of distributions, and whether there is a GPU."""

from __future__ import annotations

import contextlib
import os
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


def device_kind(device: str) -> str:
    """Return cpu or gpu: what `auto` means on this machine, found out without loading a framework."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all") not in ("", "-1")
    found = "gpu" if Path("/dev/nvidia0").exists() and visible else "cpu"
    if device == "gpu" and found == "cpu":
        raise UsageError("--device gpu: there is no NVIDIA GPU here; leave it out, or use --device cpu")
    return found if device == "auto" else device


def gpus() -> str:
    """Return the GPUs of this machine as NVIDIA's driver names them, "2 × NVIDIA H100"; empty where there are none."""
    cards: Counter[str] = Counter()
    with contextlib.suppress(OSError):  # what a run says of its machine is not worth the run
        for file in sorted(CARDS.glob("*/information")):
            facts = dict(line.partition(":")[::2] for line in file.read_text(errors="replace").splitlines())
            cards[facts.get("Model", "unknown").strip()] += 1
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in cards.items())
