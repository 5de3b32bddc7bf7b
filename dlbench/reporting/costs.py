"""What the jobs of a contestant took, beside the pace of the machine while they ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.reporting.frame import costs
from dlbench.reporting.source import Record, Source, fold_of, label_of, place_of

MEASURES = ("fit_seconds", "predict_seconds_per_1000", "peak_memory_bytes")
PACED = MEASURES[:2]
"""Those that are seconds, and so are told in units of the machine's pace."""
Which = tuple[int, int, int]


@dataclass(frozen=True)
class Spent:
    """The cost of a contestant on a task, job by job.

    Attributes:
        name: task, point, contestant.
        machine: print of where its jobs ran; empty where they ran on several or it is not known.
        beside: jobs side by side; 0 where that differs between them.
        jobs: (repeat, fold, seed) → measure → value, with `pace_seconds` of a fixed workload run around the job.
    """

    name: tuple[str, str, str]
    machine: str
    beside: int
    jobs: Mapping[Which, Mapping[str, float]]

    def as_json(self) -> dict[str, Any]:
        """Return it as a baseline keeps it."""
        held = [{"at": list(which), **taken} for which, taken in sorted(self.jobs.items())]
        named = dict(zip(("task", "point", "contestant"), self.name, strict=True))
        return {**named, "machine": self.machine, "beside": self.beside, "jobs": held}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Spent:
        """Return what `as_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: something else.
        """
        jobs: dict[Which, Mapping[str, float]] = {}
        for job in entry["jobs"]:
            repeat, fold, seed = (int(number) for number in job["at"])
            jobs[repeat, fold, seed] = {name: float(value) for name, value in job.items() if name != "at"}
        name = (str(entry["task"]), str(entry["point"]), str(entry["contestant"]))
        return cls(name, str(entry["machine"]), int(entry["beside"]), jobs)

    def relative(self, measure: str) -> dict[Which, float]:
        """Return a measure job by job, seconds as multiples of the pace; only jobs that have both."""
        found = {}
        for which, taken in self.jobs.items():
            unit = taken.get("pace_seconds") if measure in PACED else 1.0
            if taken.get(measure) and unit:
                found[which] = taken[measure] / unit
        return found


def costs_of(source: Source) -> dict[tuple[str, str, str], Spent]:
    """Return the costs of every contestant that finished a job in this run; jobs of an earlier run do not count."""
    found: dict[tuple[str, str, str], list[Record]] = {}
    for record in source.jobs:
        if record["status"] == "ok" and record["key"] not in source.reused:
            found.setdefault((*place_of(record), label_of(record)), []).append(record)
    return {name: _spent(name, records) for name, records in found.items()}


def _spent(name: tuple[str, str, str], records: list[Record]) -> Spent:
    machines = {str((record.get("environment") or {}).get("machine", "")) for record in records}
    beside = {int((record.get("environment") or {}).get("beside", 0)) for record in records}
    jobs = {(*fold_of(record), int(record["job"].get("seed", 0))): _taken(record) for record in records}
    return Spent(
        name, machines.pop() if len(machines) == 1 else "", beside.pop() if len(beside) == 1 else 0, jobs
    )  # fmt: skip


def _taken(record: Record) -> dict[str, float]:
    told = {**costs(record), "pace_seconds": record.get("pace_seconds")}
    return {name: float(f"{told[name]:.6g}") for name in (*MEASURES, "pace_seconds") if told.get(name)}
