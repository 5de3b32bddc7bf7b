"""Budgets: shared out evenly, told, kept in run.json, and never silently more than was asked for."""

from __future__ import annotations

import os

import pytest

import dlbench
from dlbench import budget, places
from dlbench.budget import LEAST, OVERHEAD, shared_out, unspent, within
from dlbench.core.errors import UsageError

BASE = {
    "name": "budgeted",
    "tasks": [{"dataset": {"name": "moons", "rows": 100}}],
    "models": ["majority", "logistic"],
    "protocol": {"folds": 2},
}


def suite(**changes):
    return dlbench.load_suite({**BASE, **changes})


def test_a_budget_is_divided_evenly_over_jobs_and_slots():
    share = shared_out(suite(), 60.0, slots=2)
    assert (share.jobs, share.slots) == (4, 2)
    assert share.seconds == pytest.approx(60 * 2 / 4 - OVERHEAD)
    assert share.needed == pytest.approx(60.0)
    assert "too little" not in share.told()
    assert within(suite(), share).search.seconds == share.seconds


def test_more_slots_than_jobs_help_no_further():
    assert shared_out(suite(), 60.0, slots=64).seconds == pytest.approx(60 - OVERHEAD)


def test_the_last_turn_counts_as_much_as_a_full_one():
    share = shared_out(suite(), 60.0, slots=3)
    assert share.seconds == pytest.approx(60 / 2 - OVERHEAD)
    assert share.needed == pytest.approx(60.0)


@pytest.fixture
def cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(16)), raising=False)


def test_jobs_that_run_alone_share_the_budget_of_one_slot(cores):
    alone = suite(policy={"timing": "exclusive"})
    share = shared_out(alone, 60.0)
    assert share.seconds == pytest.approx(60 / 4 - OVERHEAD)
    assert share.needed == pytest.approx(60.0)
    assert "over 4 jobs, 1 at a time:" in share.told()
    with pytest.raises(UsageError, match="exclusive"):
        shared_out(alone, 60.0, slots=2)


@pytest.fixture
def one_gpu(cores, monkeypatch):
    monkeypatch.setattr(budget, "device_kind", lambda device: "gpu")
    monkeypatch.setattr(places, "visible_gpus", lambda: ("0",))


@pytest.mark.parametrize(("jobs_per_gpu", "turns"), [(1, 10), (3, 4), (16, 2)])
def test_nets_share_the_budget_of_the_gpus_they_run_on(one_gpu, jobs_per_gpu, turns):
    nets = suite(models=["majority", "mlp"], protocol={"folds": 10}, policy={"jobs_per_gpu": jobs_per_gpu})
    share = shared_out(nets, 600.0)
    assert (share.jobs, share.slots) == (20, 16)
    assert share.seconds == pytest.approx(600 / turns - OVERHEAD)
    assert share.needed == pytest.approx(600.0)
    assert (f"16 at a time (nets {jobs_per_gpu} at a time, on GPUs):" in share.told()) is (jobs_per_gpu < 16)
    assert ("net_slots" in share.to_json()) is (jobs_per_gpu < 16)


def test_many_jobs_without_nets_take_longer_than_a_few_nets(one_gpu):
    few = suite(models=["mlp", "majority", "logistic", "svm", "k_neighbors", "random_forest"])
    share = shared_out(few, 60.0, slots=2)
    assert (share.nets, share.net_slots) == ((2,), 1)
    assert share.seconds == pytest.approx(60 / 6 - OVERHEAD)


def test_without_nets_gpus_change_nothing(one_gpu, monkeypatch):
    share = shared_out(suite(), 60.0)
    monkeypatch.setattr(budget, "device_kind", lambda device: "cpu")
    assert share == shared_out(suite(), 60.0)


def test_as_many_nets_are_counted_as_rungs_may_leave(one_gpu):
    halved = suite(models=["mlp", "logistic", "svm", "k_neighbors"], search={"halving": 2}, protocol={"folds": 3})
    share = shared_out(halved, 100.0)
    assert (share.jobs, share.rungs) == (6, ((4, 2),))
    assert share.nets == (3, 1)
    assert 3 * (share.seconds + OVERHEAD) + share.seconds / 2 + OVERHEAD == pytest.approx(100.0)
    assert share.needed == pytest.approx(100.0)


def test_a_budget_below_the_overhead_is_told_with_what_it_will_take():
    share = shared_out(suite(), 4.0, slots=1)
    assert share.seconds == LEAST
    assert share.needed == pytest.approx(4 * (LEAST + OVERHEAD))
    assert "too little" in share.told()
    assert "10 s" in share.told()


def test_a_suite_that_grants_less_keeps_to_it():
    assert shared_out(suite(search={"seconds": 3.0}), 600.0, slots=1).seconds == 3.0


def test_the_suite_may_set_a_budget_and_the_caller_another():
    own = suite(policy={"budget": 40.0})
    assert shared_out(own, None, slots=1).wall == 40.0
    assert shared_out(own, 80.0, slots=1).wall == 80.0
    assert shared_out(suite(), None) is None
    assert within(suite(), None).search.seconds is None


def test_points_that_cannot_differ_count_once():
    swept = suite(models=["majority"], sweep={"trials": [1, 2, 4]})
    assert shared_out(swept, 60.0, slots=1).jobs == 2


def test_a_sweep_over_seconds_and_a_budget_contradict():
    with pytest.raises(UsageError, match="sweep"):
        shared_out(suite(sweep={"seconds": [1.0, 2.0]}), 60.0)


def test_what_is_left_of_what_was_granted():
    briefs = [{"granted": 10.0, "used": 4.0}, {"granted": 10.0, "used": 12.0}, {"granted": None, "used": 5.0}]
    assert unspent(briefs) == (20.0, 6.0)


def test_run_json_says_how_a_budget_was_shared_out(tmp_path):
    outcome = dlbench.run(suite(search={"trials": 1}), output=tmp_path, jobs=1, budget=20.0)
    kept = outcome.folder.header()["budget"]
    assert kept == {"wall": 20.0, "jobs": 4, "slots": 1, "overhead": OVERHEAD, "seconds": pytest.approx(3.0)}
    from dlbench import api

    granted, left = api.unspent(outcome)
    assert granted == pytest.approx(4 * kept["seconds"])
    assert 0 < left <= granted


def test_an_ensemble_is_not_granted_its_members_seconds_again(tmp_path):
    content = {"name": "own", "tasks": ["iris"], "models": ["logistic", "k_neighbors", "greedy_ensemble"]}
    content |= {"search": {"trials": 2}, "protocol": {"folds": 2}}
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path, jobs=2, budget=40.0)
    from dlbench import api

    granted, left = api.unspent(outcome)
    assert granted == pytest.approx(6 * outcome.folder.header()["budget"]["seconds"])
    assert 0 < left < granted
