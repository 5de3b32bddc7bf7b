"""One job of a run, found by its name, and its order rebuilt from its record alone."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import DataError, UsageError
from dlbench.core.job import JobSpec
from dlbench.keys import seen
from dlbench.runs import RunFolder, find_run
from dlbench.store import Store

_LEAST_PREFIX = 4
_NAMED = 5


@dataclass(frozen=True)
class RecordedJob:
    """A job that a run has finished.

    Attributes:
        run: whose journal names it.
        store: where its record lies.
        name: as progress and reports show it.
        record: of the attempt that the run counts.
    """

    run: RunFolder
    store: Store
    name: str
    record: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.store.folder("jobs", str(self.record["key"]), int(self.record["attempt"]))

    @property
    def policy(self) -> Mapping[str, Any]:
        """The policy of the suite that the run resolved."""
        found: Mapping[str, Any] = self.run.header().get("suite", {}).get("policy") or {}
        return found

    def spec(self, *, allow_code: bool = False) -> JobSpec:
        """Return the job as a worker gets it, after a look at data and code.

        Args:
            allow_code: whether files that the suite included may run.

        Raises:
            UsageError: the record holds no order, or code that may not run.
            DataError: data or included code are not what they were.
        """
        held = self.record.get("spec")
        if not held:
            raise UsageError(
                f"{self.name}: its record was written by a dlbench that kept no order with it, so that it cannot be "
                "repeated from the record alone; run its suite again with --force"
            )
        spec = JobSpec.from_json(held)
        if spec.include and not allow_code:
            raise UsageError(
                f"{self.name}: rests on Python files ({', '.join(spec.include)}): trust them by --allow-code"
            )
        try:
            for path in spec.include:
                catalog.include(Path(path))
            same = seen(spec) == spec.seen
        except OSError as error:
            raise DataError(f"{self.name}: {error.filename}: {error.strerror}; put it back where it was") from error
        if not same:
            raise DataError(
                f"{self.name}: the data of {spec.task.dataset!r} or included code changed since the job ran, or cannot "
                "be found; restore them, or run the suite again"
            )
        return spec


def find_job(place: str, root: Path) -> RecordedJob:
    """Return the job that RUN:JOB means: a run as everywhere, and a job's name or the first letters of its key.

    Raises:
        UsageError: no such run or job, several of them, or one that has not finished.
    """
    run, name = _parted(place, root)
    store = run.store
    entry = _chosen(run.header()["jobs"], name, place)
    done = run.attempts().get(entry["key"])
    if done is None:
        raise UsageError(f"{place}: {entry['name']} has not finished; run its suite again to resume it")
    return RecordedJob(run, store, entry["name"], store.record("jobs", entry["key"], done["attempt"]))


def _parted(place: str, root: Path) -> tuple[RunFolder, str]:
    """Split at the first colon that has a run before it: paths may hold colons too."""
    colons = [i for i, sign in enumerate(place) if sign == ":"]
    if not colons:
        raise UsageError(f"{place}: expected RUN:JOB, such as quick:'digits svm fold 1/5'")
    problem: UsageError | None = None
    for colon in colons:
        try:
            return find_run(root, place[:colon] or None), place[colon + 1 :].strip()
        except UsageError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _chosen(jobs: Sequence[Mapping[str, Any]], name: str, place: str) -> Mapping[str, Any]:
    """Return the one job of a name, or of a key that begins so."""
    same = [job for job in jobs if name in (job["name"], job["key"])]
    if not same and len(name) >= _LEAST_PREFIX:
        same = [job for job in jobs if job["key"].startswith(name)]
    if len({job["key"] for job in same}) == 1:
        return same[0]
    if same:
        told = ", ".join(f"{job['key'][:12]} ({job['name']})" for job in same[:_NAMED])
        raise UsageError(f"{place}: several jobs are called so: {told}; name one by more of its key")
    raise UsageError(f"{place}: no job {name!r} in this run{_nearest(name, jobs)}")


def _nearest(name: str, jobs: Sequence[Mapping[str, Any]]) -> str:
    names = [str(job["name"]) for job in jobs]
    near = [one for one in names if one.startswith(name)] if name else []
    near = near or difflib.get_close_matches(name, names, n=_NAMED, cutoff=0.5) or names
    more = ", …" if len(near) > _NAMED else ""
    return f"; the nearest: {', '.join(map(repr, near[:_NAMED]))}{more}"
