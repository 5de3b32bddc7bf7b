"""What planning reads of data and included files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.canonical import canonical

if TYPE_CHECKING:
    from dlbench.core.job import TaskSpec


class Facts:
    """Reads each thing once. Of a plan's own: a later plan looks again, since files change."""

    def __init__(self) -> None:
        self._identities: dict[str, Mapping[str, Any]] = {}
        self._files: dict[str, str] = {}

    def identity(self, task: TaskSpec) -> Mapping[str, Any]:
        """Return what says that a task's data is still the same."""
        params = canonical(dict(task.params))
        name = f"{task.dataset} {params}"
        if name not in self._identities:
            self._identities[name] = catalog.dataset(task.dataset).identity(json.loads(params))
        return self._identities[name]

    def code(self, path: str) -> str:
        """Return the SHA-256 of an included file."""
        if path not in self._files:
            self._files[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return self._files[path]
