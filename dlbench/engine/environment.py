"""What a run says of the machine and the code it ran on: an allow-list, no secrets."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from dlbench.core.canonical import digest
from dlbench.machine import backend, gpus, installed

_DISTRIBUTIONS = (
    "dlbench", "numpy", "scipy", "pandas", "scikit-learn", "keras", "keras-tuner", "tensorflow", "jax", "torch",
)  # fmt: skip
_VARIABLES = ("KERAS_BACKEND", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "DLBENCH_OFFLINE", "CI")


def versions() -> dict[str, str]:
    """Return the versions of Python and of what changes results, those installed."""
    found = {name: installed(name) for name in _DISTRIBUTIONS}
    return {"python": platform.python_version(), **{name: found[name] for name in found if found[name]}}


def hardware() -> dict[str, Any]:
    """Return processor, cores, memory, system and, where there are any, GPUs."""
    found = gpus()
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        **({"gpus": found} if found else {}),
        "backend": backend(),
    }


def machine_print() -> str:
    """Return a short hash of the hardware; timings are comparable only where it is the same."""
    return digest({name: value for name, value in hardware().items() if name != "backend"}, 12)


def variables() -> dict[str, str]:
    """Return the environment variables on the allow-list that are set."""
    return {name: os.environ[name] for name in _VARIABLES if name in os.environ}


def git(folder: Path) -> dict[str, Any]:
    """Return commit, branch, dirty flag and remote (without credentials) of the checkout; empty outside one."""

    def ask(*arguments: str) -> str | None:
        try:
            done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    commit = ask("rev-parse", "HEAD")
    if commit is None:
        return {}
    remote = ask("remote", "get-url", "origin")
    dirty = ask("status", "--porcelain", "--untracked-files=no")
    return {
        "commit": commit,
        "branch": ask("rev-parse", "--abbrev-ref", "HEAD"),
        "dirty": bool(dirty),
        "remote": _without_credentials(remote) if remote else None,
    }


def _without_credentials(remote: str) -> str:
    parts = urlsplit(remote)
    if not parts.scheme:
        return remote.rpartition("@")[2]
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _processor() -> str:
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return platform.processor()
