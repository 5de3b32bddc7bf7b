"""Finished trials on disk, so that a killed search goes on where it was.

A worker writes each trial as it finishes: `trials/<number>.json`, with `trials/<number>.npz` beside it where there
are predictions. The conductor moves them to `<root>/<search key>/<number>/`. A file that was cut short or altered is
not believed; the trial is then run again. They go when the search is committed, which holds them all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.canonical import digest
from dlbench.core.errors import CorruptRecord
from dlbench.store import load_arrays, sync_folder

if TYPE_CHECKING:
    import numpy as np

FOLDER = "trials"
_FORMAT = 1
_NAME = re.compile(rf"{FOLDER}/(\d+)\.(json|npz)", re.ASCII)


@dataclass(frozen=True)
class Trial:
    """A finished trial.

    Attributes:
        entry: what records say of it: number, values, share, score, seconds, rounds, status, reason.
        arrays: name → array of the validation predictions; empty where it failed or repeats another.
        spent: seconds of preparation, compile and fit.
        elapsed: seconds that the search had used when it was finished.
    """

    entry: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    spent: Mapping[str, float] = field(default_factory=dict)
    elapsed: float = 0.0


def write(outside: Path, search_key: str, trial: Trial) -> list[str]:
    """Leave a trial in a worker's folder; return the names of its files, relative to `outside`, the JSON last."""
    (outside / FOLDER).mkdir(exist_ok=True)
    stem = f"{FOLDER}/{trial.entry['number']}"
    content = _packed(trial.arrays) if trial.arrays else b""
    told = {
        "format": _FORMAT,
        "search": search_key,
        "trial": dict(trial.entry),
        "spent": dict(trial.spent),
        "elapsed": trial.elapsed,
        "predictions": hashlib.sha256(content).hexdigest() if content else "",
    }
    text = json.dumps({**told, "digest": digest(told)})
    files = {f"{stem}.npz": content, f"{stem}.json": text.encode()}
    for name, held in files.items():
        if held:
            aside = outside / f"{name}.part"
            aside.write_bytes(held)
            aside.replace(outside / name)
    return [name for name, held in files.items() if held]


def read(folder: Path, search_key: str) -> dict[int, Trial]:
    """Return number → trial of a search, those that can be believed; none where there is no such folder."""
    found = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.isdigit() and (trial := _believed(path, search_key)) is not None:
            found[int(path.name)] = trial
    return found


class TrialStore:
    """The finished trials of searches that are not finished.

    Args:
        root: a folder that may be missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, search_key: str) -> Path:
        """Return where the trials of a search stand; there may be none."""
        return self.root / search_key

    def commit(self, search_key: str, outside: Path, files: Iterable[str]) -> None:
        """Move a worker's trial to its place, synced; one of the same number that stood there is replaced.

        Raises:
            CorruptRecord: file names that no worker writes.
        """
        matches = [_NAME.fullmatch(name) for name in files]
        numbers = {match[1] for match in matches if match}
        if len(numbers) != 1 or None in matches:
            raise CorruptRecord(f"the files of a trial should be {FOLDER}/<number>.json and .npz, not {list(files)}")
        (number,) = numbers
        staged = outside / FOLDER / f"{number}.{uuid.uuid4().hex[:8]}"
        staged.mkdir()
        for match in matches:
            if match:
                path = outside / match[0]
                _sync(path)
                path.rename(staged / f"trial.{match[2]}")
        sync_folder(staged)
        _put(staged, self.folder(search_key) / number)

    def remove(self, search_key: str) -> None:
        """Remove the trials of a search that is finished, or is to start anew."""
        shutil.rmtree(self.folder(search_key), ignore_errors=True)


def _put(staged: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        aside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        target.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    staged.rename(target)
    sync_folder(target.parent)


def _believed(folder: Path, search_key: str) -> Trial | None:
    try:
        told = json.loads((folder / "trial.json").read_bytes())
        body = {name: value for name, value in told.items() if name != "digest"}
        if told["digest"] != digest(body) or (told["format"], told["search"]) != (_FORMAT, search_key):
            return None
        if str(told["trial"]["number"]) != folder.name:
            return None
        arrays = _unpacked(folder / "trial.npz", told["predictions"]) if told["predictions"] else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, CorruptRecord):
        return None
    return Trial(told["trial"], arrays, told["spent"], float(told["elapsed"]))


def _packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    import numpy as np

    stream = io.BytesIO()
    held: dict[str, Any] = dict(arrays)
    np.savez(stream, **held)
    return stream.getvalue()


def _unpacked(path: Path, sha: str) -> dict[str, np.ndarray]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha:
        raise CorruptRecord(f"{path}: its hash is not the one in trial.json")
    return load_arrays(content)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
