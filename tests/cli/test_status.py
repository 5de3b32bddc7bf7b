"""`dlbench status`: how far a run is, whoever's process it is and whatever became of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time

import psutil
import pytest

from dlbench.cli.leaving import exit_code
from dlbench.engine.events import RunOpened, Stopping, silent
from dlbench.engine.live import Live, living
from dlbench.runs import open_run
from dlbench.status import status
from dlbench.store import Store

LABELS = ("svm", "mlp")
PROBE = """
import json, sys
from dlbench.cli.leaving import exit_code
code = exit_code(sys.argv[1:])
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def job(label, fold):
    return {
        "key": f"{label}-{fold}",
        "name": f"digits {label} fold {fold}",
        "task": "digits",
        "contestant": {"label": label},
    }


@pytest.fixture
def run(tmp_path):
    jobs = [job(label, fold) for label in LABELS for fold in range(3)]
    return open_run(tmp_path, {"suite_name": "vision", "digest": "d", "jobs": jobs})


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def end(run, store, key, status="ok", wall=10.0):
    record = store.commit("jobs", store.staging(), {"key": key, "status": status, "ledger": {"wall": wall}})
    run.append({**{name: record[name] for name in ("key", "attempt", "status")}, "reused": False, "at": "now"})


def say(run, **changes):
    told = {
        "pid": os.getpid(), "process_started": psutil.Process().create_time(), "host": socket.gethostname(),
        "slots": 2, "stopping": False, "running": [], "at": time.time(), **changes,
    }  # fmt: skip
    (run.path / "live.json").write_text(json.dumps(told))


def counts(found):
    return {one.contestant: (one.done, one.running, one.waiting, one.failed) for one in found.contestants}


def test_a_run_at_work_tells_its_jobs_and_the_time_left(run, store):
    end(run, store, "svm-0", wall=10.0)
    end(run, store, "mlp-0", status="failed", wall=30.0)
    say(run, running=[{"key": "svm-1", "name": "digits svm fold 1", "started": time.time() - 5, "trial": 2, "of": 8}])
    found = status(run, store)
    assert found.state == "running"
    assert not found.over
    assert counts(found) == {"svm": (1, 1, 1, 0), "mlp": (0, 0, 2, 1)}
    assert found.left == pytest.approx((2 * 10 + 2 * 30) / 2)
    assert found.running[0]["trial"] == 2
    assert 5 <= found.running[0]["seconds"] < 60


def test_a_job_that_has_ended_since_is_not_told_as_running(run, store):
    say(run, running=[{"key": "svm-0", "name": "digits svm fold 0", "started": time.time()}])
    end(run, store, "svm-0")
    assert status(run, store).running == ()


def test_without_a_finished_job_no_time_is_guessed(run, store):
    say(run)
    assert status(run, store).left is None


def test_a_finished_run_is_told_as_such_whatever_it_left_behind(run, store):
    say(run)
    run.append({"event": "finished", "at": "now"})
    assert status(run, store).state == "finished"


def test_a_run_whose_process_is_gone_was_killed(run, store):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    say(run, pid=gone.pid, running=[{"key": "svm-0", "name": "digits svm fold 0", "started": 0.0}])
    found = status(run, store)
    assert (found.state, found.over, found.running, found.left) == ("killed", True, (), None)


def test_another_process_under_the_same_number_is_not_taken_for_the_run(run, store):
    say(run, process_started=psutil.Process().create_time() - 3600)
    assert status(run, store).state == "killed"


def test_of_a_run_on_another_machine_only_its_last_word_is_known(run, store):
    say(run, host="elsewhere.example", at=time.time() - 60)
    found = status(run, store)
    assert (found.state, found.over) == ("elsewhere", False)
    assert found.at == pytest.approx(60, abs=10)


def test_a_run_that_said_nothing_is_stopped(run, store):
    assert status(run, store).state == "stopped"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_damaged_live_file_is_as_none(run, store, content):
    (run.path / "live.json").write_text(content)
    assert status(run, store).state == "stopped"


def test_the_live_file_comes_and_goes_with_the_run(tmp_path):
    heard = []
    with living(tmp_path, heard.append) as listener:
        listener(RunOpened("run", 4, 4, 0, 2, False))
        listener(Stopping(at_once=False))
        until = time.monotonic() + 20
        while time.monotonic() < until and not _said(tmp_path).get("stopping"):
            time.sleep(0.05)
        said = _said(tmp_path)
    assert (said["pid"], said["slots"], said["stopping"]) == (os.getpid(), 2, True)
    assert [type(event) for event in heard] == [RunOpened, Stopping]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_no_run(tmp_path):
    Live(tmp_path / "gone" / "live.json", silent)._write()
    with living(tmp_path / "gone", silent) as listener:
        listener(Stopping(at_once=False))


def test_the_verb_tells_it_as_text_and_as_json(run, store, tmp_path, capsys):
    end(run, store, "svm-0")
    say(run, running=[{"key": "mlp-0", "name": "digits mlp\x1b[2J", "started": time.time(), "step": "refit"}])
    assert exit_code(["status", "vision", "-o", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "1 of 6 jobs have ended" in told
    assert f"process {os.getpid()}" in told
    assert "refit" in told
    assert "\x1b" not in told
    assert exit_code(["status", str(run.path), "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["format"], content["state"]) == (1, "running")
    assert content["contestants"][0] == {"contestant": "svm", "done": 1, "running": 0, "waiting": 2, "failed": 0}


def test_following_ends_with_the_run(run, tmp_path, capsys, monkeypatch):
    say(run)
    monkeypatch.setattr("dlbench.cli.status.time.sleep", lambda _: run.append({"event": "finished", "at": "now"}))
    assert exit_code(["status", "--follow", "--format", "json", "--output-dir", str(tmp_path)]) == 0
    states = [json.loads(line)["state"] for line in capsys.readouterr().out.splitlines()]
    assert states == ["running", "finished"]


def test_a_run_that_is_not_there_is_a_usage_error(tmp_path, capsys):
    assert exit_code(["status", "--output-dir", str(tmp_path)]) == 2
    assert "dlbench run quick" in capsys.readouterr().err


def test_status_loads_no_heavy_library(run, tmp_path):
    words = [sys.executable, "-c", PROBE, "status", str(run.path)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert not {"keras", "tensorflow", "torch", "jax", "keras_tuner", "sklearn", "pandas", "numpy", "pydantic"} & set(
        modules
    )


def _said(folder):
    try:
        return json.loads((folder / "live.json").read_text())
    except OSError:
        return {}
