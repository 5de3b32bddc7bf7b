"""Environments of their own for the two sides of a comparison, so that neither sees the other's code."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from dlbench.core.errors import UsageError

_LEAKS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
"""Variables by which one environment's code reaches another."""


def install(project: Path, folder: Path, pip_flags: Sequence[str] = (), *, share: bool = False) -> Path:
    """Make a virtual environment, install a project into it, and return its Python.

    Args:
        project: a folder that pip can install.
        folder: of the environment; new.
        pip_flags: for `pip install`; its settings in the environment (PIP_NO_INDEX, PIP_FIND_LINKS) hold too.
        share: take what the project depends on from the present environment, at the same versions, instead of
            installing it.

    Raises:
        UsageError: it cannot be made, with what pip said last.
    """
    _run([sys.executable, "-m", "venv", str(folder)], f"{folder}: no virtual environment")
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if share:
        _share(python)
    given = [*(["--no-deps"] if share else []), *pip_flags, str(project)]
    quietly = ["--quiet", "--disable-pip-version-check"]
    _run([str(python), "-m", "pip", "install", *quietly, *given], f"{project}: cannot be installed")
    return python


def clean() -> dict[str, str]:
    """Return this process's variables without those that would mix environments."""
    return {name: value for name, value in os.environ.items() if name not in _LEAKS}


def _share(python: Path) -> None:
    """Let an environment see the packages of the present one, after its own."""
    site = _run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], "no site-packages")
    beside = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    lines = [f"import site; site.addsitedir({folder!r})" for folder in sorted(beside)]
    (Path(site) / "shared.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(command: Sequence[str], told: str) -> str:
    done = subprocess.run(command, env=clean(), capture_output=True, text=True)
    if done.returncode:
        raise UsageError(f"{told}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout.strip()
