"""How far a run is, read from its folder alone: run.json, the journal, and what its process says of itself."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import psutil

from dlbench.runs import RunFolder
from dlbench.store import FAILED, Store

_SAME_START = 5.0
"""Seconds by which two readings of a process's start may differ; another process under its number differs by more."""


@dataclass(frozen=True)
class Progress:
    """Jobs of one contestant: finished well, running, yet to run, and those that failed or could not run."""

    contestant: str
    done: int
    running: int
    waiting: int
    failed: int


@dataclass(frozen=True)
class Status:
    """How far a run is.

    Attributes:
        run: its folder.
        state: `finished`; `running`; `stopped` (ended before it was finished); `killed` (its process is gone and said
            nothing); `elsewhere` (at work on another machine, or killed there: it cannot be told from here).
        at: seconds since the process last wrote, None where it left nothing.
        host, pid: of the process, None where it left nothing.
        contestants: in the order of the suite.
        running: name, seconds, and trial, of, best, step where they are known.
        left: wall seconds that remain, from the jobs that are done; None where there are none.
    """

    run: str
    state: str
    at: float | None
    host: str | None
    pid: int | None
    contestants: tuple[Progress, ...]
    running: tuple[Mapping[str, Any], ...]
    left: float | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in ("finished", "stopped", "killed")

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"format": 1, **asdict(self)}


def status(run: RunFolder, store: Store) -> Status:
    """Return how far a run is.

    Args:
        run: at any time of its life; it is only read.
        store: where its records are, for what jobs took.

    Raises:
        CorruptRecord: run.json cannot be believed.
    """
    header = run.header()
    live = _live(run)  # before the journal: a run that ends in between is then told as finished
    journal = run.journal()
    ended = {entry["key"]: entry for entry in journal if "key" in entry}
    finished = any(entry.get("event") == "finished" for entry in journal)
    told = "finished" if finished else _state(live)
    at_work = told in ("running", "elsewhere")
    running = [one for one in live.get("running", ()) if one["key"] not in ended] if at_work else []
    jobs = list({job["key"]: job for job in header["jobs"]}.values())
    waiting = [job for job in jobs if job["key"] not in ended]
    left = _left(jobs, waiting, ended, store, live.get("slots") or 1) if at_work else None
    return Status(
        str(run.path), told, time.time() - live["at"] if live else None, live.get("host"), live.get("pid"),
        _progress(jobs, ended, {one["key"] for one in running}), tuple(_told(one) for one in running), left,
    )  # fmt: skip


def state(run: RunFolder) -> str:
    """Return the state of a run that is not finished: running, stopped, killed or elsewhere."""
    return _state(_live(run))


def _live(run: RunFolder) -> dict[str, Any]:
    """Return what the run's process says of itself; empty where it says nothing."""
    try:
        found: Any = json.loads((run.path / "live.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and {"pid", "host", "at", "process_started"} <= set(found) else {}


def _state(live: Mapping[str, Any]) -> str:
    if not live:
        return "stopped"
    if live["host"] != socket.gethostname():
        return "elsewhere"
    try:
        started = psutil.Process(live["pid"]).create_time()
    except psutil.Error:
        return "killed"
    return "running" if abs(started - live["process_started"]) < _SAME_START else "killed"


def _progress(
    jobs: Sequence[Mapping[str, Any]], ended: Mapping[str, Mapping[str, Any]], running: set[str]
) -> tuple[Progress, ...]:
    """Count the jobs of each contestant."""
    counts: dict[str, Counter[str]] = {}
    for job in jobs:
        entry = ended.get(job["key"])
        place = "waiting" if entry is None else "done" if entry["status"] == "ok" else "failed"
        place = "running" if entry is None and job["key"] in running else place
        counts.setdefault(job["contestant"]["label"], Counter())[place] += 1
    names = ("done", "running", "waiting", "failed")
    return tuple(Progress(label, *(count[name] for name in names)) for label, count in counts.items())


def _left(
    jobs: Sequence[Mapping[str, Any]],
    waiting: Sequence[Mapping[str, Any]],
    ended: Mapping[str, Mapping[str, Any]],
    store: Store,
    slots: int,
) -> float | None:
    """Return the wall seconds of what waits or runs: what others of the same pair took, else what all took."""
    walls: dict[tuple[str, str], list[float]] = {}
    for job in jobs:
        entry = ended.get(job["key"])
        brief = store.brief("jobs", entry["key"], entry["attempt"]) if entry else None
        if brief and brief["wall"] and brief["status"] in ("ok", *FAILED):
            walls.setdefault(_pair(job), []).append(brief["wall"])
    if not walls:
        return None
    means = {pair: fmean(seconds) for pair, seconds in walls.items()}
    usual = fmean(means.values())
    return sum(means.get(_pair(job), usual) for job in waiting) / max(1, min(slots, len(waiting)))


def _pair(job: Mapping[str, Any]) -> tuple[str, str]:
    return job["task"], job["contestant"]["label"]


def _told(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a running job with the seconds it has taken so far."""
    known = {name: one[name] for name in ("name", "trial", "of", "best", "step") if name in one}
    return {**known, "seconds": max(0.0, time.time() - one["started"])}
