"""Runs: found by folder, id or suite; a torn journal loses one line."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dlbench import runs
from dlbench.core.errors import CorruptRecord, UsageError
from dlbench.runs import all_runs, find_run, locked, open_run


@pytest.fixture
def run(tmp_path):
    return open_run(tmp_path, {"suite_name": "vision", "digest": "d"})


def test_a_run_is_found_by_every_name_it_has(tmp_path, run):
    for name in (str(run.path), run.id, "vision", f"vision/{run.id}", "suites/vision.yaml", None):
        assert find_run(tmp_path, name).path == run.path


def test_the_latest_run_of_a_suite_is_meant(tmp_path, run):
    later = open_run(tmp_path, {"suite_name": "vision", "digest": "d"})
    assert find_run(tmp_path, "vision").path == later.path
    assert [found.path for found in all_runs(tmp_path)] == [run.path, later.path]


def test_an_unknown_run_names_the_nearest(tmp_path, run):
    with pytest.raises(UsageError, match="did you mean 'vision'"):
        find_run(tmp_path, "vison")


def test_no_runs_says_how_to_start_one(tmp_path):
    with pytest.raises(UsageError, match="dlbench run"):
        find_run(tmp_path, None)


def test_a_torn_journal_line_is_passed_over_and_the_next_is_whole(run):
    run.append({"key": "a", "status": "ok"})
    with (run.path / "journal.jsonl").open("ab") as stream:
        stream.write(b'{"key": "b", "sta')
    run.append({"key": "c", "status": "ok"})
    assert set(run.attempts()) == {"a", "c"}


def test_finished_only_when_the_journal_says_so(run):
    assert run.finished is None
    run.append({"event": "finished", "at": "now"})
    assert run.finished == "now"


def test_two_processes_do_not_share_a_run(run):
    with locked(run), pytest.raises(UsageError, match="another dlbench"), locked(run):
        pass


def test_a_run_of_another_format_is_refused(run):
    (run.path / "run.json").write_text('{"format": 99}')
    with pytest.raises(CorruptRecord):
        run.header()


def test_a_clock_set_back_leaves_the_newest_run_last(tmp_path, run, monkeypatch):
    class Earlier(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) - timedelta(days=400)

    monkeypatch.setattr(runs, "datetime", Earlier)
    later = [open_run(tmp_path, {"suite_name": "vision", "digest": "d"}) for _ in range(12)]
    assert [found.path for found in all_runs(tmp_path)] == [run.path, *(one.path for one in later)]
    assert find_run(tmp_path, "vision").path == later[-1].path


def test_a_clock_set_forward_gives_a_later_name(tmp_path, run, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) + timedelta(days=400)

    monkeypatch.setattr(runs, "datetime", Later)
    assert open_run(tmp_path, {"suite_name": "vision", "digest": "d"}).id[:8] > run.id[:8]
