"""From a run's folder to what a report is made from; works on a run that is still going on."""

from __future__ import annotations

from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord
from dlbench.core.recorded import RecordedMetric
from dlbench.engine.judge import version
from dlbench.reporting.source import Source
from dlbench.runs import RunFolder
from dlbench.store import Store


def load_source(run: RunFolder, store: Store) -> Source:
    """Return a run with the records its journal names.

    Raises:
        CorruptRecord: run.json cannot be believed. A record that cannot be is shown as a job that has not finished.
    """
    header, entries = run.header(), run.attempts()
    for name, told in header.get("metrics", {}).items():
        catalog.stand_in(RecordedMetric(name, told))
    jobs = [{**job, **_progress(entries.get(job["key"]))} for job in header["jobs"]]
    records = [_record(store, entry) for entry in entries.values()]
    return Source(
        {**header, "jobs": jobs, "finished": run.finished},
        tuple(record for record in records if record is not None),
        store.prediction,
        store.truth,
        _version,
        store.entries,
        arrays=lambda record, name: store.arrays("jobs", record, name) if name in record["files"] else {},
    ).remembering()


def _version(metric: str) -> str:
    """Return the version of a metric's code, or the recorded one where the code is not at hand."""
    judge = catalog.metric(metric)
    return judge.version if isinstance(judge, RecordedMetric) else version(metric)


def _progress(entry: dict[str, Any] | None) -> dict[str, Any]:
    return {} if entry is None else {"attempt": entry["attempt"], "reused": entry["reused"]}


def _record(store: Store, entry: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return store.record("jobs", entry["key"], entry["attempt"])
    except CorruptRecord:
        return None
