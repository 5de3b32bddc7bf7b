"""A node of a Ray cluster that says nothing any more: its job is cancelled by force, when its time is long over."""

from __future__ import annotations

import sys
from collections import deque
from importlib.util import find_spec

import pytest

import dlbench
from dlbench.engine.executor import Order
from dlbench.engine.parcels import pack
from dlbench.planning import plan_suite

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra `ray` is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="Ray clusters are for Linux and macOS"),
]
SPARE = 15.0
GRANTED, GRACE, TIMEOUT = 10.0, 30.0, 3600.0
TRIAL = {"event": "trial", "number": 1, "of": 8, "score": 0.5, "best": 0.5, "files": []}


class Cluster:
    """Stands in for Ray, its one task, and the clock: what the node is told to say, and the time it is told to be."""

    def __init__(self):
        self.now, self.cancelled = 0.0, []
        self._unread = deque()

    def say(self, *events):
        steps = {"event": "step"}
        self._unread += [pack(event if isinstance(event, dict) else {**steps, "step": event}) for event in events]

    def monotonic(self):
        return self.now

    def nodes(self):
        return [{"Alive": True, "Resources": {"CPU": 2.0}}]

    def wait(self, streams, num_returns=1, timeout=None):
        return (list(streams) if self._unread else []), []

    def get(self, parcel):
        return parcel

    def cancel(self, stream, force):
        self.cancelled.append((stream, force))

    def options(self, **asked):
        return self

    def remote(self, parcel):
        return self

    def __next__(self):
        return self._unread.popleft()


@pytest.fixture
def cluster(monkeypatch):
    from dlbench.engine import charge, ray_executor

    stand_in = Cluster()
    monkeypatch.setattr(charge, "time", stand_in)
    for name in ("ray", "_task", "time"):
        monkeypatch.setattr(ray_executor, name, stand_in)
    return stand_in


@pytest.fixture
def started(cluster, tmp_path):
    return lambda **search: start(tmp_path, **search)


def start(staged, **search):
    """Return an executor with one job, which its node has taken up."""
    from dlbench.engine.ray_executor import RayExecutor

    content = {
        "name": "silent", "tasks": ["iris"], "models": ["logistic"], "search": search, "protocol": {"folds": 2},
        "policy": {"timeout": TIMEOUT, "grace": GRACE},
    }  # fmt: skip
    plan = plan_suite(dlbench.load_suite(content))
    executor = RayExecutor(plan)
    executor.start(Order(plan.jobs[0], staged))
    return executor


def heard(executor, cluster, *events, at):
    """Return what the executor yields, once all that a node says has been read."""
    cluster.now = at
    cluster.say(*events)
    return [event for _ in range(1 + len(events)) for _, event in executor.wait()]


def test_it_is_cancelled_long_after_the_seconds_it_was_granted(cluster, started):
    executor = started(seconds=GRANTED)
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "import", "load", at=0.0)
    heard(executor, cluster, "search", at=100.0)
    assert heard(executor, cluster, at=100.0 + GRANTED + GRACE + SPARE - 0.1) == []
    (ended,) = heard(executor, cluster, at=100.0 + GRANTED + GRACE + SPARE)
    assert (ended["event"], ended["status"]) == ("ended", "timeout")
    assert ended["reason"] == (
        "did not stop after the 10 s it was granted (search.seconds) on node node7, which did not end it; "
        "cancelled by force"
    )
    assert cluster.cancelled == [(cluster, True)]
    assert not executor.busy


def test_trials_do_not_renew_the_seconds_of_a_search(cluster, started):
    executor = started(seconds=GRANTED)
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "search", at=0.0)
    heard(executor, cluster, TRIAL, at=40.0)
    assert not cluster.cancelled
    (ended,) = heard(executor, cluster, at=GRANTED + GRACE + SPARE)
    assert "search.seconds" in ended["reason"]
    assert ended["spent"]["search"] == GRANTED + GRACE + SPARE, "what it burnt is known here"


def test_a_refit_has_what_it_says_the_search_has_left(cluster, started):
    executor = started(seconds=GRANTED)
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "search", at=0.0)
    heard(executor, cluster, {"event": "step", "step": "refit", "seconds": 2.0}, at=40.0)
    assert heard(executor, cluster, at=40.0 + 2.0 + GRACE + SPARE - 0.1) == []
    (ended,) = heard(executor, cluster, at=40.0 + 2.0 + GRACE + SPARE)
    assert "the 2 s it was granted" in ended["reason"]


def test_after_the_refit_the_timeout_alone_holds(cluster, started):
    executor = started(seconds=GRANTED)
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "search", "refit", at=0.0)
    heard(executor, cluster, "predict", at=20.0)
    assert heard(executor, cluster, at=TIMEOUT + GRACE + SPARE - 0.1) == []
    (ended,) = heard(executor, cluster, at=TIMEOUT + GRACE + SPARE)
    assert "longer than 3600 s (policy.timeout)" in ended["reason"]


def test_without_seconds_the_timeout_alone_holds(cluster, started):
    executor = started()
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "search", at=0.0)
    assert heard(executor, cluster, at=TIMEOUT + GRACE + SPARE - 0.1) == []
    assert heard(executor, cluster, at=TIMEOUT + GRACE + SPARE)


def test_a_node_that_was_not_listened_to_is_not_silent(cluster, started):
    executor = started(seconds=GRANTED)
    heard(executor, cluster, {"event": "begun", "host": "node7"}, "search", at=0.0)
    told = heard(executor, cluster, TRIAL, "refit", "predict", at=200.0)  # in time, but the driver was busy
    assert [event["event"] for event in told] == ["trial", "step", "step"]
    assert not cluster.cancelled
    assert executor.busy
