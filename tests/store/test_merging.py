"""Joining results folders: each key once, differences told, nothing wrong believed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dlbench.cli.leaving import exit_code
from dlbench.core.errors import UsageError
from dlbench.merging import merge
from dlbench.runs import RunFolder, open_run
from dlbench.store import Store


def _commit(root: Path, key: str, codes: list[int], **fields: object) -> dict:
    store = Store(root)
    staged = store.staging()
    np.savez(staged / "predictions.npz", ids=np.array(["a", "b"]), codes=np.array(codes))
    record = {"key": key, "status": "ok", "form": "Labels", "fingerprints": {}, "started": "now", **fields}
    return store.commit("jobs", staged, record)


def _run(root: Path, *records: dict) -> RunFolder:
    run = open_run(root, {"suite_name": "some", "started": "2026-01-01T00:00:00Z"})
    for record in records:
        run.append({name: record[name] for name in ("key", "attempt", "status")})
    return run


def test_records_of_both_folders_stand_in_the_joined_one(tmp_path):
    _commit(tmp_path / "a", "1" * 32, [0, 1])
    record = _commit(tmp_path / "b", "2" * 32, [1, 1])
    merged = merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")
    assert (merged.copied, merged.same, merged.differing, merged.unreadable) == (2, 0, [], [])
    found = Store(tmp_path / "all").find("jobs", "2" * 32)
    assert Store(tmp_path / "all").prediction(found).codes.tolist() == [1, 1]
    assert found["files"] == record["files"]


def test_merging_twice_adds_nothing(tmp_path):
    _commit(tmp_path / "a", "1" * 32, [0, 1])
    merge([tmp_path / "a"], tmp_path / "all")
    again = merge([tmp_path / "a"], tmp_path / "all")
    assert (again.copied, again.same) == (0, 1)
    assert Store(tmp_path / "all").attempts("jobs", "1" * 32) == [1]


def test_another_time_of_day_is_no_difference_another_prediction_is(tmp_path):
    _commit(tmp_path / "a", "1" * 32, [0, 1], started="morning")
    _commit(tmp_path / "b", "1" * 32, [0, 1], started="evening")
    _commit(tmp_path / "c", "1" * 32, [1, 1])
    merged = merge([tmp_path / name for name in "abc"], tmp_path / "all")
    assert (merged.copied, merged.same, len(merged.differing)) == (1, 1, 1)
    assert "predictions" in merged.differing[0]
    kept = Store(tmp_path / "all").find("jobs", "1" * 32)
    assert kept["started"] == "morning"


def test_a_finished_record_stands_before_a_failed_one(tmp_path):
    _commit(tmp_path / "a", "1" * 32, [0, 1], status="failed")
    _commit(tmp_path / "b", "1" * 32, [0, 1])
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")
    assert Store(tmp_path / "all").find("jobs", "1" * 32)["status"] == "ok"


def test_an_altered_record_is_told_and_left_behind(tmp_path):
    record = _commit(tmp_path / "a", "1" * 32, [0, 1])
    file = Store(tmp_path / "a").folder("jobs", record["key"], 1) / "record.json"
    file.write_text(file.read_text().replace('"ok"', '"failed"'))
    merged = merge([tmp_path / "a"], tmp_path / "all")
    assert merged.copied == 0
    assert "altered" in merged.unreadable[0]
    assert Store(tmp_path / "all").find("jobs", "1" * 32) is None


def test_a_run_comes_along_and_names_the_attempts_of_the_joined_folder(tmp_path):
    _commit(tmp_path / "all", "1" * 32, [0, 1], status="failed")
    record = _commit(tmp_path / "a", "1" * 32, [0, 1])
    run = _run(tmp_path / "a", record)
    merged = merge([tmp_path / "a"], tmp_path / "all")
    assert merged.runs == 1
    copied = RunFolder(tmp_path / "all" / "some" / run.id)
    assert copied.attempts()["1" * 32]["attempt"] == 2
    assert copied.header() == run.header()


def test_what_is_no_results_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no results folder"):
        merge([tmp_path], tmp_path / "all")
    _commit(tmp_path / "a", "1" * 32, [0, 1])
    with pytest.raises(UsageError, match="merged into"):
        merge([tmp_path / "a"], tmp_path / "a")


def test_the_verb_tells_what_differs_and_exits_with_4(tmp_path, capsys):
    _commit(tmp_path / "a", "1" * 32, [0, 1])
    _commit(tmp_path / "b", "1" * 32, [1, 1])
    code = exit_code(["merge", str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / "all")])
    told = capsys.readouterr()
    assert code == 4
    assert "which is kept" in told.err
    assert "1 records and 0 runs copied" in told.out
    assert json.loads((tmp_path / "all" / "jobs" / ("1" * 32) / "1" / "record.json").read_text())["status"] == "ok"
