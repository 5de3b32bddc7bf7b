"""Conducts a run: hands jobs to the pool, makes records of what comes back, survives being killed at any point."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord
from dlbench.core.job import JobSpec
from dlbench.engine.environment import machine_print, versions
from dlbench.engine.events import JobFinished, JobStarted, Listener, StepStarted, Stopping, TrialDone
from dlbench.engine.keeping import keep_best
from dlbench.engine.pool import Pool
from dlbench.planning import Plan, backend
from dlbench.runs import RunFolder
from dlbench.store import Store, load_arrays


class Conductor:
    """Runs the pending jobs of a plan.

    Args:
        plan: what to run.
        store: where records go.
        run: whose journal is kept.
        pool: the processes.
        listener: is told what happens.
        fresh: do every search again, even where a finished one is stored.
    """

    def __init__(
        self, plan: Plan, store: Store, run: RunFolder, pool: Pool, listener: Listener, *, fresh: bool = False
    ) -> None:
        self.plan, self.store, self.run, self.pool, self.listener = plan, store, run, pool, listener
        self._fresh = fresh
        self._staged: dict[str, tuple[Path, str]] = {}
        self._searches: dict[str, Mapping[str, Any]] = {}
        self._machine = machine_print()
        self._interrupts = 0
        self._abandoned = False

    def conduct(self) -> bool:
        """Run everything; return False where the user stopped it."""
        journal, opened = self.run.attempts(), self.run.header()["started"]
        for key, record in self.plan.done.items():
            if key not in journal:  # of another run, or of this one, killed between the record and its line
                self._note(record, reused=str(record.get("started", "")) < opened)
        waiting = list(self.plan.pending)
        with self._signals():
            while (waiting and not self._interrupts) or self.pool.busy:
                self._fill(waiting)
                for job, event in self.pool.wait():
                    self._handle(job, event)
                if self._interrupts > 1:
                    self._abandon()
        if waiting or self._abandoned:
            return False
        if self.plan.suite.policy.keep_models == "best":
            entries = [entry for entry in self.run.attempts().values() if not entry["reused"]]
            keep_best(self.store, [self.store.record("jobs", entry["key"], entry["attempt"]) for entry in entries])
        self.run.append({"event": "finished", "at": _now()})
        return True

    def _fill(self, waiting: list[JobSpec]) -> None:
        """Start jobs while there is room, none whose search another job is doing just now."""
        while self.pool.free and not self._interrupts:
            searching = {job.search_key for job in self.pool.running if job.search_key not in self._searches} - {""}
            job = next((job for job in waiting if job.search_key not in searching), None)
            if job is None:
                return
            waiting.remove(job)
            staged = self.store.staging()
            self._staged[job.key] = staged, _now()
            self.pool.start(job, staged, self._search_of(job))
            self.listener(JobStarted(job))

    def _search_of(self, job: JobSpec) -> dict[str, Any] | None:
        """Return the record of the job's search where it is finished."""
        known = self._searches.get(job.search_key)
        if known is None and job.search_key and not self._fresh:
            known = self.store.find("stages", job.search_key)
        if known is None:
            return None
        self._searches[job.search_key] = known
        return dict(known)

    def _handle(self, job: JobSpec, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "trial":
            self.listener(TrialDone(job, event["number"], event["of"], event["score"], event["best"]))
        elif kind == "step":
            self.listener(StepStarted(job, str(event["step"])))
        elif kind == "stage":
            folder = self._staged[job.key][0] / "outside" / "search"
            self._searches[job.search_key] = self.store.commit("stages", folder, event["record"])
        elif kind == "ended":
            self._finish(job, event)

    def _finish(self, job: JobSpec, event: dict[str, Any]) -> None:
        """Make a record of a job's end, whatever it was."""
        staged, started = self._staged.pop(job.key)
        record = self._record(job, event, started)
        if record["status"] == "ok":
            record |= _doubt(staged)
        if record["status"] == "ok":
            self.store.commit_truth(staged / "outside" / "truth.npz", record["fingerprints"]["truth"])
        stored = self.store.commit("jobs", staged / "job", record)
        shutil.rmtree(staged, ignore_errors=True)
        self._note(stored, reused=False)
        self.listener(JobFinished(job, stored))

    def _record(self, job: JobSpec, event: dict[str, Any], started: str) -> dict[str, Any]:
        result = event.get("result") or {}
        ledger = {**result.get("ledger", {}), "import": event.get("import"), "wall": event.get("wall")}
        return {
            "key": job.key,
            "status": event.get("status", "ok"),
            "reason": event.get("reason", ""),
            "error": event.get("error"),
            "job": job.describe(),
            **result,
            "ledger": ledger,
            "peak_memory_bytes": max(0, int(event.get("peak") or 0)) or None,
            "stages": [job.search_key] if job.search_key else [],
            "environment": {
                "versions": versions(),
                "machine": self._machine,
                "threads": job.threads,
                "device": job.device,
                "backend": backend() if job.contestant.kind == "deep" else "",
                "beside": self.pool.slots,
            },
            "started": started,
            "finished": _now(),
        }

    def _note(self, record: Mapping[str, Any], *, reused: bool) -> None:
        fields = {name: record[name] for name in ("key", "attempt", "status")}
        self.run.append({**fields, "reused": reused, "at": _now()})

    def _abandon(self) -> None:
        for job in self.pool.stop():
            self._abandoned = True
            shutil.rmtree(self._staged.pop(job.key)[0], ignore_errors=True)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """First Ctrl-C: let running jobs finish. Second: kill them. Either way the run resumes."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupt(number: int, frame: object) -> None:
            self._interrupts += 1
            self.listener(Stopping(at_once=self._interrupts > 1))

        previous = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _doubt(staged: Path) -> dict[str, Any]:
    """Return what is wrong with the files a worker left; empty where they can be believed."""
    try:
        for path in (staged / "job" / "predictions.npz", staged / "outside" / "truth.npz"):
            load_arrays(path.read_bytes())
    except (CorruptRecord, OSError) as error:
        return {"status": "failed", "reason": f"it left files that cannot be read: {error}"}
    return {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
