"""The server that workers are forked from has loaded what a run wants, whatever the run before it wanted."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys

import pytest

from dlbench.engine import birth
from dlbench.engine.birth import Births

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
FIRST, SECOND = "wave", "sched"
"""Modules that nothing else loads."""


TELL = f"import sys; end.send([name for name in ({FIRST!r}, {SECOND!r}) if name in sys.modules])"


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    from multiprocessing import forkserver

    monkeypatch.setattr(birth, "_served", {})
    with contextlib.suppress(AttributeError):
        forkserver._forkserver._stop()
    yield
    forkserver._forkserver._stop()


@pytest.fixture
def server(tmp_path):
    def start(*preload):
        return Births(preload, tmp_path / "preload.log", spawn=False).server

    return start


def loaded():
    context = multiprocessing.get_context("forkserver")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=exec, args=(TELL, {"end": theirs}))
    process.start()
    theirs.close()
    told = mine.recv()
    process.join()
    return told


def test_a_server_that_lacks_something_is_replaced_by_one_that_has_all(server):
    first = server(FIRST)
    assert (server(), loaded()) == (first, [FIRST])
    second = server(SECOND)
    assert second != first
    assert loaded() == [FIRST, SECOND]
    assert server(FIRST) == server(FIRST, SECOND) == second


def test_it_stays_while_it_has_workers(server):
    first = server(FIRST)
    context = multiprocessing.get_context("forkserver")
    stop = context.Event()
    worker = context.Process(target=stop.wait)
    worker.start()
    assert server(SECOND) == first
    stop.set()
    worker.join()
    assert server(SECOND) != first
    assert loaded() == [FIRST, SECOND]


def test_keras_of_another_backend_is_not_kept(server, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setitem(birth._served, "preload", ("keras", FIRST))
    monkeypatch.setitem(birth._served, "variables", {"KERAS_BACKEND": "jax"})
    server(SECOND)
    assert loaded() == [SECOND]
