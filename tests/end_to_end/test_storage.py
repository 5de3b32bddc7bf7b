"""A full disk, a folder that cannot be written, a clock set back, two runs at once: nothing finished is lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import dlbench
from dlbench import runs
from dlbench.core.errors import CannotWrite
from dlbench.engine import recording, start
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.store import list_keys, read_record

CONTENT = {"name": "stored", "tasks": ["iris"], "models": ["majority", "logistic"], "protocol": {"folds": 2}}
SUITE = json.dumps({**CONTENT, "search": {"oracle": "none"}})
ITEMS = 8


class Answers:
    """An executor that has each job's files at hand, in place of worker processes."""

    slots = 1

    def __init__(self):
        self.taken = []

    busy = property(lambda self: len(self.taken))
    running = property(lambda self: tuple(order.spec for order in self.taken))

    def room_for(self, spec):
        return not self.taken

    def start(self, order):
        for name in ("job", "outside"):
            (order.staged / name).mkdir()
        truth = Truth(np.arange(ITEMS).astype(str), np.arange(ITEMS) % 2, ("0", "1"))
        np.savez(order.staged / "outside" / "truth.npz", **truth.arrays())
        guess = Probabilities(np.full((ITEMS, 2), 0.5))
        np.savez(order.staged / "job" / "predictions.npz", ids=truth.ids, **guess.arrays())
        if order.spec.search_key and order.search is None:
            (order.staged / "outside" / "search").mkdir()
            (order.staged / "outside" / "search" / "validation.npz").write_bytes(b"none")
        self.taken.append(order)

    def wait(self):
        orders, self.taken = self.taken, []
        for order in orders:
            if order.spec.search_key and order.search is None:
                yield order.spec, {"event": "stage", "record": {"key": order.spec.search_key, "status": "ok"}}
            result = {"form": "Probabilities", "fingerprints": {"truth": "f" * 32}, "scores": {}, "ledger": {}}
            yield order.spec, {"event": "ended", "result": result, "wall": 0.1, "slot": 0, "spent": {}}

    def stop(self):
        self.taken = []
        return []


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(start, "pool_for", lambda *_: Answers())


def run(root):
    return dlbench.run(dlbench.load_suite(CONTENT), output=root)


def believed(root):
    """Return every record file's content; reading one that cannot be believed raises."""
    found = {}
    for kind in ("jobs", "stages"):
        for key in list_keys(root, kind):
            for path in (root / kind / key).glob("[0-9]*/record.json"):
                read_record(path)
                found[str(path.relative_to(root))] = path.read_bytes()
    return found


@contextmanager
def filling(at):
    """Let the disk be full from the so-many-th write on, wherever that is. Give the count of writes."""
    counted = [0]

    def failing(function):
        def wrapped(*arguments, **named):
            counted[0] += 1
            if counted[0] > at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*arguments, **named)

        return wrapped

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", failing(os.fsync))
        for name in ("mkdir", "rename", "replace"):
            patched.setattr(Path, name, failing(getattr(Path, name)))
        yield counted


def test_a_disk_that_is_full_at_any_write_loses_nothing(tmp_path, at_once):
    with filling(10**9) as writes:
        assert run(tmp_path / "whole").finished
    for at in range(writes[0]):
        root = tmp_path / str(at)
        with filling(at), pytest.raises(CannotWrite, match="the same command resumes"):
            run(root)
        known = believed(root)
        outcome = run(root)
        assert outcome.finished
        now = believed(root)
        assert known.items() <= now.items(), f"lost or altered after write {at}"
        assert len(now) == 4 + 2, "four jobs, two searches, each once"
        shutil.rmtree(root)


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_jumps_between_kill_and_resumption_changes_nothing(tmp_path, at_once, days):
    with filling(40), pytest.raises(CannotWrite):
        run(tmp_path)
    known = believed(tmp_path)
    assert known, "killed too early to tell"

    class Jumped(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) + timedelta(days=days)

    with pytest.MonkeyPatch.context() as patched:
        for module in (runs, recording):
            patched.setattr(module, "datetime", Jumped)
        resumed, again = run(tmp_path), run(tmp_path)
    assert resumed.finished
    assert known.items() <= believed(tmp_path).items()
    assert {entry["status"] for entry in resumed.folder.attempts().values()} == {"ok"}
    assert [found.path for found in runs.all_runs(tmp_path)] == [resumed.folder.path, again.folder.path]
    assert again.pending == 0


def command(suite, root):
    return [sys.executable, "-m", "dlbench", "run", str(suite), "-o", str(root), "-j", "1", "-q"]


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "stored.yaml").write_text(SUITE)
    return tmp_path / "stored.yaml"


@contextmanager
def mounted(folder, options):
    """Mount a small file system of its own, where this user may."""
    folder.mkdir(exist_ok=True)
    made = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(made, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("free", [16_000, 60_000, 90_000])
def test_a_full_file_system_stops_the_run_and_the_same_command_resumes(tmp_path, suite, free):
    with mounted(tmp_path / "small", "size=600k") as small:
        (small / "results").mkdir()
        filler = small / "filler"
        filler.write_bytes(b"x" * (600 * 1024 - free))
        stopped = subprocess.run(command(suite, small / "results"), capture_output=True, text=True, timeout=300)
        assert stopped.returncode == 70, stopped.stderr
        assert "the disk is full" in stopped.stderr
        assert "internal error" not in stopped.stderr
        known = believed(small / "results")
        filler.unlink()
        resumed = subprocess.run(command(suite, small / "results"), capture_output=True, text=True, timeout=300)
        assert resumed.returncode == 0, resumed.stderr
        now = believed(small / "results")
        assert known.items() <= now.items()
        assert [json.loads(content)["status"] for content in now.values()] == ["ok"] * 4


def test_a_read_only_folder_is_refused_with_the_way_out(tmp_path, suite):
    with mounted(tmp_path / "frozen", "size=600k,ro") as frozen:
        refused = subprocess.run(command(suite, frozen / "results"), capture_output=True, text=True, timeout=120)
    assert refused.returncode == 2, refused.stderr
    assert "choose another folder with -o" in refused.stderr
    assert str(frozen) in refused.stderr


def test_two_runs_started_at_once_on_one_folder_do_not_harm_each_other(tmp_path, suite):
    root = tmp_path / "results"
    both = [subprocess.Popen(command(suite, root), stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate(timeout=300)[1].decode() for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2]), told
    if codes == [0, 2]:
        assert any("another dlbench is at work on this run" in said for said in told)
    assert {json.loads(content)["status"] for content in believed(root).values()} == {"ok"}
    last = subprocess.run(command(suite, root), capture_output=True, timeout=120)
    assert last.returncode == 0
    outcome = runs.find_run(root, "stored")
    assert len(outcome.attempts()) == 4
    assert outcome.finished
