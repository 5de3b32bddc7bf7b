"""Estimates: of the slots that the run would have."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

import dlbench
from dlbench import places
from dlbench.core.errors import UsageError
from dlbench.estimate import estimate
from dlbench.planning import plan_suite
from dlbench.store import Store

CONTENT = {
    "name": "estimated",
    "tasks": [{"dataset": {"name": "moons", "rows": 100}}],
    "models": ["majority", "mlp"],
    "protocol": {"folds": 10},
    "search": {"seconds": 8.0},
}
EACH = 10.0
"""Seconds of a job that is granted eight, guessed."""


@pytest.fixture(autouse=True)
def cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)


def planned(device="cpu", **policy):
    plan = plan_suite(dlbench.load_suite({**CONTENT, "policy": policy}), device="cpu")
    return replace(plan, jobs=tuple(replace(job, device=device) for job in plan.jobs))


def test_jobs_run_on_the_cores_that_are_left_to_this_process(tmp_path):
    assert estimate(planned(), Store(tmp_path)).seconds == pytest.approx(20 * EACH / 4)
    assert estimate(planned(), Store(tmp_path), 2).seconds == pytest.approx(20 * EACH / 2)


def test_jobs_that_run_alone_take_one_after_another(tmp_path):
    assert estimate(planned(timing="exclusive"), Store(tmp_path)).seconds == pytest.approx(20 * EACH)
    with pytest.raises(UsageError, match="exclusive"):
        estimate(planned(timing="exclusive"), Store(tmp_path), 2)


def test_nets_wait_for_the_gpus_they_run_on(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "visible_gpus", lambda: ("0",))
    assert estimate(planned("gpu"), Store(tmp_path)).seconds == pytest.approx(10 * EACH)
    assert estimate(planned("gpu", jobs_per_gpu=2), Store(tmp_path)).seconds == pytest.approx(20 * EACH / 4)


def test_no_run_is_shorter_than_its_longest_job(tmp_path):
    assert estimate(planned(), Store(tmp_path), 64).seconds == pytest.approx(EACH)
    nothing = replace(planned(), jobs=())
    assert estimate(nothing, Store(tmp_path)).seconds == 0
