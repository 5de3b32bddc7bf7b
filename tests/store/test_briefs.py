"""Briefs: they save reading, and stand for nothing that was touched since it was verified."""

from __future__ import annotations

import json
import os

import pytest

from dlbench import briefs
from dlbench.store import Store

KEY = "k" * 32


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A results folder with one record whose brief is kept."""
    monkeypatch.setattr(briefs, "_SETTLED", -1)
    store = Store(tmp_path)
    store.commit("jobs", store.staging(), {"key": KEY, "status": "ok", "ledger": {"wall": 2.0, "used_seconds": 1.0}})
    store.brief("jobs", KEY)
    store.keep_briefs()
    return tmp_path


def record_file(root):
    return root / "jobs" / KEY / "1" / "record.json"


def never_read(path):
    raise AssertionError(f"{path} was read")


def test_an_untouched_record_is_not_read_again(kept, monkeypatch):
    monkeypatch.setattr("dlbench.store.read_record", never_read)
    found = Store(kept).brief("jobs", KEY)
    assert (found["key"], found["attempt"], found["status"], found["wall"]) == (KEY, 1, "ok", 2.0)


def test_a_brief_says_what_the_record_does(kept):
    whole = Store(kept).find("jobs", KEY)
    found = Store(kept).brief("jobs", KEY)
    assert {name: whole.get(name) for name in ("key", "attempt", "status")}.items() <= found.items()


def test_a_record_cut_at_any_byte_has_no_brief(kept):
    whole = record_file(kept).read_bytes()
    for length in range(len(whole)):
        record_file(kept).write_bytes(whole[:length])
        assert Store(kept).brief("jobs", KEY) is None
    record_file(kept).write_bytes(whole)
    assert Store(kept).brief("jobs", KEY)["status"] == "ok"


def test_an_altered_record_is_not_believed_though_size_and_time_are_as_before(kept):
    before = record_file(kept).stat()
    content = record_file(kept).read_bytes()
    record_file(kept).write_bytes(content.replace(b'"ok"', b'"no"'))
    os.utime(record_file(kept), ns=(before.st_atime_ns, before.st_mtime_ns))
    assert record_file(kept).stat().st_size == before.st_size
    assert Store(kept).brief("jobs", KEY) is None


def test_a_record_put_in_the_place_of_another_is_read(kept):
    file = record_file(kept)
    aside = file.with_name("aside")
    aside.write_bytes(b"{}".ljust(file.stat().st_size))
    os.utime(aside, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    aside.replace(file)
    assert Store(kept).brief("jobs", KEY) is None


def test_a_record_that_was_removed_has_no_brief(kept):
    record_file(kept).unlink()
    assert Store(kept).brief("jobs", KEY) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"entries": {}, "digest": "x"}', b'{"entries": 3}'])
def test_damaged_briefs_are_made_anew(kept, content):
    (kept / "jobs" / "briefs.json").write_bytes(content)
    store = Store(kept)
    assert store.brief("jobs", KEY)["status"] == "ok"
    store.keep_briefs()
    assert len(json.loads((kept / "jobs" / "briefs.json").read_bytes())["entries"]) == 1


def test_altered_briefs_are_not_believed(kept):
    file = kept / "jobs" / "briefs.json"
    file.write_text(file.read_text().replace('"ok"', '"failed"'))
    assert Store(kept).brief("jobs", KEY)["status"] == "ok"


def test_what_was_written_a_moment_ago_is_read_again(tmp_path):
    store = Store(tmp_path)
    store.commit("jobs", store.staging(), {"key": KEY, "status": "ok"})
    assert store.brief("jobs", KEY)["status"] == "ok"
    store.keep_briefs()
    assert not (tmp_path / "jobs" / "briefs.json").exists()


def test_a_newer_attempt_is_found_beside_a_kept_brief(kept):
    store = Store(kept)
    store.commit("jobs", store.staging(), {"key": KEY, "status": "failed"})
    found = store.brief("jobs", KEY)
    assert (found["attempt"], found["status"]) == (2, "failed")
    record = kept / "jobs" / KEY / "2" / "record.json"
    record.write_bytes(record.read_bytes()[:-5])
    assert Store(kept).brief("jobs", KEY)["attempt"] == 1
