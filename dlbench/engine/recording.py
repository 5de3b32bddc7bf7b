"""What a job's end comes to: a record, and a line in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord
from dlbench.core.job import JobSpec
from dlbench.engine.environment import machine_print, versions
from dlbench.machine import backend
from dlbench.store import load_arrays


class Recorder:
    """Makes records.

    Args:
        beside: jobs that run side by side: with more than one, timings are not those of a job alone.
        run: which run the jobs belong to, as `RunFolder.name` says it.
    """

    def __init__(self, beside: int, run: str = "") -> None:
        self._beside, self._run = beside, run
        self._machine = machine_print()

    def record(self, job: JobSpec, event: Mapping[str, Any], started: str) -> dict[str, Any]:
        """Return the record of a job from its last event, as `Store.commit` wants it.

        Args:
            job: that has ended.
            event: `ended`, see `executor`.
            started: when, as `now` says it.
        """
        result = dict(event.get("result") or {})
        computing = result.pop("computing", {})
        ledger = {**(result.get("ledger") or _charged(job, event))}
        ledger |= {"import": event.get("import"), "wall": event.get("wall")}
        ledger |= {"slot": event["slot"], "spent": event["spent"]} if "spent" in event else {}
        device = {"peak_device_bytes": event["device_peak"]} if event.get("device_peak") else {}
        return {
            "key": job.key,
            "status": event.get("status", "ok"),
            "reason": event.get("reason", ""),
            "error": event.get("error"),
            "job": job.describe(),
            "spec": job.to_json(),
            **result,
            "ledger": ledger,
            "peak_memory_bytes": max(0, int(event.get("peak") or 0)) or None,
            **device,
            "stages": list(job.makes or job.needs),
            "environment": {
                "versions": versions(),
                "machine": self._machine,
                "threads": job.threads,
                "device": job.device,
                "backend": backend() if job.deep else "",
                **computing,
                "beside": self._beside,
                **event.get("environment", {}),  # of the machine where it ran, if that is another
            },
            "run": self._run,
            "started": started,
            "finished": now(),
        }


def _charged(job: JobSpec, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a job was granted and used that did not live to say so, by what its slot knows."""
    spent = event.get("spent") or {}
    if not spent.keys() & {"search", "refit"}:
        return {}
    seconds, used = job.search.seconds, spent.get("search", 0.0) + spent.get("refit", 0.0)
    charged = {"granted_seconds": seconds, "used_seconds": used}
    return {**charged, **{f"own_{name}": value for name, value in charged.items()}}


def line(record: Mapping[str, Any], *, reused: bool) -> dict[str, Any]:
    """Return what the journal says of a record."""
    return {**{name: record[name] for name in ("key", "attempt", "status")}, "reused": reused, "at": now()}


def doubt(staged: Path) -> dict[str, Any]:
    """Return what is wrong with the files a worker left; empty where they can be believed."""
    try:
        for path in (staged / "job" / "predictions.npz", staged / "outside" / "truth.npz"):
            load_arrays(path.read_bytes())
    except (CorruptRecord, OSError) as error:
        return {"status": "failed", "reason": f"it left files that cannot be read: {error}"}
    return {}


def now() -> str:
    """Return the time of day as records write it, UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
