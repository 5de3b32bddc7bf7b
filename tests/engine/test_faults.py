"""A contestant that misbehaves costs its own job, and is a record with the reason."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

import dlbench
from dlbench.store import Store

MODELS = ["honest", "raises", "hangs", "exits", "dies", "nan", "short", "floods", "eats"]
EXPECTED = {
    "honest": ("ok", ""),
    "raises": ("failed", "RuntimeError"),
    "hangs": ("timeout", "longer than 10 s"),
    "exits": ("failed", "exited with status 7"),
    "dies": ("failed", "SIGSEGV"),
    "nan": ("diverged", "not finite"),
    "short": ("failed", "expected 75 rows"),
    "floods": ("failed", "printed more than 8 MiB"),
    "eats": ("memory", "more than 700 MiB"),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    root = tmp_path_factory.mktemp("faults")
    content = {
        "name": "faults",
        "include": [str(Path(__file__).with_name("faulty_models.py"))],
        "tasks": ["iris"],
        "models": MODELS,
        "search": {"oracle": "none"},
        "protocol": {"folds": 2},
        "policy": {"timeout": 10, "memory": "700MiB", "output": "8MiB"},
    }
    suite = dlbench.load_suite(content, allow_code=True)
    return root, dlbench.run(suite, output=root, jobs=2)


@pytest.fixture(scope="module")
def records(outcome):
    root, done = outcome
    store = Store(root)
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in done.folder.attempts().items()]
    return {(record["job"]["contestant"]["label"], record["job"]["fold"]): record for record in found}


def test_every_job_is_a_record(outcome, records):
    assert outcome[1].finished
    assert outcome[1].exit_code == 3
    assert set(records) == {(model, fold) for model in MODELS for fold in (0, 1)}


@pytest.mark.parametrize("model", MODELS)
def test_the_reason_is_told(records, model):
    status, reason = EXPECTED[model]
    for fold in (0, 1):
        assert records[model, fold]["status"] == status
        assert reason in records[model, fold]["reason"]


def test_no_data_is_no_score(records):
    assert all("scores" not in record for record in records.values() if record["status"] != "ok")


def test_a_flood_is_cut_to_its_head_and_tail(outcome, records):
    record = records["floods", 0]
    log = Store(outcome[0]).folder("jobs", record["key"], record["attempt"]) / "job.log"
    assert log.stat().st_size < 2 * 2**20


def test_no_process_is_left_behind(records):
    left = [p.cmdline() for p in psutil.Process().children(recursive=True) if "heap.append" in " ".join(p.cmdline())]
    assert left == []
