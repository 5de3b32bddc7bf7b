"""A run killed at any moment loses nothing that was finished, and ends with the table of an undisturbed one."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import dlbench
from dlbench.store import list_keys, read_record

SUITE = """
name: killed
tasks: [{dataset: iris, limit: 60}]
models: [majority, logistic, svm, {name: mlp, batch_size: 32}]
search: {trials: 2, epochs: 3}
protocol: {folds: 3}
"""
KILLS = 8
# `reused` says that timings come from an earlier run: a run that finished between two kills is followed by a new one
TIMES = ("seconds", "memory", "started", "finished", "reused")


def command(folder: Path) -> list[str]:
    suite = str(folder / "killed.yaml")
    return [sys.executable, "-m", "dlbench", "run", suite, "-o", str(folder / "results"), "-j", "2", "-q"]


def start(folder: Path) -> subprocess.Popen[bytes]:
    (folder / "killed.yaml").write_text(SUITE)
    return subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    for victim in (process, *started):
        try:
            victim.send_signal(signal.SIGKILL)
        except (psutil.Error, ProcessLookupError):
            continue
    process.wait(10)


def finished_records(folder: Path) -> dict[str, bytes]:
    """Return every record file's content; reading one that cannot be believed raises."""
    found = {}
    for key in list_keys(folder / "results", "jobs"):
        for path in (folder / "results" / "jobs" / key).glob("*/record.json"):
            read_record(path)
            found[str(path)] = path.read_bytes()
    return found


def table(folder: Path) -> list[dict]:
    rows = json.loads(dlbench.report("killed", output=folder / "results").render("json"))["rows"]
    return [{name: row[name] for name in row if not any(word in name for word in TIMES)} for row in rows]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    began = time.monotonic()
    process = start(folder)
    assert process.wait(240) == 0, process.stderr.read().decode()
    return folder, time.monotonic() - began


def test_kills_lose_nothing(tmp_path, undisturbed):
    reference, seconds = undisturbed
    moments = random.Random(8)
    known: dict[str, bytes] = {}
    for _ in range(KILLS):
        process = start(tmp_path)
        time.sleep(moments.uniform(0.1, 0.5 * seconds))
        kill_all(process)
        now = finished_records(tmp_path)
        assert known.items() <= now.items(), "a finished record was lost or altered"
        known = now
    process = start(tmp_path)
    assert process.wait(240) == 0, process.stderr.read().decode()
    now = finished_records(tmp_path)
    assert known.items() <= now.items()
    assert len(now) == 12, "every job has one attempt: what was finished was reused"
    assert table(tmp_path) == table(reference)


def test_the_same_seed_in_another_process_gives_identical_predictions(tmp_path, undisturbed):
    process = start(tmp_path)
    assert process.wait(240) == 0, process.stderr.read().decode()
    mine, theirs = (
        {
            path.parent.name: read_record(path)["files"]["predictions.npz"]
            for path in folder.glob("results/jobs/*/1/*.json")
            if path.name == "record.json"
        }
        for folder in (tmp_path, undisturbed[0])
    )
    assert mine == theirs


FITS_FOR_AN_HOUR = """
import time
from pathlib import Path

from dlbench.core.model import Bias, ClassicModel


class Slow(ClassicModel):
    name = "slow"
    title = "fits for an hour"
    paper = "none"
    gives = ("Labels",)
    bias = Bias("none", "none", "none", "none", "none")

    def build(self, values, schema):
        class Estimator:
            def fit(self, inputs, target):
                Path(__file__).with_name("fitting").touch()
                time.sleep(3600)

        return Estimator()
"""
SLOW = "{name: killed, include: [slow.py], tasks: [iris], models: [slow], search: {oracle: none}}"


def test_workers_die_with_a_main_process_that_is_killed_alone(tmp_path):
    """Though they fit, and say nothing to anybody for an hour."""
    (tmp_path / "slow.py").write_text(FITS_FOR_AN_HOUR)
    (tmp_path / "killed.yaml").write_text(SLOW)
    process = subprocess.Popen([*command(tmp_path), "--allow-code"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "fitting").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    started = psutil.Process(process.pid).children(recursive=True)
    assert len(started) >= 3
    process.kill()
    process.wait(10)
    _, alive = psutil.wait_procs(started, timeout=15)
    assert [other.cmdline() for other in alive] == []
