"""Conducts a run: hands jobs to the pool, makes records of what comes back, survives being killed at any point."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord
from dlbench.core.job import JobSpec
from dlbench.engine.events import JobFinished, JobStarted, Listener, StepStarted, Stopping, TrialDone
from dlbench.engine.executor import Executor, Order
from dlbench.engine.keeping import keep_best
from dlbench.engine.recording import Recorder, doubt, line, now
from dlbench.engine.slot_ledger import SlotBook
from dlbench.engine.trial_store import TrialStore
from dlbench.engine.writing import refuse_if_full
from dlbench.planning import Plan
from dlbench.runs import RunFolder
from dlbench.store import Store

_RESTARTS = 2
"""How often a job is started again whose worker was lost, by no doing of its own."""


class Conductor:
    """Runs the pending jobs of a plan. Its memory does not grow with the jobs that are done.

    Args:
        plan: what to run.
        store: where records go.
        run: whose journal is kept.
        pool: what runs the jobs.
        listener: is told what happens.
        fresh: do every search again, even where a finished one is stored.
    """

    def __init__(
        self, plan: Plan, store: Store, run: RunFolder, pool: Executor, listener: Listener, *, fresh: bool = False
    ) -> None:
        self.plan, self.store, self.run, self.pool, self.listener = plan, store, run, pool, listener
        self._fresh = fresh
        self._waiting = {job.key: job for job in plan.pending}
        self._staged: dict[str, tuple[Path, str]] = {}
        self._stages = run.stages() if fresh else {}
        self._barren: dict[str, Mapping[str, Any]] = {}
        self._losses: dict[str, int] = {}
        self._trials = TrialStore((run.path if fresh else store.root) / "trials")
        self._recorder = Recorder(pool.slots, run.name)
        self._book = SlotBook(pool.slots, time.monotonic())
        self._interrupts = 0
        self._abandoned = False

    def conduct(self) -> bool:
        """Run everything; return False where the user stopped it."""
        self._note_done()
        with self._signals():
            while (self._waiting and not self._interrupts) or self.pool.busy:
                self._fill()
                for job, event in self.pool.wait():
                    self._handle(job, event)
                if self._interrupts > 1:
                    self._abandon()
        if not self._abandoned:
            self.run.append(self._book.closed(time.monotonic()))
        if self._waiting or self._abandoned:
            return False
        if self.plan.suite.policy.keep_models == "best":
            entries = [entry for entry in self.run.attempts().values() if not entry["reused"]]
            keep_best(self.store, [self.store.record("jobs", entry["key"], entry["attempt"]) for entry in entries])
        self.run.append({"event": "finished", "at": now()})
        return True

    def _note_done(self) -> None:
        """Write what need not be run to the journal, where it does not stand there."""
        journal = self.run.attempts()
        new = [record for key, record in self.plan.done.items() if key not in journal]
        # of another run, or of this one, killed between the record and its line
        self.run.append(*(line(record, reused=record.get("run") != self.run.name) for record in new))

    def _fill(self) -> None:
        """Start jobs while there is room, none whose search or pretraining another job is doing just now."""
        while not self._interrupts and (job := self._next()) is not None:
            del self._waiting[job.key]
            staged = self.store.staging()
            self._staged[job.key] = staged, now()
            if job.search_key in self._barren:
                self._end_unstarted(job)
                continue
            order = Order(job, staged, self._search_of(job), self._trials.folder(job.search_key), self._needs_of(job))
            self.pool.start(order)
            self.listener(JobStarted(job))

    def _end_unstarted(self, job: JobSpec) -> None:
        """End a job whose search, done once for all fits of its fold, has found nothing."""
        (self._staged[job.key][0] / "job").mkdir()
        self.listener(JobStarted(job))
        self._finish(job, dict(self._barren[job.search_key]))

    def _next(self) -> JobSpec | None:
        """Return the first job that waits and can start now."""
        if self.pool.busy >= self.pool.slots:
            return None
        making = {key for job in self.pool.running for key in job.makes if key not in self._stages}
        able = (job for job in self._waiting.values() if making.isdisjoint(job.makes) and self._ready(job))
        return next((job for job in able if self.pool.room_for(job)), None)

    def _ready(self, job: JobSpec) -> bool:
        """Whether the searches that an ensemble rests on are over, well or badly."""
        coming = {other.search_key for other in (*self._waiting.values(), *self.pool.running)} if job.needs else set()
        return not any(key in coming and key not in self._stages for key in job.needs)

    def _needs_of(self, job: JobSpec) -> dict[str, Path]:
        """Return the folders of the finished stages that a job rests on: weights, and the searches of an ensemble."""
        found = {key: self._stage(key) for key in (*job.needs, *job.starts)}
        return {key: self.store.folder("stages", key, stage["attempt"]) for key, stage in found.items() if stage}

    def _search_of(self, job: JobSpec) -> dict[str, Any] | None:
        """Return the record of the job's search where it is finished."""
        return self._stage(job.search_key)

    def _stage(self, key: str) -> dict[str, Any] | None:
        """Return the record of a finished stage; in a run that does everything again, of this run alone."""
        if key in self._stages:
            with suppress(CorruptRecord):  # of this run before it was killed, and damaged since: made again
                return self.store.record("stages", key, self._stages[key])
            del self._stages[key]
        found = self.store.find("stages", key) if key and not self._fresh else None
        if found is not None:
            self._stages[key] = found["attempt"]
        return found

    def _handle(self, job: JobSpec, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "trial":
            if event["files"]:
                self._trials.commit(job.search_key, self._staged[job.key][0] / "outside", event["files"])
            self.listener(TrialDone(job, event["number"], event["of"], event["score"], event["best"]))
        elif kind == "step":
            self.listener(StepStarted(job, str(event["step"])))
        elif kind == "stage":
            self._keep_stage(job, event["record"])
        elif kind == "ended":
            since = time.monotonic()
            if event.get("lost") and self._losses.get(job.key, 0) < _RESTARTS:
                self._start_again(job, event)
            else:
                self._finish(job, event)
            if "spent" in event:
                self._book.freed(event, since, time.monotonic())

    def _keep_stage(self, job: JobSpec, record: Mapping[str, Any]) -> None:
        """Store a stage that a job has made: its pretraining, or its search, whose trials are no longer needed."""
        key = record["key"]
        made = job.stage_folder(key)
        folder = self._staged[job.key][0] / "outside" / made
        self._stages[key] = self.store.commit("stages", folder, record)["attempt"]
        if self._fresh:  # found again by the journal, should this run be resumed
            self.run.append({"event": "stage", "stage": key, "attempt": self._stages[key], "at": now()})
        if made == "search":
            self._trials.remove(key)

    def _start_again(self, job: JobSpec, event: dict[str, Any]) -> None:
        """Put a job back whose worker was lost; finished trials, and a finished search, stay."""
        self._losses[job.key] = self._losses.get(job.key, 0) + 1
        shutil.rmtree(self._staged.pop(job.key)[0], ignore_errors=True)
        self.run.append({"event": "lost", "job": job.key, "reason": event["reason"], "at": now()})
        self._waiting = {job.key: job, **self._waiting}

    def _finish(self, job: JobSpec, event: dict[str, Any]) -> None:
        """Make a record of a job's end, whatever it was."""
        staged, started = self._staged.pop(job.key)
        if event.get("lost"):
            event["reason"] += f"; so it was {self._losses.pop(job.key)} times before"
        record = self._recorder.record(job, event, started)
        if record["status"] == "ok":
            record |= doubt(staged)
        if record["status"] == "ok":
            self.store.commit_truth(staged / "outside" / "truth.npz", record["fingerprints"]["truth"])
        else:
            refuse_if_full(self.store.root)
        if (record["error"] or {}).get("type") == "NoTrialFinished":  # whoever runs it again wants it tried again
            self._trials.remove(job.search_key)
            self._note_barren(job, event)
        elif record["status"] == "timeout" and self._used_up(job):
            self._note_barren(job, event)
        stored = self.store.commit("jobs", staged / "job", record)
        shutil.rmtree(staged, ignore_errors=True)
        self.run.append(line(stored, reused=False))
        self.listener(JobFinished(job, stored))

    def _used_up(self, job: JobSpec) -> bool:
        """Whether a job was searching, in seconds that are those of all its fits."""
        return bool(job.search_key) and job.search.seconds is not None and job.search_key not in self._stages

    def _note_barren(self, job: JobSpec, event: Mapping[str, Any]) -> None:
        """Let the other fits of a fold end as the one did whose search, the same for all, came to nothing."""
        self._barren[job.search_key] = {name: event.get(name) for name in ("event", "status", "reason", "error")}

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
