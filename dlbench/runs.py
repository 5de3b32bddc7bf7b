"""Runs: one execution of a suite, a folder that refers to records.

`run.json` is written once, when the run opens; `journal.jsonl` is only appended to. A torn last line of the
journal loses nothing: the record it would have named is found again by its key.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord, UsageError, suggest
from dlbench.core.results import RESERVED
from dlbench.store import FORMAT, Store, write_synced

_ID = re.compile(r"(\d{8}-\d{6})(?:-(\d+))?", re.ASCII)


@dataclass(frozen=True)
class RunFolder:
    """A run's folder: `results/<suite>/<id>`."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name, unique within its suite."""
        return self.path.name

    @property
    def name(self) -> str:
        """`<suite>/<id>`, unique within its results folder."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def store(self) -> Store:
        """The records that the run refers to."""
        return Store(self.path.parent.parent)

    def header(self) -> dict[str, Any]:
        """Return run.json.

        Raises:
            CorruptRecord: missing, cut short, or of another format.
        """
        file = self.path / "run.json"
        try:
            header: Any = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise CorruptRecord(f"{file}: cannot be read: {error}") from error
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise CorruptRecord(f"{file}: format {FORMAT} expected")
        return header

    def journal(self) -> list[dict[str, Any]]:
        """Return the entries of the journal that are whole."""
        try:
            lines = (self.path / "journal.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        entries = []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # torn by a kill; the record itself is found by its key
            if isinstance(entry, dict):
                entries.append(entry)
        return entries

    def append(self, *entries: Mapping[str, Any]) -> None:
        """Add entries to the journal, on disk when this returns."""
        with (self.path / "journal.jsonl").open("a+b") as stream:
            torn = stream.seek(0, os.SEEK_END) and stream.seek(-1, os.SEEK_END) >= 0 and stream.read(1) != b"\n"
            stream.write((b"\n" if torn else b"") + b"".join(json.dumps(entry).encode() + b"\n" for entry in entries))
            stream.flush()
            os.fsync(stream.fileno())

    def attempts(self) -> dict[str, dict[str, Any]]:
        """Return the last entry of each job's key."""
        return {entry["key"]: entry for entry in self.journal() if "key" in entry}

    def stages(self) -> dict[str, int]:
        """Return key → attempt of the stages that a run which does everything again has made itself."""
        return {entry["stage"]: entry["attempt"] for entry in self.journal() if entry.get("event") == "stage"}

    @property
    def finished(self) -> str | None:
        """When the run finished, or None while it has not."""
        return next((entry["at"] for entry in self.journal() if entry.get("event") == "finished"), None)


def open_run(root: Path, header: Mapping[str, Any]) -> RunFolder:
    """Make a new run folder with its run.json."""
    suite = root / str(header["suite_name"])
    suite.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    latest = max((path.name for path in suite.iterdir() if path.is_dir()), key=_place, default="")
    first = 1
    if _place(latest) >= (stamp, 1):  # within the same second, or the clock was set back: the newest still sorts last
        stamp, first = _place(latest)[0], _place(latest)[1] + 1
    for number in range(first, first + 1000):
        path = suite / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        write_synced(path / "run.json", _readable({**header, "format": FORMAT, "id": path.name}).encode())
        return RunFolder(path)
    raise UsageError(f"{suite}: no free name for a run; choose another folder with -o")


def _readable(header: Mapping[str, Any]) -> str:
    """Return JSON with an entry a line, and an item a line of those that are lists: there may be very many jobs."""
    lines = [f" {json.dumps(name)}: {_lined(value)}" for name, value in header.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lined(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"


def _place(name: str) -> tuple[str, int]:
    """Return what run ids are ordered by: time, then number within it.

    >>> _place("20260102-030405-10")
    ('20260102-030405', 10)
    """
    match = _ID.fullmatch(name)
    return (match[1], int(match[2] or 1)) if match else ("", 0)


def all_runs(root: Path) -> Iterator[RunFolder]:
    """Yield every run under a results folder, oldest first."""
    suites = (path for path in root.glob("*/") if path.name not in RESERVED)  # records are many: not even listed
    files = (path for suite in suites for path in suite.glob("*/run.json"))
    for path in sorted(files, key=lambda file: (_place(file.parent.name), file.parent.name, file.parent.parent.name)):
        yield RunFolder(path.parent)


def find_run(root: Path, name: str | None) -> RunFolder:
    """Return the run that `name` means: a folder, a run id, or a suite's name (its latest); None is the latest.

    Raises:
        UsageError: there is no such run.
    """
    if name and (Path(name) / "run.json").is_file():
        return RunFolder(Path(name).resolve())
    runs = list(all_runs(root))
    if name:
        stem = Path(name).stem if name.endswith((".yaml", ".yml")) else name
        matching = [run for run in runs if stem in (run.id, run.path.parent.name, f"{run.path.parent.name}/{run.id}")]
        if not matching:
            known = {run.path.parent.name for run in runs}
            raise UsageError(f"no run {name!r} under {root}{suggest(stem, known)}")
        runs = matching
    if not runs:
        raise UsageError(f"no runs under {root}; start one with: dlbench run quick")
    return runs[-1]


@contextmanager
def locked(run: RunFolder) -> Iterator[None]:
    """Hold a run's folder for this process; a second process is refused.

    Raises:
        UsageError: another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # no advisory locks on this system: records are safe without, only work may be done twice
        yield
        return
    with (run.path / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"{run.path}: another dlbench is at work on this run; wait for it or stop it") from error
        yield


def folder_of(run: Any, output: Path) -> RunFolder:
    """Return the folder of a run: of one as `find_run` knows it, of an outcome of `run`, or as it is."""
    folder = getattr(run, "folder", run)
    return folder if isinstance(folder, RunFolder) else find_run(output, None if folder is None else str(folder))
