"""The inputs of items, read again through the dataset that a record names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.job import JobSpec
from dlbench.reporting.source import Record

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


@dataclass(frozen=True)
class Reloaded:
    """A dataset as it was when the jobs ran, or in words why it cannot be shown.

    Attributes:
        data: None where it cannot be had.
        reason: a sentence; empty with data.
        places: item id → its place in the data.
    """

    data: Data | None
    reason: str
    places: dict[str, int]


class Shelf:
    """Datasets that were read again, each once."""

    def __init__(self) -> None:
        self._held: dict[str, Reloaded] = {}

    def of(self, record: Record) -> Reloaded:
        """Return the dataset of a record, checked by its fingerprint."""
        name = str((record.get("fingerprints") or {}).get("data") or record["key"])
        if name not in self._held:
            self._held.clear()  # tasks that share data follow each other; several sets at once would not fit
            self._held[name] = _reloaded(record, name)
        return self._held[name]


def _reloaded(record: Record, fingerprint: str) -> Reloaded:
    held = record.get("spec")
    if not held:
        return Reloaded(None, "The records do not say how the data are read again.", {})
    try:
        spec = JobSpec.from_json(held)
        if spec.include:
            return Reloaded(None, "The data come from Python files of the suite, which a report does not run.", {})
        with _without_network():
            data = catalog.dataset(spec.task.dataset).load(spec.task.params)
    except (DlbenchError, OSError, ValueError, KeyError, TypeError) as error:
        return Reloaded(None, f"The data cannot be read again: {error}", {})
    if data.fingerprint() != fingerprint:
        return Reloaded(None, "The data are no longer what they were when the jobs ran.", {})
    return Reloaded(data, "", {str(name): place for place, name in enumerate(data.item_ids.tolist())})


@contextmanager
def _without_network() -> Iterator[None]:
    """Read what is at hand alone: a report fetches nothing."""
    before = os.environ.get("DLBENCH_OFFLINE")
    os.environ["DLBENCH_OFFLINE"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["DLBENCH_OFFLINE"]
        else:
            os.environ["DLBENCH_OFFLINE"] = before
