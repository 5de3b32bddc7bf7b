"""A worker, or the server that forks workers, killed alone: the run goes on, and nothing wrong is recorded."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

import psutil
import pytest

import dlbench
from dlbench.engine import processes
from dlbench.engine.events import JobStarted, StepStarted, TrialDone
from dlbench.store import Store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked from a server on Linux alone")
CONTENT = {
    "name": "lost",
    "tasks": ["iris"],
    "models": ["random_forest", "extra_trees"],
    "search": {"trials": 4},
    "protocol": {"folds": 2},
}


class Killer:
    """A listener that kills once, when an event of a kind has come so many times."""

    def __init__(self, kind, number, victim):
        self.kind, self.left, self.victim = kind, number, victim
        self.killed = None

    def __call__(self, event):
        self.left -= isinstance(event, self.kind)
        if self.left <= 0 and self.killed is None:
            with contextlib.suppress(StopIteration, ProcessLookupError):  # it has just ended: the next one
                victim = self.victim()
                os.kill(victim, signal.SIGKILL)
                self.killed = victim


def server():
    found = [one.pid for one in psutil.Process().children() if "forkserver" in " ".join(one.cmdline())]
    return next(pid for pid in found if pid in processes.table())


def worker():
    return next(pid for pid, entry in processes.table().items() if entry.parent == server() and pid == entry.session)


def run(root, listener):
    outcome = dlbench.run(dlbench.load_suite(CONTENT), output=root, jobs=2, listener=listener)
    store = Store(root)
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    lost = [entry for entry in outcome.folder.journal() if entry.get("event") == "lost"]
    return outcome, {record["key"]: record for record in records}, lost


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return run(tmp_path_factory.mktemp("undisturbed"), lambda event: None)[1]


@pytest.mark.parametrize(
    ("kind", "number", "victim", "most"),
    [(TrialDone, 2, worker, 1), (StepStarted, 6, worker, 1), (JobStarted, 1, server, 2), (TrialDone, 5, server, 2)],
)
def test_the_run_goes_on_and_finds_the_same(tmp_path, undisturbed, kind, number, victim, most):
    listener = Killer(kind, number, victim)
    outcome, records, lost = run(tmp_path, listener)
    assert listener.killed
    assert outcome.exit_code == 0
    assert 1 <= len(lost) <= most
    assert all("killed" in entry["reason"] for entry in lost)
    assert set(records) == set(undisturbed)
    for key, record in records.items():
        assert record["attempt"] == 1
        assert record["files"]["predictions.npz"] == undisturbed[key]["files"]["predictions.npz"]
        assert record["chosen"] == undisturbed[key]["chosen"]
