"""The greedy ensemble in a run: made of its members' trials, after them, charged with their searches."""

from __future__ import annotations

import json

import numpy as np
import pytest

import dlbench
from dlbench.store import Store

_MODELS = ["mean", "ridge", "decision_tree", {"name": "greedy_ensemble", "of": "all"}]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    output = tmp_path_factory.mktemp("ensemble")
    suite = dlbench.load_suite(
        {
            "name": "ensemble",
            "tasks": ["diabetes"],
            "models": _MODELS,
            "search": {"trials": 3, "folds": 2},
            "protocol": {"folds": 2},
            "policy": {"keep_models": "all"},
        }
    )
    outcome = dlbench.run(suite, output=output, jobs=2)
    store = Store(output)
    records = [store.record("jobs", entry["key"], entry["attempt"]) for entry in outcome.folder.attempts().values()]
    return store, {(r["job"]["contestant"]["label"], r["job"]["fold"]): r for r in records}


def test_its_answer_is_the_weighted_mean_of_its_members_refitted(run):
    """A member whose best trial was chosen was refitted by its own job with the same seed: the same numbers."""
    store, records = run
    for fold in (0, 1):
        ensemble = records["greedy_ensemble", fold]
        assert ensemble["status"] == "ok", ensemble["reason"]
        total, known = 0.0, 0.0
        for member in ensemble["chosen"]["members"]:
            own = records[member["contestant"], fold]
            if own["chosen"] == member["values"]:
                total = total + member["weight"] * store.prediction(own).values
                known += member["weight"]
        if known == pytest.approx(1):
            assert np.allclose(total, store.prediction(ensemble).values)
        assert sum(member["weight"] for member in ensemble["chosen"]["members"]) == pytest.approx(1)


def test_its_validation_score_is_out_of_sample_beside_the_one_in_sample(run):
    _, records = run
    for fold in (0, 1):
        ensemble = records["greedy_ensemble", fold]
        best = max(records[name, fold]["validation"]["value"] for name in ("ridge", "decision_tree"))
        # members are scored as the mean of inner folds, the ensemble on all their items together
        assert ensemble["chosen"]["in_sample"] > best - 0.05
        assert ensemble["validation"]["value"] <= ensemble["chosen"]["in_sample"] + 1e-9


def test_its_searches_are_its_members_and_stand_in_its_record(run):
    _, records = run
    ensemble = records["greedy_ensemble", 0]
    stages = {records[name, 0]["stages"][0] for name in ("ridge", "decision_tree")}
    assert set(ensemble["stages"]) == stages
    ledger = ensemble["ledger"]
    assert ledger["search_shared"]
    assert ledger["trials"] == ledger["granted_trials"] == 6
    assert ledger["used_seconds"] == pytest.approx(ledger["search"] + ledger["choice"] + ledger["refit"])


def test_every_member_is_kept_where_models_are(run):
    store, records = run
    ensemble = records["greedy_ensemble", 0]
    folder = store.folder("jobs", ensemble["key"], ensemble["attempt"])
    told = json.loads((folder / "ensemble.json").read_text())
    assert len(told) == len(ensemble["chosen"]["members"])
    assert all((folder / f"member_{number}.model.skops").is_file() for number in range(1, len(told) + 1))


def test_an_ensemble_without_members_or_search_is_skipped_with_the_reason():
    def planned(**search):
        models = ["ridge", {"name": "greedy_ensemble", "of": "deep"}]
        return dlbench.plan(
            dlbench.load_suite({"name": "none", "tasks": ["diabetes"], "models": models, "search": search})
        )

    assert "none of its members (deep)" in planned(trials=2).skipped[0].reason
    assert "search.oracle" in planned(oracle="none").skipped[0].reason


def test_its_kind_is_that_of_its_members_where_they_share_one():
    from dlbench.core.contestant import Contestant

    assert Contestant("e", "greedy_ensemble", (), {"of": "classic"}).kind == "classic"
    assert Contestant("e", "greedy_ensemble", (), {"of": "ridge, mlp"}).kind == "mixed"


def test_scores_take_part_as_the_probabilities_that_they_are_worth(tmp_path):
    """Of support vectors alone the ensemble answers as they do: softening keeps the order of an item's classes."""
    suite = dlbench.load_suite(
        {
            "name": "scores",
            "tasks": ["iris"],
            "models": ["svm", {"name": "greedy_ensemble", "of": "svm"}],
            "search": {"trials": 1},
            "protocol": {"folds": 1},
        }
    )
    outcome = dlbench.run(suite, output=tmp_path, jobs=1)
    store = Store(tmp_path)
    records = [store.record("jobs", entry["key"], entry["attempt"]) for entry in outcome.folder.attempts().values()]
    found = {record["job"]["contestant"]["label"]: record for record in records}
    ensemble = found["greedy_ensemble"]
    assert ensemble["form"] == "Probabilities"
    (member,) = ensemble["chosen"]["members"]
    assert (member["contestant"], member["weight"]) == ("svm", 1)
    assert member["sharpness"] > 0
    answers = [store.prediction(found[name]).arrays()["values"].argmax(axis=1) for name in ("svm", "greedy_ensemble")]
    assert np.array_equal(*answers)
