"""The kernel's wall around a job's memory: held between two looks, and left out where none can be made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlbench.engine import control_group, guard
from dlbench.engine.control_group import V1, V2, ControlGroup, wall

MIB = 2**20
EATER = "import sys; sys.stdin.readline(); hoard = [bytearray(1 << 20) for _ in range(400)]; print(len(hoard))"


@pytest.fixture
def eater():
    process = subprocess.Popen([sys.executable, "-c", EATER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def walled(process: subprocess.Popen[bytes], limit: int) -> ControlGroup:
    group = wall(process.pid, limit)
    if group is None:
        pytest.skip("no control group of memory can be made here")
    return group


def test_a_process_that_outruns_every_look_is_killed_at_the_wall(eater):
    group = walled(eater, 100 * MIB)
    said, _ = eater.communicate(b"\n", timeout=60)
    assert (eater.returncode, said) == (-9, b"")
    assert group.broken
    group.remove()
    assert not group.folder.exists()


def test_one_that_keeps_below_is_left_alone(eater):
    group = walled(eater, 900 * MIB)
    said, _ = eater.communicate(b"\n", timeout=60)
    assert (eater.returncode, said.strip()) == (0, b"400")
    assert not group.broken
    group.remove()


def test_a_job_that_eats_between_two_looks_is_a_record_of_memory(tmp_path, monkeypatch):
    import dlbench
    from dlbench.store import Store

    probe = subprocess.Popen([sys.executable, "-c", EATER], stdin=subprocess.PIPE)
    walled(probe, 100 * MIB).remove(0)
    probe.kill()
    probe.wait()
    monkeypatch.setattr(guard, "_WEIGH", 3600.0)
    content = {"name": "eats", "include": [str(Path(__file__).with_name("faulty_models.py"))], "tasks": ["iris"]}
    content |= {"models": ["logistic", "eats"], "search": {"oracle": "none"}, "protocol": {"folds": 2}}
    content |= {"policy": {"memory": "700MiB"}}
    done = dlbench.run(dlbench.load_suite(content, allow_code=True), output=tmp_path, jobs=2)
    store = Store(tmp_path)
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in done.folder.attempts().items()]
    statuses = {record["job"]["contestant"]["label"]: (record["status"], record["reason"]) for record in found}
    assert statuses["logistic"] == ("ok", "")
    assert statuses["eats"][0] == "memory"
    assert "control group" in statuses["eats"][1]


def test_the_second_version_is_spoken_to_in_its_own_words(tmp_path, monkeypatch):
    parent = tmp_path / "slice"
    parent.mkdir()
    monkeypatch.setattr(control_group, "_parent", lambda mount: (parent, V2))
    group = wall(4711, 100 * MIB, tmp_path)
    assert group is not None
    assert (parent / "cgroup.subtree_control").read_text() == "+memory"
    assert int((group.folder / "memory.max").read_text()) == 125 * MIB + 64 * MIB
    assert (group.folder / "cgroup.procs").read_text() == "4711"
    (group.folder / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\n")
    assert not group.broken
    (group.folder / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\n")
    assert group.broken


@pytest.mark.parametrize("limit", [None, 100 * MIB])
def test_without_a_limit_or_a_place_for_it_there_is_none(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(control_group, "_parent", lambda mount: None if limit else (tmp_path, V1))
    assert wall(os.getpid(), limit) is None


def test_one_that_cannot_be_made_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(control_group, "_parent", lambda mount: (tmp_path / "nowhere", V1))
    assert wall(os.getpid(), 100 * MIB) is None
    assert list(tmp_path.iterdir()) == []
