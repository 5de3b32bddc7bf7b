"""Every suite that travels with dlbench loads and plans without its data; together they hold every contestant."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlbench.planning import plan_suite
from dlbench.suite import load_suite
from dlbench.suite.embedded import embedded_suites

LINEAR = ("linear", "ridge", "lasso", "elastic_net", "poisson", "gamma", "logistic", "perceptron")
BAYES = ("gaussian_nb", "multinomial_nb", "categorical_nb")
MARGINS = ("k_neighbors", "svm", "linear_svm")
TREES = ("decision_tree", "random_forest", "extra_trees", "hist_gradient_boosting")
TEAMS = ("bagging", "adaboost", "voting", "stacking")
FEATURES = ("pca", "kmeans", "hog")
DEEP = ("mlp", "tabular_resnet", "ft_transformer", "simple_rnn", "lstm", "gru", "causal_conv")
FORECAST = ("seasonal_naive", "lag_ridge", "lag_boosting", "lag_mlp")


@pytest.fixture(autouse=True)
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("name", embedded_suites())
def test_every_suite_loads_and_plans_without_its_data(name: str) -> None:
    suite = load_suite(embedded_suites()[name])
    plan = plan_suite(suite)
    assert suite.name == name
    for task in suite.tasks:
        kinds = {job.contestant.kind for job in plan.jobs if job.task.label == task.label}
        assert kinds - {"floor"}, f"{task.label}: only floors run on it"


def test_no_globs_or_labels_of_a_suite_are_left_without_a_job() -> None:
    for path in embedded_suites().values():
        suite = load_suite(path)
        used = {job.contestant.label for job in plan_suite(suite).jobs}
        here = {entry.label for entry in suite.models if not entry.contestant.head.absent()}  # extras may be missing
        assert used == here, path.name


def test_every_contestant_for_tables_and_series_stands_in_a_suite() -> None:
    entered = set()
    for path in embedded_suites().values():
        for job in plan_suite(load_suite(path)).jobs:
            entered |= {job.contestant.model, *job.contestant.stages}
    classic = {*LINEAR, *BAYES, *MARGINS, *TREES, *TEAMS, *FEATURES}
    assert entered >= {*classic, *DEEP, *FORECAST, "majority", "mean"}


def test_the_five_activations_are_held_against_each_other() -> None:
    suite = load_suite(embedded_suites()["reference-tables"])
    asked = {entry.contestant.parameters.get("activation") for entry in suite.models} - {None}
    assert asked == {"sigmoid", "tanh", "relu", "leaky_relu", "gelu"}
