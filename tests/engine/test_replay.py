"""A search that was killed goes on as if it had not been: its finished trials are told again, not trained again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import dlbench
from dlbench.core import catalog
from dlbench.engine import trial_store
from dlbench.engine.parts import cut
from dlbench.engine.trial_store import Trial, TrialStore
from dlbench.engine.tuning import Shelf, tune
from dlbench.planning import plan_suite
from dlbench.store import Store

pytestmark = pytest.mark.filterwarnings("ignore")
ORACLES = {"random": 6, "grid": 6, "hyperband": 5, "bayesian": 4}


def searching(oracle, trials, model="decision_tree", **more):
    content = {
        "name": "s",
        "tasks": ["iris"],
        "models": [model],
        "search": {"oracle": oracle, "trials": trials, **more},
        "protocol": {"folds": 3},
    }
    job = plan_suite(dlbench.load_suite(content)).jobs[0]
    return job, cut(catalog.dataset("iris").load({}), job, "Probabilities")[0]


class Conductor:
    """Stands in for the conductor: commits the trials of a search, and dies after so many."""

    def __init__(self, root, job, dies_after=None):
        self.store, self.job, self.left = TrialStore(root / "trials"), job, dies_after
        self.outside, self.events = root / "outside", []
        shutil.rmtree(self.outside, ignore_errors=True)
        self.outside.mkdir(parents=True)

    def __call__(self, event):
        self.events.append(event)
        if event["files"]:
            self.store.commit(self.job.search_key, self.outside, event["files"])
        if len(self.events) == self.left:
            raise KeyboardInterrupt

    def tune(self, parts):
        return tune(self.job, parts, self, Shelf(self.outside, self.store.folder(self.job.search_key)))


def told(tuned):
    return [{name: value for name, value in trial.items() if name != "seconds"} for trial in tuned.trials]


@pytest.mark.parametrize("oracle", ORACLES)
def test_a_search_killed_at_any_trial_goes_on_with_the_same_next_one(oracle, tmp_path):
    job, parts = searching(oracle, ORACLES[oracle])
    whole = Conductor(tmp_path / "whole", job).tune(parts)
    assert len(whole.trials) >= ORACLES[oracle]
    for killed in range(1, len(whole.trials) + 1):
        root = tmp_path / str(killed)
        with pytest.raises(KeyboardInterrupt):
            Conductor(root, job, dies_after=killed).tune(parts)
        second = Conductor(root, job)
        again = second.tune(parts)
        assert told(again) == told(whole)
        assert [bool(event["files"]) for event in second.events] == [n >= killed for n in range(len(whole.trials))]
        assert again.predictions.keys() == whole.predictions.keys()
        assert all((again.predictions[name] == whole.predictions[name]).all() for name in whole.predictions)
        assert again.seconds["search"] >= again.seconds["replayed"] > 0


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a job, its parts, and the folder of its committed trials."""
    root = tmp_path_factory.mktemp("finished")
    job, parts = searching("random", 4)
    Conductor(root, job).tune(parts)
    return job, parts, root


def copied(finished, tmp_path):
    job, parts, root = finished
    shutil.copytree(root / "trials", tmp_path / "trials")
    return job, parts, tmp_path / "trials" / job.search_key


def test_a_trial_cut_short_anywhere_is_not_believed(finished, tmp_path):
    job, _, folder = copied(finished, tmp_path)
    assert set(trial_store.read(folder, job.search_key)) == {0, 1, 2, 3}
    for name in ("trial.json", "trial.npz"):
        content = (folder / "2" / name).read_bytes()
        for length in range(0, len(content), 7):
            (folder / "2" / name).write_bytes(content[:length])
            assert set(trial_store.read(folder, job.search_key)) == {0, 1, 3}
        (folder / "2" / name).write_bytes(content)
    assert set(trial_store.read(folder, job.search_key)) == {0, 1, 2, 3}


def test_an_altered_a_misplaced_and_a_foreign_trial_are_not_believed(finished, tmp_path):
    job, _, folder = copied(finished, tmp_path)
    text = (folder / "1" / "trial.json").read_text()
    score = json.loads(text)["trial"]["score"]
    (folder / "1" / "trial.json").write_text(text.replace(f'"score": {score}', '"score": 0.999'))
    (folder / "3").rename(folder / "7")
    assert set(trial_store.read(folder, job.search_key)) == {0, 2}
    assert trial_store.read(folder, "another search") == {}


def test_a_trial_that_is_not_believed_is_trained_again(finished, tmp_path):
    job, parts, folder = copied(finished, tmp_path)
    (folder / "2" / "trial.npz").write_bytes(b"")
    again = Conductor(tmp_path, job)
    again.tune(parts)
    assert [event["number"] for event in again.events if event["files"]] == [2]
    assert set(trial_store.read(folder, job.search_key)) == {0, 1, 2, 3}


