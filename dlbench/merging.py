"""Joins results folders: records of many machines in one place, each key once.

Where two folders hold a record of one key, they are compared: equal results are kept once, different ones are told
and the record that was there first stays. A record that cannot be believed is told and left behind.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord, UsageError
from dlbench.runs import RunFolder, all_runs
from dlbench.store import Store, list_keys, write_synced

# Fields of a record that say what was measured, and not when, where or how fast.
_RESULT = ("status", "chosen", "rounds", "threshold", "scores", "fingerprints", "form")
_KINDS = ("jobs", "stages")


@dataclass
class Merged:
    """What came of joining folders.

    Attributes:
        copied: records that were not there before.
        same: records whose key was there, with the same result.
        differing: one sentence for each record whose key was there with another result.
        unreadable: one sentence for each record or run that cannot be believed.
        runs: runs that were copied.
    """

    copied: int = 0
    same: int = 0
    runs: int = 0
    differing: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def merge(sources: Sequence[Path], target: Path) -> Merged:
    """Copy everything of `sources` that `target` lacks. Interrupted, it is simply done again.

    Args:
        sources: results folders; they are only read.
        target: results folder; made where it is missing.

    Raises:
        UsageError: a source that is no results folder, or is the target.
    """
    for source in sources:
        if not any((source / name).is_dir() for name in _KINDS):
            raise UsageError(f"{source}: no results folder (it holds neither jobs/ nor stages/)")
        if source.resolve() == target.resolve():
            raise UsageError(f"{source}: is the folder that is merged into; name another with -o")
    into, merged = Store(target, target / ".staging" / "merge"), Merged()
    for source in sources:
        _merge_one(Store(source), into, merged)
    into.clear_staging()
    return merged


def _merge_one(source: Store, into: Store, merged: Merged) -> None:
    places: dict[tuple[str, int], int] = {}
    for kind in _KINDS:
        for key in list_keys(source.root, kind):
            for attempt in source.attempts(kind, key):
                found = _merge_record(source, into, kind, key, attempt, merged)
                if kind == "jobs" and found is not None:
                    places[key, attempt] = found
    for run in all_runs(source.root):
        _merge_run(run, into.root, places, merged)


def _merge_record(source: Store, into: Store, kind: str, key: str, attempt: int, merged: Merged) -> int | None:
    """Return the number of the attempt in the target that stands for one of the source; None where none does."""
    try:
        record = source.record(kind, key, attempt)
    except CorruptRecord as error:
        merged.unreadable.append(str(error))
        return None
    there = into.find(kind, key)
    if there is None or (there["status"] != "ok" and record["status"] == "ok"):
        merged.copied += 1
        return _copy(source, into, kind, record)
    if told := _difference(source, into, kind, there, record):
        merged.differing.append(told)
    else:
        merged.same += 1
    return int(there["attempt"])


def _copy(source: Store, into: Store, kind: str, record: Mapping[str, Any]) -> int:
    """Copy a record with its files and, for a job, the truth that judged it."""
    folder = source.folder(kind, record["key"], record["attempt"])
    staged = into.staging()
    for name in record["files"]:
        if (folder / name).is_file():  # a model may have been removed since: policy.keep_models
            shutil.copyfile(folder / name, staged / name)
    truth = record.get("fingerprints", {}).get("truth")
    if kind == "jobs" and truth and (source.root / "truth" / truth / "truth.npz").is_file():
        into.commit_truth(source.root / "truth" / truth / "truth.npz", truth)
    plain = {name: value for name, value in record.items() if name not in ("attempt", "files", "digest", "format")}
    return int(into.commit(kind, staged, plain)["attempt"])


def _difference(
    source: Store, into: Store, kind: str, there: Mapping[str, Any], record: Mapping[str, Any]
) -> str | None:
    """Say how two records of one key differ in their result; None where they do not."""
    unlike = [name for name in _RESULT if _settled(there.get(name)) != _settled(record.get(name))]
    if not _same_predictions(source, into, kind, there, record):
        unlike.append("predictions")
    if not unlike:
        return None
    ours = into.folder(kind, there["key"], there["attempt"])
    theirs = source.folder(kind, record["key"], record["attempt"])
    return f"{theirs}: another {', '.join(unlike)} than {ours}, which is kept"


def _same_predictions(
    source: Store, into: Store, kind: str, there: Mapping[str, Any], record: Mapping[str, Any]
) -> bool:
    """Whether two records hold the same arrays; equal bytes are, unlike ones may be compressed in another way."""
    import numpy as np

    name = "predictions.npz"
    if there["files"].get(name) == record["files"].get(name):
        return True
    try:
        ours, theirs = into.arrays(kind, there, name), source.arrays(kind, record, name)
    except CorruptRecord:
        return False
    return ours.keys() == theirs.keys() and all(np.array_equal(ours[key], theirs[key]) for key in ours)


def _settled(value: Any) -> Any:
    """Return a value as JSON gives it back, a judge's version aside."""
    if isinstance(value, Mapping):
        return {name: _settled(held) for name, held in value.items() if name != "version"}
    return value


def _merge_run(run: RunFolder, root: Path, places: Mapping[tuple[str, int], int], merged: Merged) -> None:
    """Copy a run, its journal naming the attempts as they are counted in the target."""
    folder = root / run.path.parent.name / run.id
    if (folder / "run.json").is_file():
        return
    try:
        run.header()
    except CorruptRecord as error:
        merged.unreadable.append(str(error))
        return
    folder.mkdir(parents=True, exist_ok=True)
    lines = [_moved(entry, places) for entry in run.journal()]
    write_synced(folder / "journal.jsonl", b"".join(json.dumps(line).encode() + b"\n" for line in lines if line))
    write_synced(folder / "run.json", (run.path / "run.json").read_bytes())
    merged.runs += 1


def _moved(entry: Mapping[str, Any], places: Mapping[tuple[str, int], int]) -> dict[str, Any] | None:
    """Return a journal's entry with the attempt of the target; None where that record was left behind, and of stages,
    which a run that does everything again makes itself."""
    if entry.get("event") == "stage":
        return None
    if "key" not in entry:
        return dict(entry)
    found = places.get((entry["key"], entry["attempt"]))
    return None if found is None else {**entry, "attempt": found}
