from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dlbench.core.errors import DataUnavailable
from dlbench.datasets.fetch import RemoteFile, fetch

CONTENT = bytes(range(256)) * 2000
FILE = RemoteFile("set.bin", "sha256:" + hashlib.sha256(CONTENT).hexdigest())


class Mirror(ThreadingHTTPServer):
    """A server on loopback that can be told to misbehave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content = CONTENT
        self.cut_after: list[int] = []
        self.status = 0
        self.ranges = True
        self.location = ""
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/data"


class Answer(BaseHTTPRequestHandler):
    server: Mirror

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        mirror, wanted = self.server, self.headers.get("Range", "")
        mirror.asked.append(wanted)
        if mirror.status:
            self.send_response(mirror.status)
            self.send_header("Location", mirror.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and mirror.ranges else 0
        if start >= len(mirror.content):
            self.send_error(416)
            return
        body = mirror.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(mirror.content) - 1}/{len(mirror.content)}")
        self.end_headers()
        self.wfile.write(body[: mirror.cut_after.pop(0)] if mirror.cut_after else body)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv("DLBENCH_OFFLINE", raising=False)
    server = Mirror()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_once(mirror: Mirror, tmp_path: Path) -> None:
    for _ in range(2):
        assert fetch(FILE, tmp_path / "new", [mirror.url], pause=0).read_bytes() == CONTENT
    assert mirror.asked == [""]
    assert names(tmp_path / "new") == ["set.bin"]


def test_a_cut_connection_is_taken_up_where_it_broke(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = [100_000, 7]
    assert fetch(FILE, tmp_path, [mirror.url], pause=0).read_bytes() == CONTENT
    assert mirror.asked == ["", "bytes=100000-", "bytes=100007-"]


def test_a_part_outlives_a_failed_fetch_and_serves_the_next(mirror: Mirror, tmp_path: Path) -> None:
    mirror.cut_after = [5000, 5000]
    with pytest.raises(DataUnavailable, match="cut at byte 10000 of 512000"):
        fetch(FILE, tmp_path, [mirror.url], attempts=2, pause=0)
    assert names(tmp_path) == ["set.bin.part"]
    fetch(FILE, tmp_path, [mirror.url], pause=0)
    assert mirror.asked[-1] == "bytes=10000-"
    assert names(tmp_path) == ["set.bin"]


@pytest.mark.parametrize("stale", [b"other content", CONTENT + b"too long", CONTENT[:-1] + b"!"])
def test_a_part_of_something_else_is_thrown_away(mirror: Mirror, tmp_path: Path, stale: bytes) -> None:
    (tmp_path / "set.bin.part").write_bytes(stale)
    assert fetch(FILE, tmp_path, [mirror.url], pause=0).read_bytes() == CONTENT
    assert names(tmp_path) == ["set.bin"]


def test_a_server_that_knows_no_ranges_is_read_from_the_start(mirror: Mirror, tmp_path: Path) -> None:
    mirror.ranges, mirror.cut_after = False, [1000]
    assert fetch(FILE, tmp_path, [mirror.url], pause=0).read_bytes() == CONTENT


def test_a_wrong_hash_is_refused_and_nothing_is_left(mirror: Mirror, tmp_path: Path) -> None:
    mirror.content = CONTENT[:-1] + b"!"
    with pytest.raises(DataUnavailable, match="not the published one"):
        fetch(FILE, tmp_path, [mirror.url], pause=0)
    assert names(tmp_path) == []


def test_a_damaged_file_in_the_cache_is_fetched_anew(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "set.bin").write_bytes(b"damaged")
    assert fetch(FILE, tmp_path, [mirror.url], pause=0).read_bytes() == CONTENT


def test_the_next_mirror_is_asked_where_one_fails(mirror: Mirror, tmp_path: Path) -> None:
    assert fetch(FILE, tmp_path, ["http://127.0.0.1:9/", mirror.url], attempts=1, pause=0).read_bytes() == CONTENT


@pytest.mark.parametrize(("status", "asked"), [(404, 1), (503, 3)])
def test_a_refusal_is_final_and_a_busy_server_is_asked_again(
    mirror: Mirror, tmp_path: Path, status: int, asked: int
) -> None:
    mirror.status = status
    with pytest.raises(DataUnavailable, match=f"HTTP {status}"):
        fetch(FILE, tmp_path, [mirror.url], attempts=3, pause=0)
    assert len(mirror.asked) == asked


def test_offline_nothing_is_asked_but_what_is_here_serves(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="DLBENCH_OFFLINE"):
        fetch(FILE, tmp_path, [mirror.url], pause=0)
    (tmp_path / "set.bin").write_bytes(CONTENT)
    assert fetch(FILE, tmp_path, [mirror.url], pause=0).read_bytes() == CONTENT
    assert mirror.asked == []


def test_only_http_is_spoken(mirror: Mirror, tmp_path: Path) -> None:
    secret = tmp_path / "from" / "set.bin"
    secret.parent.mkdir()
    secret.write_bytes(CONTENT)
    with pytest.raises(DataUnavailable, match="expected an http or https address"):
        fetch(FILE, tmp_path / "to", [secret.parent.as_uri()], pause=0)
    mirror.status, mirror.location = 302, secret.as_uri()
    with pytest.raises(DataUnavailable):
        fetch(FILE, tmp_path / "to", [mirror.url], attempts=1, pause=0)
    assert names(tmp_path / "to") == []


def test_two_that_want_the_same_file_fetch_it_once(mirror: Mirror, tmp_path: Path) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch(FILE, tmp_path, [mirror.url], pause=0))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() == CONTENT for path in found] == [True] * 4
    assert len(mirror.asked) == 1


def test_a_folder_that_cannot_be_made_is_named(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataUnavailable, match="cannot keep fetched files"):
        fetch(FILE, tmp_path / "file" / "set", [mirror.url], pause=0)
