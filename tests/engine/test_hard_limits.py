"""Contestants that will not be stopped are stopped within the grace, with all they started; the others are unharmed."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

import dlbench
from dlbench.budget import unspent
from dlbench.engine.tree import Tree
from dlbench.store import Store, list_keys

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="escapes as Linux allows them")
LIMIT, GRACE = 8, 1
NOTES = "DLBENCH_TEST_PROCESSES"
NEIGHBOURS = ["logistic", "random_forest"]
EXPECTED = {
    "loops_in_c": ("timeout", "did not stop within 1 s (policy.grace) when asked"),
    "will_not_stop": ("timeout", "did not stop within 1 s (policy.grace) when asked"),
    "leaves_daemon": ("ok", ""),
    "leaves_copy": ("failed", "SIGSEGV"),
    "leaves_orphan": ("failed", "exited with status 3"),
    "eats_in_copies": ("memory", "more than 700 MiB"),
    "is_killed": ("failed", "killed from outside; so it was 2 times before"),
}
CONTENT = {
    "name": "escaping",
    "include": [str(Path(__file__).with_name("escaping_models.py"))],
    "tasks": ["iris"],
    "search": {"oracle": "none"},
    "protocol": {"folds": 2},
    "policy": {"timeout": LIMIT, "grace": GRACE, "memory": "700MiB"},
}


def run(root, models):
    suite = dlbench.load_suite({**CONTENT, "models": models}, allow_code=True)
    done = dlbench.run(suite, output=root, jobs=2)
    store = Store(root)
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in done.folder.attempts().items()]
    return {(record["job"]["contestant"]["label"], record["job"]["fold"]): record for record in found}


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    path = tmp_path_factory.mktemp("notes") / "processes"
    path.touch()
    os.environ[NOTES] = str(path)
    yield path
    del os.environ[NOTES]


@pytest.fixture(scope="module")
def records(tmp_path_factory, notes):
    mixed = [name for pair in zip(EXPECTED, NEIGHBOURS, strict=False) for name in pair] + list(EXPECTED)[2:]
    return run(tmp_path_factory.mktemp("escaping"), mixed)


@pytest.mark.parametrize("model", list(EXPECTED))
def test_its_record_says_why_it_ended(records, model):
    status, reason = EXPECTED[model]
    for fold in (0, 1):
        assert records[model, fold]["status"] == status
        assert reason in records[model, fold]["reason"]


def test_a_job_ends_within_the_grace(records):
    for model in ("loops_in_c", "will_not_stop"):
        for fold in (0, 1):
            assert LIMIT + GRACE <= records[model, fold]["ledger"]["wall"] < 2 * LIMIT


def test_nothing_that_they_left_behind_lives(records, notes):
    left = [int(line) for line in notes.read_text().split()]
    assert len(left) == 2 * 3
    assert [pid for pid in left if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"] == []


def test_memory_is_caught_before_it_has_grown_much_further(records):
    for fold in (0, 1):
        assert records["eats_in_copies", fold]["peak_memory_bytes"] < 2 * 700 * 2**20


def test_neighbours_get_the_digits_they_get_alone(records, tmp_path):
    alone = run(tmp_path, NEIGHBOURS)
    assert len(alone) == 4
    for place, record in alone.items():
        assert records[place]["status"] == "ok"
        assert records[place]["files"]["predictions.npz"] == record["files"]["predictions.npz"]


def test_a_job_that_ignores_its_budget_is_killed_a_grace_after_it(tmp_path):
    content = {**CONTENT, "search": {"oracle": "none", "seconds": 1.0}, "policy": {"timeout": 60, "grace": 0.5}}
    suite = dlbench.load_suite({**content, "models": ["loops_in_c"], "protocol": {"folds": 1}}, allow_code=True)
    dlbench.run(suite, output=tmp_path, jobs=1)
    (key,) = list_keys(tmp_path, "jobs")
    record = Store(tmp_path).record("jobs", key, 1)
    assert record["status"] == "timeout"
    assert "0.5 s (policy.grace) after the 1 s it was granted" in record["reason"]
    assert record["ledger"]["spent"]["refit"] < 10


def test_a_trial_after_the_first_is_killed_a_grace_after_the_budget_too(tmp_path):
    search = {"oracle": "random", "trials": 3, "seconds": 2.0, "folds": 1}
    content = {**CONTENT, "models": ["loops_later"], "search": search, "policy": {"timeout": 90, "grace": 1}}
    suite = dlbench.load_suite({**content, "protocol": {"folds": 1}}, allow_code=True)
    dlbench.run(suite, output=tmp_path, jobs=1)
    (key,) = list_keys(tmp_path, "jobs")
    record = Store(tmp_path).record("jobs", key, 1)
    assert record["status"] == "timeout"
    assert "1 s (policy.grace) after the 2 s it was granted" in record["reason"]
    ledger = record["ledger"]
    assert 2 <= ledger["spent"]["search"] < 10
    assert ledger["own_granted_seconds"] == 2, "what it burnt counts though it was killed"
    assert ledger["own_used_seconds"] == ledger["spent"]["search"]
    assert unspent([Store(tmp_path).brief("jobs", key, 1)]) == (2.0, 0.0)


def test_a_refit_that_cannot_be_stopped_has_the_same_terms_for_every_seed(tmp_path):
    """Search and refit together take longer than seconds and grace, neither does: 60 rows a trial, 75 a refit."""
    search, policy = {"oracle": "random", "trials": 3, "seconds": 4.0, "folds": 1}, {"timeout": 90, "grace": 2}
    task = {"dataset": "iris", "limit": 75}
    content = {**CONTENT, "tasks": [task], "models": ["sleeps_by_rows"], "search": search, "policy": policy}
    suite = dlbench.load_suite({**content, "protocol": {"folds": 1, "seeds": 2}}, allow_code=True)
    dlbench.run(suite, output=tmp_path, jobs=1)
    store = Store(tmp_path)
    records = [store.record("jobs", key, 1) for key in list_keys(tmp_path, "jobs")]
    assert [record["status"] for record in records] == ["ok", "ok"], [record["reason"] for record in records]
    (first,) = [record for record in records if not record["ledger"]["search_shared"]]
    assert first["ledger"]["spent"]["search"] + first["ledger"]["spent"]["refit"] > 4.0 + 2.0


def test_a_search_that_is_killed_ends_the_other_fits_of_its_fold_too(tmp_path):
    search = {"oracle": "random", "trials": 3, "seconds": 2.0, "folds": 1}
    content = {**CONTENT, "models": ["loops_later"], "search": search, "policy": {"timeout": 90, "grace": 1}}
    suite = dlbench.load_suite({**content, "protocol": {"folds": 1, "seeds": 3}}, allow_code=True)
    dlbench.run(suite, output=tmp_path, jobs=1)
    store = Store(tmp_path)
    records = [store.record("jobs", key, 1) for key in list_keys(tmp_path, "jobs")]
    assert [record["status"] for record in records] == ["timeout"] * 3
    assert sum("spent" in record["ledger"] for record in records) == 1, "its seconds are those of all three"
    assert unspent([store.brief("jobs", record["key"], 1) for record in records]) == (2.0, 0.0)


def test_a_search_that_finds_nothing_is_done_once_for_all_fits_of_its_fold(tmp_path, monkeypatch):
    notes = tmp_path / "trials"
    notes.touch()
    monkeypatch.setenv(NOTES, str(notes))
    search, protocol = {"oracle": "random", "trials": 3, "folds": 1}, {"folds": 1, "seeds": 4}
    content = {**CONTENT, "models": ["fails_in_every_trial"], "search": search, "protocol": protocol}
    suite = dlbench.load_suite({**content, "policy": {}}, allow_code=True)
    for again in (1, 2):
        done = dlbench.run(suite, output=tmp_path / "results", jobs=2, retry_failed=True)
        store = Store(tmp_path / "results")
        records = [store.record("jobs", key, entry["attempt"]) for key, entry in done.folder.attempts().items()]
        assert [record["status"] for record in records] == ["failed"] * 4
        assert all("none of 3 trials finished" in record["reason"] for record in records)
        assert len(notes.read_text().split()) == 3 * again, "three trials in all, and three more when tried again"


def test_a_job_that_can_be_asked_says_where_it_was(tmp_path):
    content = {**CONTENT, "models": ["sleeps"], "protocol": {"folds": 1}, "policy": {"timeout": 4, "grace": 30}}
    dlbench.run(dlbench.load_suite(content, allow_code=True), output=tmp_path, jobs=1)
    (key,) = list_keys(tmp_path, "jobs")
    record = Store(tmp_path).record("jobs", key, 1)
    assert (record["status"], record["reason"]) == ("timeout", "ran longer than 4 s (policy.timeout)")
    assert "time.sleep(3600)" in record["error"]["trace"]
    assert record["ledger"]["wall"] < 4 + 30


def test_pages_that_processes_share_count_once():
    before = Tree(os.getpid()).heavier(1)
    held = bytearray(b"1") * 2**28
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    try:
        family = Tree(os.getpid())
        assert child in family.scan()
        assert family.resident() > 2 * len(held)
        assert family.heavier(before + int(1.9 * len(held))) == 0
        assert 0.9 * len(held) < family.heavier(1) - before < 1.9 * len(held)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
