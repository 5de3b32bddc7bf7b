"""The pages of `dlbench serve`, asked for over loopback."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from dlbench.runs import RunFolder, open_run
from dlbench.serving.handler import ours
from dlbench.serving.pages import Pages, address
from dlbench.serving.server import Server, loopback

NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    with Server(root) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def a_run(root: Path, suite: str = "made", *, finished: bool = True) -> RunFolder:
    run = open_run(root, {"suite_name": suite, "suite": {}, "digest": "d", "started": "2026-01-02", "jobs": []})
    if finished:
        run.append({"event": "finished", "at": "2026-01-02T03:04:05Z"})
    return run


def asked(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    connection.request(method, path, headers={"Host": f"127.0.0.1:{server.server_address[1]}", **headers})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


class Tags(HTMLParser):
    """Collects elements and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_all_runs_are_listed_the_newest_first_and_each_link_leads_to_a_page(root: Path, server: Server) -> None:
    runs = [a_run(root), a_run(root, "other")]
    response, text = asked(server, "/")
    assert response.status == 200
    links = Tags(text).links
    assert links == [address(f"{run.path.parent.name}/{run.id}") for run in reversed(runs)]
    for link in links:
        response, page = asked(server, link)
        assert response.status == 200
        assert "dlbench" in page


def test_a_finished_run_stays_one_that_goes_on_and_the_list_refresh(root: Path, server: Server) -> None:
    done, going = a_run(root), a_run(root, "other", finished=False)
    assert asked(server, address(f"made/{done.id}"))[0].getheader("Refresh") is None
    assert int(asked(server, address(f"other/{going.id}"))[0].getheader("Refresh") or 0) >= 5
    assert asked(server, "/")[0].getheader("Refresh")


def test_a_page_is_made_again_only_where_its_run_has_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, pages = a_run(root, finished=False), Pages(root)
    made: list[RunFolder] = []
    make = pages._made
    monkeypatch.setattr(pages, "_made", lambda run, tag: made.append(run) or make(run, tag))
    first = pages.report(f"made/{run.id}")
    assert pages.report(f"made/{run.id}") is first
    run.append({"event": "finished", "at": "2026-01-02T03:04:05Z"})
    again = pages.report(f"made/{run.id}")
    assert again is not None
    assert first is not None
    assert (len(made), again.again) == (2, None)
    assert again.tag != first.tag


def test_a_browser_that_has_the_page_gets_nothing_again(root: Path, server: Server) -> None:
    path = address(f"made/{a_run(root).id}")
    response, _ = asked(server, path)
    again, text = asked(server, path, **{"If-None-Match": response.getheader("ETag") or ""})
    assert (again.status, text) == (304, "")


@pytest.mark.parametrize("path", ["/", "/run/made/x", "/nothing"])
def test_head_answers_as_get_without_a_body(path: str, root: Path, server: Server) -> None:
    a_run(root)
    got, _ = asked(server, path)
    head, text = asked(server, path, "HEAD")
    assert (head.status, text) == (got.status, "")
    assert head.getheader("Content-Length") == got.getheader("Content-Length")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_is_taken(method: str, server: Server) -> None:
    response, _ = asked(server, "/", method)
    assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/run/../secret.txt", "/run/%2e%2e/secret.txt", "/run/..%2f..%2fsecret.txt", "/../../secret.txt",
        "/secret.txt", "//secret.txt", "/run/made/..", "/run/made/%00", "/run/\\..\\secret.txt", "/run/", "/run//",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_runs(path: str, root: Path, server: Server) -> None:
    a_run(root)
    response, text = asked(server, path)
    assert response.status == 404
    assert "secret" not in text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example", "localhost.x", "[::1"]
)
def test_another_name_for_this_machine_gets_nothing(host: str, root: Path, server: Server) -> None:
    a_run(root)
    response, text = asked(server, "/", Host=host)
    assert response.status == 421
    assert "made" not in text


def test_this_machine_has_several_names() -> None:
    assert all(map(ours, ["localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:8450", "192.0.2.7:8450"]))
    assert [host for host in ("127.0.0.1", "::1", "localhost", "127.8.9.1") if not loopback(host)] == []
    assert not any(map(loopback, ["0.0.0.0", "::", "192.0.2.7", "example.org"]))


def test_names_are_text_and_nothing_else(root: Path, server: Server) -> None:
    run = root / NASTY / "20260102-030405"
    run.mkdir(parents=True)
    header = {"format": 1, "suite_name": NASTY, "suite": {}, "digest": NASTY, "jobs": [], "started": NASTY, "id": NASTY}
    (run / "run.json").write_text(json.dumps(header))
    torn = root / "torn" / "\x1b[31m\u202e"
    torn.mkdir(parents=True)
    (torn / "run.json").write_text("{")
    _, text = asked(server, "/")
    assert "img" not in Tags(text).tags
    assert not {"\x1b", "\u202e"} & set(text)
    assert "cannot be read" in text
    response, page = asked(server, f"/run/{quote(NASTY)}/{run.name}")
    assert response.status == 200
    assert "onerror=alert(1)>" not in page
    response, page = asked(server, address("torn/\x1b[31m\u202e"))
    assert response.status == 500
    assert "\x1b" not in page


def test_a_page_may_fetch_send_and_frame_nothing(root: Path, server: Server) -> None:
    response, _ = asked(server, address(f"made/{a_run(root).id}"))
    policy = response.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.getheader("X-Content-Type-Options") == "nosniff"


def test_what_is_asked_for_does_nothing_in_the_log(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    asked(server, "/%1b[31m::error::x")
    told = capfd.readouterr().err
    assert "404" in told
    assert "\x1b" not in told


def test_the_verb_says_where_and_ends_by_ctrl_c(root: Path) -> None:
    command = [sys.executable, "-m", "dlbench", "serve", "--port", "0", "-o", str(root)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": unbuffered()}
    process = subprocess.Popen(command, **pipes, preexec_fn=hears_the_keyboard)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "at http://127.0.0.1:" in line
    port = int(line.split("127.0.0.1:")[1].split("/")[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "stopped\n", "")


def hears_the_keyboard() -> None:
    """Undo what a shell does to its background jobs, which ignore Ctrl-C, and so all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def unbuffered() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DLBENCH_")}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def test_a_port_that_is_taken_and_an_open_network_are_refused(
    server: Server, capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    from dlbench.cli.leaving import exit_code

    assert exit_code(["serve", "--host", "0.0.0.0", "-o", str(root)]) == 2
    assert "--open-to-network" in capsys.readouterr().err
    assert exit_code(["serve", "--port", str(server.server_address[1]), "-o", str(root)]) == 2
    assert "cannot listen" in capsys.readouterr().err
