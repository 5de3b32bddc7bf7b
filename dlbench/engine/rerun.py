"""A stored job run once more and held against its record, number by number."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.canonical import canonical
from dlbench.core.errors import UsageError
from dlbench.engine.alone import Repeated, as_recorded, repeat
from dlbench.engine.environment import machine_print, versions
from dlbench.engine.recorded_job import RecordedJob
from dlbench.keys import keyed
from dlbench.machine import backend
from dlbench.store import load_arrays

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.job import JobSpec

_ABSENT = "–"


@dataclass(frozen=True)
class Compared:
    """One number of the record beside the same of the repetition.

    Attributes:
        what: `accuracy`, `prediction values`, …
        before, after: in words.
        equal: to the last digit.
    """

    what: str
    before: str
    after: str
    equal: bool


@dataclass(frozen=True)
class Rerun:
    """What a repetition came to.

    Attributes:
        name: of the job.
        status, reason: of the repetition, as in a record.
        rows: what was compared; empty where the repetition or the record failed.
        causes: why digits may differ, where that is known.
        attempt: under which number it was kept; None where it was not.
    """

    name: str
    status: str
    reason: str
    rows: tuple[Compared, ...] = ()
    causes: tuple[str, ...] = field(default=())
    attempt: int | None = None

    @property
    def equal(self) -> bool:
        """Whether all that was compared is equal to the digit."""
        return bool(self.rows) and all(row.equal for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 equal, 4 different, 3 failed."""
        if not self.rows:
            return 3
        return 0 if self.equal else 4


def rerun(job: RecordedJob, *, keep: bool = False, allow_code: bool = False) -> Rerun:
    """Run a job again with a fresh search, from its record alone, and compare.

    Args:
        job: from `find_job`.
        keep: whether it becomes another attempt in the store, where it ends well; the run's own record stays as it is.
        allow_code: whether files that the suite included may run.

    Raises:
        UsageError, DataError: it cannot be repeated, see `RecordedJob.spec`, or its key names other versions.
    """
    spec = job.spec(allow_code=allow_code)
    as_recorded(job.record)
    if keep and keyed(spec).key != spec.key:
        known = "; ".join(_causes(job.record, spec))
        raise UsageError(
            f"{job.name}: cannot be kept under the key of its record, which names what is not here: {known}"
        )
    with tempfile.TemporaryDirectory(prefix="dlbench-rerun-") as folder:
        again = repeat(job, spec, Path(folder))
        rows = tuple(_compared(job, again)) if _both_ok(job.record, again.record) else ()
        attempt = _keep(job, again) if keep and again.record["status"] == "ok" else None
    reason = str(again.record["reason"])
    if not rows and again.record["status"] == "ok":
        reason = f"the record itself is of a job that {job.record['status']}: {job.record['reason']}"
    causes = () if rows and all(row.equal for row in rows) else tuple(_causes(job.record, spec))
    return Rerun(job.name, str(again.record["status"]), reason, rows, causes, attempt)


def _both_ok(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return bool(before["status"] == after["status"] == "ok")


def _compared(job: RecordedJob, again: Repeated) -> Iterator[Compared]:
    """Yield what was chosen, how long it was trained, the scores, and every array of the prediction."""
    before, after = job.record, again.record
    for name in ("chosen", "rounds", "threshold", "form"):
        if before.get(name) or after.get(name):
            yield _row(name, before.get(name), after.get(name))
    for which in ("data", "split", "truth"):
        yield _row(f"fingerprint of {which}", before["fingerprints"].get(which), after["fingerprints"].get(which))
    if before.get("validation") or after.get("validation"):
        yield _row("validation", _value(before["validation"]), _value(after["validation"]))
    for metric in before["scores"]:
        yield _row(metric, _value(before["scores"][metric]), _value(after["scores"].get(metric)))
    kept = job.store.arrays("jobs", before, "predictions.npz")
    made = load_arrays((again.folder / "predictions.npz").read_bytes())
    for name in sorted({*kept, *made}):
        yield _of_arrays(name, kept.get(name), made.get(name))


def _row(what: str, before: Any, after: Any) -> Compared:
    equal = canonical(before) == canonical(after)
    return Compared(what, _told(before), "the same" if equal else _told(after), equal)


def _of_arrays(name: str, before: np.ndarray | None, after: np.ndarray | None) -> Compared:
    import numpy as np

    if before is None or after is None or before.shape != after.shape or before.dtype != after.dtype:
        first, second = (_ABSENT if one is None else f"{one.dtype} {one.shape}" for one in (before, after))
        return Compared(f"prediction {name}", first, second, equal=False)
    equal = np.array_equal(before, after, equal_nan=before.dtype.kind == "f")
    if equal or before.dtype.kind not in "fiu":
        told = f"{int((before != after).sum())} of {before.size} differ" if not equal else "the same"
    else:
        told = f"{np.nanmax(np.abs(before.astype(np.float64) - after)):.3g} apart at most"
    return Compared(f"prediction {name}", f"{before.dtype} {before.shape}", told, equal)


def _value(entry: Mapping[str, Any] | None) -> Any:
    return None if entry is None else entry.get("value")


def _told(value: Any) -> str:
    if value is None:
        return _ABSENT
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_told(held)}" for name, held in value.items() if name != "members") or "members"
    return repr(value) if isinstance(value, float) else str(value)


def _causes(record: Mapping[str, Any], spec: JobSpec) -> Iterator[str]:
    """Yield why digits may differ though nobody made a mistake; for these only the protocol is promised."""
    environment = record.get("environment", {})
    if spec.search.seconds is not None:
        yield f"the budget is in seconds ({spec.search.seconds:g}): how far a search comes depends on the load"
    here, there = versions(), environment.get("versions", {})
    others = [f"{name} {there.get(name, 'none')} → {here.get(name, 'none')}" for name in sorted({*here, *there})
              if here.get(name) != there.get(name)]  # fmt: skip
    if others:
        yield f"other versions: {', '.join(others)}"
    if environment.get("machine") != machine_print():
        yield "another machine"
    if environment.get("backend") and environment["backend"] != backend():
        yield f"another backend: {environment['backend']} → {backend()}"
    if not others and keyed(spec).key != spec.key:
        yield "the code of dlbench or of a component changed, or a version that the key names"
    if spec.threads > 1:
        yield f"{spec.threads} threads a job: sums may be taken in another order"
    if spec.device == "gpu":
        yield "a GPU: some of its operations have no fixed order"


def _keep(job: RecordedJob, again: Repeated) -> int:
    """Commit the repetition as another attempt of its key."""
    staged = job.store.staging()
    shutil.copytree(again.folder, staged, dirs_exist_ok=True)
    job.store.commit_truth(again.outside / "truth.npz", again.record["fingerprints"]["truth"])
    return int(job.store.commit("jobs", staged, again.record)["attempt"])