def test_trials_of_other_settings_are_dropped_and_said_so(finished, tmp_path, capsys):
    job, parts, folder = copied(finished, tmp_path)
    found = trial_store.read(folder, job.search_key)[2]
    (tmp_path / "outside").mkdir()
    other = Trial({**found.entry, "values": {"max_depth": 99}, "score": 1.0}, found.arrays, found.spent, found.elapsed)
    files = trial_store.write(tmp_path / "outside", job.search_key, other)
    TrialStore(tmp_path / "trials").commit(job.search_key, tmp_path / "outside", files)
    again = Conductor(tmp_path, job)
    tuned = again.tune(parts)
    assert [event["number"] for event in again.events if event["files"]] == [2, 3]
    assert told(tuned) == told(Conductor(tmp_path / "other", job).tune(parts))
    assert "trial 2" in capsys.readouterr().err


def test_the_seconds_of_a_resumed_search_go_on_from_what_was_spent(finished, tmp_path):
    job, parts = searching("random", 50, seconds=100.0)
    (tmp_path / "outside").mkdir()
    entry = {"number": 0, "values": {}, "share": 1.0, "score": 0.5, "rounds": {}, "status": "ok", "reason": ""}
    first = Conductor(tmp_path, job, dies_after=1)
    with pytest.raises(KeyboardInterrupt):
        first.tune(parts)
    entry = {name: first.events[0][name] for name in entry} | {"seconds": 99.0}
    files = trial_store.write(tmp_path / "outside", job.search_key, Trial(entry, elapsed=99.0))
    TrialStore(tmp_path / "trials").commit(job.search_key, tmp_path / "outside", files)
    tuned = Conductor(tmp_path, job).tune(parts)
    assert [trial["number"] for trial in tuned.trials] == [0], "a second of the hundred is left, a trial takes 99"
    assert tuned.seconds["search"] >= 99.0 == tuned.seconds["replayed"]


def test_names_that_no_worker_writes_are_refused(tmp_path):
    store = TrialStore(tmp_path)
    for files in (["../record.json"], ["trials/../x.json"], [], ["trials/1.json", "trials/2.npz"]):
        with pytest.raises(dlbench.core.errors.CorruptRecord):
            store.commit("key", tmp_path, files)


DIES = """
import os
from pathlib import Path
from dlbench.core.model import Bias, Model

class Dies(Model):
    name = "dies_once"
    title = "crashes in its third trial, the first time"
    kind = "classic"
    accepts = ("table",)
    gives = ("Probabilities",)
    trainer = "estimator"
    paper = "none"
    bias = Bias("none", "none", "none", "none", "none")

    def space(self, hp, schema):
        return {"depth": hp.Int("depth", 1, 90, default=3)}

    def build(self, values, schema):
        from sklearn.tree import DecisionTreeClassifier
        counter = Path(__file__).parent / "fits"
        fits = len(counter.read_text()) if counter.exists() else 0
        counter.write_text("x" * (fits + 1))
        if fits == 2:
            os.abort()  # a SIGKILL would count as an accident, and the same run would take the job up again
        return DecisionTreeClassifier(max_depth=values["depth"], random_state=0)
"""


def test_a_killed_job_is_taken_up_again_by_the_next_run(tmp_path):
    (tmp_path / "dies.py").write_text(DIES)
    content = {
        "name": "killed",
        "include": [str(tmp_path / "dies.py")],
        "tasks": ["iris"],
        "models": ["dies_once"],
        "search": {"trials": 4},
        "protocol": {"folds": 1},
    }
    suite = dlbench.load_suite(content, allow_code=True)
    root = tmp_path / "results"
    assert dlbench.run(suite, output=root, jobs=1).exit_code == 3
    (job,) = plan_suite(suite).jobs
    assert set(trial_store.read(root / "trials" / job.search_key, job.search_key)) == {0, 1}
    outcome = dlbench.run(suite, output=root, jobs=1, retry_failed=True)
    assert outcome.exit_code == 0
    record = Store(root).find("jobs", job.key)
    assert record["ledger"]["trials"] == 4
    assert record["ledger"]["replayed_seconds"] > 0
    assert len((tmp_path / "fits").read_text()) == 3 + 2 + 1, "killed in the third, two more trials, one refit"
    assert not (root / "trials" / job.search_key).exists(), "the stage holds them all"


def test_a_search_of_which_no_trial_finished_is_tried_again_from_the_start(tmp_path):
    content = {
        "name": "none",
        "include": [str(Path(__file__).with_name("faulty_models.py"))],
        "tasks": ["iris"],
        "models": ["raises"],
        "search": {"trials": 2},
        "protocol": {"folds": 1},
    }
    suite = dlbench.load_suite(content, allow_code=True)
    assert dlbench.run(suite, output=tmp_path, jobs=1).exit_code == 3
    assert not list((tmp_path / "trials").iterdir())
