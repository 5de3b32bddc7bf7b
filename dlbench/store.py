"""Records on disk, by key: written aside, synced, renamed; read with suspicion.

`results/jobs/<key>/<attempt>/` and `results/stages/<key>/<attempt>/` hold what jobs and stages left. Nothing is
ever overwritten: another attempt gets another number.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.briefs import Briefs
from dlbench.core import catalog
from dlbench.core.canonical import digest
from dlbench.core.errors import CorruptRecord

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth

FORMAT = 1
RETRIED = ("unavailable", "interrupted")
FAILED = ("failed", "diverged", "timeout", "memory")


class Store:
    """The records under one results folder.

    Args:
        root: the results folder.
        aside: where attempts are prepared, on the same file system; one folder for each process that writes.
    """

    def __init__(self, root: Path, aside: Path | None = None) -> None:
        self.root = root
        self._aside = aside or root / ".staging"
        self._briefs: dict[str, Briefs] = {}

    def staging(self) -> Path:
        """Return a new empty folder beside the records, where one attempt is prepared."""
        folder = self._aside / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder

    def commit(self, kind: str, staged: Path, record: Mapping[str, Any]) -> dict[str, Any]:
        """Make a prepared folder the next attempt of its key; return the record as stored.

        Args:
            kind: jobs or stages.
            staged: folder from `staging`, with the files that the record names.
            record: must hold `key`; format, attempt, files and digest are set here.
        """
        parent = self.root / kind / str(record["key"])
        parent.mkdir(parents=True, exist_ok=True)
        files = {path.name: file_hash(path) for path in sorted(staged.iterdir()) if path.name != "record.json"}
        while True:
            attempt = 1 + max((int(path.name) for path in parent.iterdir() if path.name.isdigit()), default=0)
            whole = {**record, "format": FORMAT, "attempt": attempt, "files": files}
            whole["digest"] = digest({name: value for name, value in whole.items() if name != "digest"})
            write_synced(staged / "record.json", json.dumps(whole, indent=1).encode())
            try:
                _publish(staged, parent / str(attempt))
            except FileExistsError:
                continue
            return whole

    def commit_truth(self, staged: Path, name: str) -> None:
        """Keep the truth of a test part under its digest, once."""
        target = self.root / "truth" / name
        if (target / "truth.npz").exists():
            return
        folder = self.staging()
        shutil.copyfile(staged, folder / "truth.npz")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _publish(folder, target)
        except FileExistsError:
            shutil.rmtree(folder)

    def attempts(self, kind: str, key: str) -> list[int]:
        """Return the numbers of the attempts of a key, ascending."""
        try:
            names = os.listdir(f"{self.root}/{kind}/{key}")  # noqa: PTH208  ten thousand at a time
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isdigit())

    def find(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return the newest record of a key that can be believed, or None.

        An attempt that cannot be believed (cut short, altered) is passed over.
        """
        for attempt in reversed(self.attempts(kind, key)):
            try:
                return self.record(kind, key, attempt)
            except CorruptRecord:
                continue
        return None

    def brief(self, kind: str, key: str, attempt: int | None = None) -> dict[str, Any] | None:
        """Return what `find` would in short: key, attempt, status, started, model_bytes, attributed, wall, granted,
        used.

        Args:
            kind: jobs or stages.
            key: of the record.
            attempt: this one alone; None for the newest that can be believed.
        """
        briefs = self._briefs.get(kind)
        if briefs is None:
            briefs = self._briefs[kind] = Briefs(self.root / kind / "briefs.json", read_record, write_synced)
        for number in reversed(self.attempts(kind, key)) if attempt is None else (attempt,):
            try:
                return briefs.of(key, number)
            except CorruptRecord:
                continue
        return None

    def keep_briefs(self) -> None:
        """Keep what `brief` has read, so that it is not read again while the records are untouched."""
        for briefs in self._briefs.values():
            briefs.save()

    def record(self, kind: str, key: str, attempt: int) -> dict[str, Any]:
        """Return one record.

        Raises:
            CorruptRecord: it is missing, cut short, altered, or of a newer format.
        """
        return read_record(self.folder(kind, key, attempt) / "record.json")

    def folder(self, kind: str, key: str, attempt: int) -> Path:
        """Return the folder of one attempt."""
        return self.root / kind / key / str(attempt)

    def arrays(self, kind: str, record: Mapping[str, Any], name: str) -> dict[str, np.ndarray]:
        """Return the arrays of an npz file of a record, its hash verified."""
        path = self.folder(kind, record["key"], record["attempt"]) / name
        content = _read_bytes(path)
        if hashlib.sha256(content).hexdigest() != record["files"].get(name):
            raise CorruptRecord(f"{path}: its hash is not the one in the record; run the suite again with --force")
        return load_arrays(content)

    def entries(self, record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """Return the list of a JSON file of a job's record, its hash verified; empty where the job left no such file.

        Raises:
            CorruptRecord: it cannot be read, was altered, or holds no list.
        """
        if name not in (record.get("files") or {}):
            return []
        path = self.folder("jobs", record["key"], record["attempt"]) / name
        content = _read_bytes(path)
        if hashlib.sha256(content).hexdigest() != record["files"][name]:
            raise CorruptRecord(f"{path}: its hash is not the one in the record; run the suite again with --force")
        try:
            found: Any = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise CorruptRecord(f"{path}: not JSON") from error
        if not isinstance(found, list):
            raise CorruptRecord(f"{path}: expected a list, got {type(found).__name__}")
        return [entry for entry in found if isinstance(entry, dict)]

    def prediction(self, record: Mapping[str, Any]) -> Form:
        """Return the prediction of a job."""
        arrays = self.arrays("jobs", record, "predictions.npz")
        return catalog.form(record["form"]).from_arrays(arrays)

    def truth(self, record: Mapping[str, Any]) -> Truth:
        """Return the truth of a job's test part."""
        from dlbench.forms.outlined import truth_of

        path = self.root / "truth" / record["fingerprints"]["truth"] / "truth.npz"
        return truth_of(load_arrays(_read_bytes(path)))

    def clear_staging(self) -> None:
        """Remove what attempts that never finished left behind."""
        shutil.rmtree(self._aside, ignore_errors=True)


def read_record(path: Path) -> dict[str, Any]:
    """Return a record file's content, or raise CorruptRecord."""
    try:
        record: Any = json.loads(_read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise CorruptRecord(f"{path}: cut short or not JSON") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise CorruptRecord(f"{path}: format {FORMAT} expected; written by a newer dlbench, or no record")
    body = {name: value for name, value in record.items() if name != "digest"}
    if record.get("digest") != digest(body):
        raise CorruptRecord(f"{path}: altered since it was written")
    return record


def load_arrays(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an npz file; never unpickles."""
    from dlbench.npz import arrays_of

    try:
        return arrays_of(content)
    except (ValueError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error) as error:
        raise CorruptRecord(f"not an npz file of plain arrays: {error}") from error


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file so that it survives a power cut: aside, synced, renamed."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    with aside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except (PermissionError, IsADirectoryError):  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):
            raise
    finally:
        os.close(handle)


def _publish(staged: Path, target: Path) -> None:
    for path in staged.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    sync_folder(staged)
    try:
        staged.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(target) from error
        raise
    sync_folder(target.parent)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorruptRecord(f"{path}: cannot be read: {error.strerror}") from error


def list_keys(root: Path, kind: str) -> Iterator[str]:
    """Yield every key under `kind`."""
    folder = root / kind
    if folder.is_dir():
        yield from sorted(path.name for path in folder.iterdir() if path.is_dir())
