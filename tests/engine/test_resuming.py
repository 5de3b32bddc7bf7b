"""Running again: what is reused, what is done again, and what a new run is."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.engine.events import JobFinished, JobStarted, RunOpened
from dlbench.store import Store

CONTENT = {
    "name": "again",
    "tasks": ["iris"],
    "models": ["majority", "logistic"],
    "search": {"oracle": "none"},
    "protocol": {"folds": 2},
}


class Recorder:
    def __init__(self):
        self.events = []

    def __call__(self, event):
        self.events.append(event)

    def count(self, kind):
        return sum(isinstance(event, kind) for event in self.events)


def run(root, content=CONTENT, **options):
    listener = Recorder()
    outcome = dlbench.run(dlbench.load_suite(content), output=root, listener=listener, jobs=2, **options)
    return outcome, listener


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    root = tmp_path_factory.mktemp("again")
    return root, *run(root)


def test_every_job_is_started_and_finished_once(first):
    _, outcome, listener = first
    assert outcome.finished
    assert outcome.exit_code == 0
    assert listener.count(JobStarted) == listener.count(JobFinished) == 4


def test_a_finished_run_is_followed_by_a_new_one_that_reuses_its_records(first, monkeypatch):
    root, outcome, _ = first
    # a clock set back: by its time the run begins before the records that it reuses
    monkeypatch.setattr("dlbench.engine.start.now", lambda: "2000-01-01T00:00:00Z")
    again, listener = run(root)
    assert again.folder.id != outcome.folder.id
    assert listener.count(JobStarted) == 0
    assert again.folder.header()["started"].startswith("2000")
    assert {entry["reused"] for entry in again.folder.attempts().values()} == {True}


def test_force_adds_attempts_and_overwrites_nothing(first):
    root, outcome, _ = first
    forced, listener = run(root, force=True)
    assert listener.count(JobStarted) == 4
    store = Store(root)
    for key, entry in forced.folder.attempts().items():
        assert entry["attempt"] > outcome.folder.attempts()[key]["attempt"]
        assert store.record("jobs", key, 1)["status"] == "ok"


def test_an_unfinished_run_of_the_same_suite_is_resumed(first, tmp_path):
    outcome, _ = run(tmp_path)
    journal = outcome.folder.path / "journal.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join(lines[:2]) + "\n")
    resumed, listener = run(tmp_path)
    assert resumed.folder.id == outcome.folder.id
    assert next(event for event in listener.events if isinstance(event, RunOpened)).resumed
    assert listener.count(JobStarted) == 0, "records are found by their keys, whatever the journal lost"
    assert resumed.finished
    assert {entry["reused"] for entry in resumed.folder.attempts().values()} == {False}, "they are of this run"


@pytest.mark.parametrize("again", [{}, {"force": True}], ids=["plain", "force"])
def test_a_forced_run_is_resumed_with_its_own_searches(tmp_path, again):
    """By the same command too, and an ensemble finds the searches of its members."""
    models = ["logistic", "decision_tree", "greedy_ensemble"]
    content = {**CONTENT, "models": models, "search": {"trials": 2}, "protocol": {"folds": 1}}
    stopped = Recorder()

    def stop_before_the_ensemble(event):
        stopped(event)
        if stopped.count(JobFinished) == 2:
            raise KeyboardInterrupt

    run(tmp_path, content)
    suite = dlbench.load_suite(content)
    with pytest.raises(KeyboardInterrupt):
        dlbench.run(suite, output=tmp_path, listener=stop_before_the_ensemble, jobs=1, force=True)
    resumed, listener = run(tmp_path, content, **again)
    assert listener.count(JobStarted) == 1, "the ensemble alone is left"
    assert {entry["status"] for entry in resumed.folder.attempts().values()} == {"ok"}
    store = Store(tmp_path)
    assert {entry["attempt"] for entry in resumed.folder.attempts().values()} == {2}
    assert all(store.find("stages", key)["attempt"] == 2 for key in resumed.folder.stages())


def test_another_suite_with_the_same_jobs_reuses_them(first):
    root = first[0]
    _, listener = run(root, {**CONTENT, "name": "other"})
    assert listener.count(JobStarted) == 0


def test_a_script_without_a_main_guard_may_run_a_suite(tmp_path):
    import subprocess
    import sys

    script = tmp_path / "bare.py"
    script.write_text(
        "import dlbench\n"
        f"suite = dlbench.load_suite({CONTENT!r})\n"
        f"print(dlbench.run(suite, output={str(tmp_path / 'out')!r}).exit_code)\n"
        "report = dlbench.report('again', output=" + repr(str(tmp_path / "out")) + ")\n"
        "print(len(report.frame()), len(dlbench.report('again', output=" + repr(str(tmp_path / "out")) + ").rows))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "20", "10"]
