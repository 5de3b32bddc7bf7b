"""A wall around a job's memory that cannot be outrun: a control group, where the system lets one be made.

The guard looks at memory twenty times a second and says well what it saw; a group is held by the kernel between two
looks. It counts cached files as well, so the wall stands somewhat above the limit. Where none can be made (no rights, a
parent of version 2 that has processes of its own, no Linux) the guard alone holds the limit.

Source: Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_SLACK, _ROOM = 1.25, 64 * 2**20
"""How far above the limit the wall stands: in parts of it, and in bytes."""


@dataclass(frozen=True)
class Names:
    """Files of a version: the limit, and where the kernel counts what it has killed."""

    limit: str
    events: str


V1, V2 = Names("memory.limit_in_bytes", "memory.oom_control"), Names("memory.max", "memory.events")


@dataclass(frozen=True)
class ControlGroup:
    """A group that holds one job's processes, those still to come included.

    Attributes:
        folder: of the group.
        names: of its files.
    """

    folder: Path
    names: Names

    @property
    def broken(self) -> bool:
        """Whether the kernel has killed a process of it for want of memory."""
        try:
            lines = (self.folder / self.names.events).read_text().splitlines()
        except OSError:
            return False
        return any(line.split()[0] == "oom_kill" and int(line.split()[1]) > 0 for line in lines if line.strip())

    def remove(self, seconds: float = 1.0) -> None:
        """Take the wall down once its processes are gone; one that is still held is left to the system."""
        until = time.monotonic() + seconds
        while self.folder.is_dir():
            with contextlib.suppress(OSError):
                self.folder.rmdir()
                return
            if time.monotonic() > until:
                return
            time.sleep(0.01)


def wall(pid: int, limit: int | None, mount: Path = MOUNT) -> ControlGroup | None:
    """Put a process into a group of its own; None where there is no limit, or no such group can be made.

    Args:
        pid: of a process that has no children yet.
        limit: bytes that it and its children may take.
        mount: where control groups are mounted.
    """
    found = _parent(mount) if limit is not None else None
    if found is None or limit is None:
        return None
    parent, names = found
    group = ControlGroup(parent / f"dlbench-{os.getpid()}-{pid}", names)
    try:
        if names is V2:
            _write(parent / "cgroup.subtree_control", "+memory")
        group.folder.mkdir()
        _write(group.folder / names.limit, str(int(limit * _SLACK) + _ROOM))
        _write(group.folder / "cgroup.procs", str(pid))
    except OSError:
        group.remove(0.0)
        return None
    return group


def _parent(mount: Path) -> tuple[Path, Names] | None:
    """Return the group of memory that this process is in, and how its files are called."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return mount / "memory" / path.lstrip("/"), V1
        if number == "0" and (mount / "cgroup.controllers").exists():
            return mount / path.lstrip("/"), V2
    return None


def _write(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
