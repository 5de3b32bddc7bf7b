"""A threshold is chosen on validation and applied to test; subgroups travel with the truth."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import dlbench
from dlbench.core.errors import SuiteError
from dlbench.prepare.threshold import cost_of
from dlbench.store import Store

DEAR = {"cost": {"false_positive": 1, "false_negative": 30}}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Return a file with a rare class that a cut at one half never finds."""
    rng = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("rare") / "rare.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["x", "y", "sex", "ill"])
        for _ in range(600):
            x, y = rng.normal(size=2)
            chance = 1 / (1 + np.exp(3.2 - 1.2 * x - 0.8 * y))
            writer.writerow([x, y, rng.choice(["f", "m"]), "yes" if rng.random() < chance else "no"])
    return path


@pytest.fixture(scope="module")
def outcome(table, tmp_path_factory):
    content = {
        "name": "rare",
        "tasks": [{"dataset": {"csv": str(table), "target": "ill"}, "metrics": ["balanced_accuracy", "roc_auc"]}],
        "models": [
            "majority",
            "logistic",
            {"name": "logistic", "as": "cut", "threshold": "tuned"},
            {"name": "logistic", "as": "missed is dear", "threshold": DEAR},
        ],
        "search": {"trials": 2},
        "protocol": {"folds": 3, "groups": "sex"},
    }
    root = tmp_path_factory.mktemp("results")
    return root, dlbench.run(dlbench.load_suite(content), output=root)


def records(outcome, label):
    store = Store(outcome[0])
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome[1].folder.attempts().items()]
    return store, [record for record in found if record["job"]["contestant"]["label"] == label]


def test_a_tuned_cut_finds_the_rare_class_and_leaves_the_ranking_of_items_alone(outcome):
    assert outcome[1].exit_code == 0
    _, usual = records(outcome, "logistic")
    store, cut = records(outcome, "cut")
    mean = {
        name: [np.mean([record["scores"][name]["value"] for record in side]) for side in (usual, cut)]
        for name in ("balanced_accuracy", "roc_auc")
    }
    assert mean["balanced_accuracy"][1] > mean["balanced_accuracy"][0] + 0.05
    assert mean["roc_auc"][1] == pytest.approx(mean["roc_auc"][0])
    assert all(record["threshold"] is not None for record in cut)
    assert all(record["threshold"] is None for record in usual)
    assert store.prediction(cut[0]).to("Labels").codes.max() == 1


def test_the_validation_score_is_the_one_at_the_usual_cut(outcome):
    (_, usual), (_, cut) = records(outcome, "logistic"), records(outcome, "cut")
    assert [record["validation"] for record in usual] == [record["validation"] for record in cut]


def test_a_cut_for_a_cost_makes_the_dear_mistake_rarely_and_costs_less(outcome):
    cost = {"logistic": 0.0, "missed is dear": 0.0}
    for label in cost:
        store, found = records(outcome, label)
        for record in found:
            truth, codes = store.truth(record).target, store.prediction(record).to("Labels").codes
            cost[label] += cost_of(truth, codes, false_positive=1, false_negative=30)
    assert cost["missed is dear"] < 0.7 * cost["logistic"]
    held = outcome[1].folder.header()["suite"]["models"]
    assert next(one["threshold"] for one in held if one["as"] == "missed is dear") == DEAR


@pytest.mark.parametrize("wrong", ["best", {"cost": {"false_positive": 1}}, {"cost": -1}, {"false_positive": 1}])
def test_a_threshold_that_cannot_be_meant_is_refused(table, wrong):
    content = {"name": "rare", "tasks": [{"dataset": {"csv": str(table), "target": "ill"}}]}
    with pytest.raises(SuiteError, match="threshold"):
        dlbench.load_suite({**content, "models": [{"name": "logistic", "threshold": wrong}]})


def test_a_cost_needs_no_primary_metric_of_labels(table):
    dataset = {"csv": str(table), "target": "ill"}
    for threshold, reasons in (("tuned", 1), (DEAR, 0)):
        content = {
            "name": "rare",
            "tasks": [{"dataset": dataset, "metrics": ["roc_auc"]}],
            "models": [{"name": "logistic", "threshold": threshold}],
        }
        assert len(dlbench.plan(dlbench.load_suite(content)).skipped) == reasons


def test_subgroups_stand_in_truth_and_report(outcome):
    store, found = records(outcome, "logistic")
    assert set(store.truth(found[0]).groups) == {"f", "m"}
    report = json.loads(dlbench.report(outcome[1], output=outcome[0]).render("json"))
    assert report["subgroups"]


def test_a_threshold_without_a_search_is_skipped_with_a_reason(table):
    content = {
        "name": "rare",
        "tasks": [{"dataset": {"csv": str(table), "target": "ill"}}],
        "models": ["logistic", {"name": "logistic", "as": "cut", "threshold": "tuned"}],
        "search": {"oracle": "none"},
    }
    skipped = dlbench.plan(dlbench.load_suite(content)).skipped
    assert [skip.contestant for skip in skipped if "threshold" in skip.reason] == ["cut"]


def test_groups_never_straddle_the_parts_of_a_fold(tmp_path):
    """The engine honours a group column: no group is in train, validation and test at once."""
    from dlbench.core import catalog
    from dlbench.engine.parts import cut
    from dlbench.planning import plan_suite

    path = tmp_path / "grouped.csv"
    rng = np.random.default_rng(1)
    lines = [f"{rng.normal():.4f},p{i % 20},{'yes' if i % 3 else 'no'}" for i in range(200)]
    path.write_text("\n".join(["x,patient,ill", *lines]) + "\n")
    asked = {"csv": str(path), "target": "ill", "group_column": "patient"}
    suite = dlbench.load_suite(
        {"name": "grouped", "tasks": [{"dataset": asked}], "models": ["logistic"], "protocol": {"folds": 4}}
    )
    patient = np.array([f"p{i % 20}" for i in range(200)])
    for job in plan_suite(suite).jobs:
        data = catalog.dataset(job.task.dataset).load(job.task.params)
        parts, truth = cut(data, job, "Probabilities")
        tested = set(patient[truth.ids.astype(int)])
        validated = set(patient[parts.valid_truth.ids.astype(int)])
        trained = set(patient) - tested - validated
        assert tested
        assert validated
        assert not tested & validated
        assert len(parts.train) == sum(name in trained for name in patient)
