"""The fairness contract: what contestants and judges are given, seen from inside by spies."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import dlbench
from dlbench.core import catalog
from dlbench.engine.parts import cut
from dlbench.planning import plan_suite
from dlbench.store import Store

ROWS = 200
TRIALS = 3


def content(folder, **more):
    return {
        "name": "spied",
        "include": [str(folder / "spying_models.py")],
        "tasks": [{"dataset": {"name": "moons", "rows": ROWS}, "metrics": ["accuracy", "peeping"]}],
        "models": ["spy", "majority"],
        "search": {"oracle": "random", "trials": TRIALS, "rows": 100},
        "protocol": {"folds": 2, "seeds": 2, **more},
    }


@pytest.fixture(scope="module")
def spied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spied")
    shutil.copy(Path(__file__).with_name("spying_models.py"), folder)
    suite = dlbench.load_suite(content(folder), allow_code=True)
    outcome = dlbench.run(suite, output=folder / "results", jobs=1)
    assert outcome.exit_code == 0
    plan = plan_suite(suite)
    store = Store(folder / "results")
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    notes = {
        kind: [json.loads(p.read_text()) for p in folder.glob(f"{kind}-*.json")] for kind in ("fit", "predict", "judge")
    }
    return {"suite": suite, "plan": plan, "records": records, "notes": notes}


def parts_of(job):
    data = catalog.dataset(job.task.dataset).load(job.task.params)
    return data, *cut(data, job, "Probabilities")


def spy_records(spied):
    return [record for record in spied["records"] if record["job"]["contestant"]["label"] == "spy"]


def by_fold(spied):
    """Return fold → (training row hashes of the refit, notes of that fold's fits), told apart by their rows."""
    from tests_spy import fingerprint

    folds = {}
    for job in spied["plan"].jobs:
        if job.contestant.label == "spy" and job.fit_index == 0:
            data, parts, truth = parts_of(job)
            rows = {fingerprint(row) for row in parts.whole.inputs.numbers}
            fits = [note for note in spied["notes"]["fit"] if set(note["rows"]) <= rows]
            folds[job.split.fold] = (data, parts, truth, rows, fits)
    return folds


@pytest.fixture(scope="module", autouse=True)
def tests_spy(spied):
    """Make the spies' own fingerprint available under a plain name."""
    import sys

    sys.modules["tests_spy"] = sys.modules[type(catalog.model("spy")).__module__]
    yield
    del sys.modules["tests_spy"]


def test_clause_1_all_contestants_are_tested_on_the_same_items(spied):
    prints = {}
    for record in spied["records"]:
        prints.setdefault(record["job"]["fold"], set()).add(json.dumps(record["fingerprints"], sort_keys=True))
    assert set(prints) == {0, 1}
    assert all(len(found) == 1 for found in prints.values())


def test_clause_1_a_model_seed_keeps_the_splits_and_a_split_seed_does_not(spied, tmp_path):
    shutil.copy(Path(__file__).with_name("spying_models.py"), tmp_path)
    jobs = {}
    for name, more in {"as is": {}, "seed": {"seed": 1}, "split": {"split_seed": 1}}.items():
        made = content(tmp_path, **more) | {"include": [str(p) for p in spied["suite"].include]}
        jobs[name] = plan_suite(dlbench.load_suite(made, allow_code=True)).jobs[0]
    prints = {name: parts_of(job)[1].fingerprints["split"] for name, job in jobs.items()}
    assert prints["as is"] == prints["seed"] != prints["split"]
    assert len({job.key for job in jobs.values()}) == 3


def test_clause_2_the_search_sees_neither_test_nor_validation_rows(spied):
    from tests_spy import fingerprint

    for _, parts, _, _, fits in by_fold(spied).values():
        test = {fingerprint(row) for row in parts.test_inputs.numbers}
        valid = {fingerprint(row) for row in parts.valid.inputs.numbers}
        trials = [note for note in fits if len(note["rows"]) < len(parts.whole)]
        assert len(trials) == TRIALS
        assert all(not test & set(note["rows"]) and not valid & set(note["rows"]) for note in trials)


def test_clause_2_the_search_is_run_once_a_fold_and_shared_by_fit_seeds(spied):
    stages = {(r["job"]["fold"], stage) for r in spy_records(spied) for stage in r["stages"]}
    assert len(stages) == 2
    assert len(spied["notes"]["fit"]) == 2 * (TRIALS + 2)


def test_clause_5_the_refit_sees_train_and_validation_once_a_seed(spied):
    for _, parts, _, rows, fits in by_fold(spied).values():
        refits = [note for note in fits if len(note["rows"]) == len(parts.whole)]
        assert len(refits) == 2
        assert all(set(note["rows"]) == rows for note in refits)
        assert len({note["width"] for note in refits}) == 1


def test_clause_6_the_default_is_the_first_trial_and_search_rows_hold_for_the_search_alone(spied):
    for _, parts, _, _, fits in by_fold(spied).values():
        trials = [note for note in fits if len(note["rows"]) < len(parts.whole)]
        assert {len(note["rows"]) for note in trials} == {min(100, len(parts.train))}
        assert 7 in {note["width"] for note in trials}


def test_clause_8_granted_and_used_stand_side_by_side(spied):
    for record in spy_records(spied):
        ledger = record["ledger"]
        assert ledger["granted_trials"] == ledger["trials"] == TRIALS
        assert ledger["used_seconds"] == pytest.approx(ledger["search"] + ledger["refit"])


def test_a_contestant_cannot_reach_the_truth_of_the_test_part(spied):
    """No vector in the worker's memory, wherever it hangs, holds the test truth or the whole target."""
    from tests_spy import fingerprint

    for data, parts, truth, _, fits in by_fold(spied).values():
        seen = set().union(*(note["memory"] for note in fits))
        test = [fingerprint(row) for row in parts.test_inputs.numbers]
        predicting = [note for note in spied["notes"]["predict"] if note["rows"] == test]
        assert len(predicting) == 2, "one for each fit seed"
        seen |= set().union(*(note["memory"] for note in predicting))
        assert fingerprint(parts.whole.target) in seen, "the scan must find what is there"
        assert fingerprint(truth.target) not in seen
        assert fingerprint(data.target) not in seen


def test_a_judge_cannot_reach_the_contestant(spied):
    judged = [note["words"] for note in spied["notes"]["judge"]]
    assert len(judged) == len(spied["records"])
    for words in judged:
        assert "ndarray" in words, "the walk must find what is there"
        reached = {"Contestant", "JobSpec", "Spy", "Majority", "str spy", "str majority"} & set(words)
        assert not reached
