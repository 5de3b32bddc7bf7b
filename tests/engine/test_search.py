"""The oracles behind one file: budgets, first trial, failures, seeds, exhaustion."""

from __future__ import annotations

import inspect

import pytest

from dlbench.engine.search import Oracle

pytestmark = pytest.mark.filterwarnings("ignore")


def wide(hp):
    hp.Float("C", 1e-2, 1e2, default=1.0, log=True)
    hp.Int("depth", 1, 9, default=3)
    hp.Choice("kernel", ["a", None, 3], default=None)
    hp.Boolean("bias", default=True)
    hp.Fixed("given", None)


def play(kind, state=wide, trials=8, seed=5, score=lambda values: -abs(values["depth"] - 5.0), better="higher"):
    oracle, proposals = Oracle(kind, state, better, trials, 30, seed), []
    while (proposal := oracle.ask()) is not None:
        assert len(proposals) < 100
        proposals.append(proposal)
        oracle.tell(proposal, score(proposal.values))
    return proposals


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband", "none"])
def test_the_default_setting_is_the_first_trial(kind):
    assert play(kind)[0].values == {"C": 1.0, "depth": 3, "kernel": None, "bias": True}


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband"])
def test_the_same_seed_and_scores_propose_the_same(kind):
    assert play(kind) == play(kind)


@pytest.mark.parametrize("kind", ["random", "bayesian", "hyperband"])
def test_another_seed_proposes_something_else_after_the_default(kind):
    assert play(kind, seed=5)[1:] != play(kind, seed=6)[1:]


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband"])
def test_at_most_so_many_configurations_are_started(kind):
    proposals = play(kind)
    assert len({tuple(sorted(map(repr, p.values.items()))) for p in proposals}) == 8


def test_hyperband_gives_the_full_resource_to_the_best_only():
    proposals = play("hyperband")
    full = [p for p in proposals if p.share == 1.0]
    rationed = [p for p in proposals if p.share < 1.0]
    assert len(rationed) == 8
    assert 0 < len(full) < 8
    best = sorted(rationed, key=lambda p: abs(p.values["depth"] - 5))[: len(full)]
    assert {p.values["depth"] for p in full} <= {p.values["depth"] for p in best}


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid"])
def test_failed_trials_count_and_end_nothing(kind):
    assert len(play(kind, score=lambda values: None)) == 8
    assert len(play(kind, score=lambda values: float("nan"))) == 8


@pytest.mark.parametrize("kind", ["random", "grid", "hyperband", "bayesian"])
def test_a_small_space_ends_cleanly(kind):
    proposals = play(kind, state=lambda hp: hp.Boolean("bias", default=True), trials=50, score=lambda values: 1.0)
    assert {p.values["bias"] for p in proposals} == {True, False}


def test_a_space_without_dimensions_is_tried_once():
    assert len(play("random", state=lambda hp: None, score=lambda values: 1.0)) == 1


def test_the_private_names_that_are_overridden_still_exist():
    import keras_tuner

    for oracle in ("RandomSearchOracle", "BayesianOptimizationOracle", "GridSearchOracle", "HyperbandOracle"):
        for name in ("save", "_save_trial", "_random_values"):
            assert inspect.isfunction(getattr(getattr(keras_tuner.oracles, oracle), name))
    assert inspect.isfunction(keras_tuner.oracles.HyperbandOracle._get_num_brackets)
    assert inspect.isfunction(keras_tuner.oracles.HyperbandOracle._get_size)


def test_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    play("random")
    assert list(tmp_path.iterdir()) == []
