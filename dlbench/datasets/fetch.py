"""Fetching files: the only network code. Over http and https alone, checked by hash, resumed where it was cut."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbench.core.errors import DataUnavailable

MOST_BYTES = 1 << 30
CHUNK = 1 << 16
TIMEOUT = 30.0


@dataclass(frozen=True)
class RemoteFile:
    """A file that mirrors hold under its name; `checksum` is `sha256:…` or `md5:…`, as its publisher states it."""

    name: str
    checksum: str


def offline() -> bool:
    """Whether DLBENCH_OFFLINE forbids the network."""
    return os.environ.get("DLBENCH_OFFLINE", "").strip().lower() not in ("", "0", "false", "no", "off")


def fetch(file: RemoteFile, folder: Path, mirrors: Sequence[str], *, attempts: int = 4, pause: float = 0.5) -> Path:
    """Return the path of `file` in `folder`, fetched where it is not there yet.

    Bytes arrive in `<name>.part`, which outlives a cut connection, a kill and the program; only a file with the
    right hash ever bears the name. Processes that want a file of the same folder wait for each other.

    Args:
        file: what to fetch.
        folder: where it is kept; made where missing.
        mirrors: base addresses, tried in order.
        attempts: connections to each mirror before the next one's turn.
        pause: seconds before the second attempt, doubled for each further one.

    Raises:
        DataUnavailable: offline, no mirror answers, a wrong hash, a folder that cannot be written.
    """
    failures: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            for mirror in mirrors:
                try:
                    return _from_mirror(file, folder, mirror.rstrip("/"), attempts, pause)
                except _Failed as failure:
                    failures.append(str(failure))
    except OSError as error:
        raise DataUnavailable(f"{folder}: cannot keep fetched files: {error.strerror or error}") from error
    raise DataUnavailable("; ".join(failures) or f"{file.name}: no mirror is known")


class _Failed(Exception):
    """One mirror did not give the file."""


def _from_mirror(file: RemoteFile, folder: Path, mirror: str, attempts: int, pause: float) -> Path:
    import pooch

    url = f"{mirror}/{file.name}"
    for _ in range(2):
        download = _Download(folder / f"{file.name}.part", attempts, pause)
        try:
            return Path(pooch.retrieve(url, file.checksum, file.name, folder, downloader=download))
        except ValueError as error:  # pooch's word for a wrong hash; what was fetched is gone by now
            if not download.resumed:
                raise _Failed(f"{url}: the file is not the published one (expected {file.checksum})") from error
    raise _Failed(f"{url}: the file is not the published one (expected {file.checksum})")


class _Download:
    """A downloader for pooch that goes on where an earlier one stopped."""

    def __init__(self, part: Path, attempts: int, pause: float) -> None:
        self.part, self.attempts, self.pause = part, attempts, pause
        self.resumed = False

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        from http.client import HTTPException
        from urllib.error import HTTPError

        if offline():
            raise _Failed(f"{url}: DLBENCH_OFFLINE forbids the network")
        if not url.startswith(("http://", "https://")):
            raise _Failed(f"{url}: expected an http or https address")
        reason = ""
        for attempt in range(self.attempts):
            time.sleep(self.pause * 2 ** (attempt - 1) if attempt else 0)
            try:
                if not (reason := self._receive(url)):
                    self.part.replace(output_file)
                    return
            except HTTPError as error:
                reason = f"HTTP {error.code}"
                if error.code < 500 and error.code != 429:
                    break
            except (OSError, HTTPException) as error:
                reason = f"no connection: {getattr(error, 'reason', '') or error or type(error).__name__}"
        raise _Failed(f"{url}: {reason}")

    def _receive(self, url: str) -> str:
        """Append to the part what is missing of it; return why it is not complete, or nothing where it is."""
        have = self.part.stat().st_size if self.part.exists() else 0
        with _open(url, have) as reply:
            start = _start(reply.headers.get("Content-Range", "")) if reply.status == 206 else 0
            if reply.status == 206 and start != have:
                self.part.unlink(missing_ok=True)
                return f"the server resumed at byte {start}, not {have}"
            self.resumed = self.resumed or start > 0
            length = reply.headers.get("Content-Length")
            total = start + int(length) if length and length.isdigit() else None
            got = self._append(reply, start)
        return f"the connection was cut at byte {got} of {total}" if total is not None and got < total else ""

    def _append(self, reply: Any, start: int) -> int:
        with self.part.open("r+b" if start else "wb") as file:
            file.seek(start)
            while chunk := reply.read(CHUNK):
                file.write(chunk)
                if file.tell() > MOST_BYTES:
                    raise _Failed(f"{reply.url}: more than {MOST_BYTES} bytes, which no known file has")
            return file.tell()


def _open(url: str, have: int) -> Any:
    """Open an address for all bytes from `have` on, by handlers for http and https and none for file or ftp."""
    from urllib import request
    from urllib.error import HTTPError

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.UnknownHandler,
    ):
        opener.add_handler(handler())
    headers = {"User-Agent": "dlbench", **({"Range": f"bytes={have}-"} if have else {})}
    try:
        return opener.open(request.Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310 - see the handlers
    except HTTPError as error:
        if error.code == 416 and have:  # nothing lies beyond what is there: begin again, the hash will tell
            return _open(url, 0)
        raise


def _start(content_range: str) -> int:
    found = re.match(r"bytes (\d+)-", content_range)
    return int(found[1]) if found else -1


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder that ends with the process; systems without flock do without."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
