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
    from dlbench.core.pretraining import Pretrain


class Facts:
    """Reads each thing once. Of a plan's own: a later plan looks again, since files change."""

    def __init__(self) -> None:
        self._identities: dict[str, Mapping[str, Any]] = {}
        self._files: dict[str, str] = {}

    def identity(self, task: TaskSpec) -> Mapping[str, Any]:
        """Return what says that a task's data is still the same."""
        return self.of_data(task.dataset, task.params)

    def of_data(self, dataset: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what says that a dataset is still the same."""
        told = canonical(dict(params))
        name = f"{dataset} {told}"
        if name not in self._identities:
            self._identities[name] = catalog.dataset(dataset).identity(json.loads(told))
        return self._identities[name]

    def start(self, start: Pretrain) -> dict[str, Any]:
        """Return what says that what a contestant starts from is still the same: data, or the content of a file."""
        if start.dataset:
            return {**start.told(), "identity": self.of_data(start.dataset, start.params or {}), "params": {}}
        return {"weights": start.weights if start.staged else self.code(start.weights)}

    def code(self, path: str) -> str:
        """Return the SHA-256 of an included file, or of one of weights."""
        if path not in self._files:
            with Path(path).open("rb") as stream:
                self._files[path] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._files[path]
