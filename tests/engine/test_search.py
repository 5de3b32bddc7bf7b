"""The oracles behind one file: budgets, first trial, failures, seeds, exhaustion."""

from __future__ import annotations

import importlib.metadata
import inspect
import os
import subprocess
import sys
from pathlib import Path

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


# What the oracles propose, on whatever machine and backend: drawn by Python's Mersenne Twister, rounded to 12 digits.
GOLDEN = {
    "random": [(1.0, 3, None, True), (3.101749919, 8, "a", False), (0.71126171279, 6, None, False)],
    "grid": [(1.0, 3, None, True), (1.0, 3, None, False), (1.0, 3, "a", True)],
    "hyperband": [(1.0, 3, None, True), (3.101749919, 8, "a", False), (0.71126171279, 6, None, False)],
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_proposals_are_the_same_on_every_machine(kind):
    assert [tuple(proposal.values.values()) for proposal in play(kind)][:3] == GOLDEN[kind]


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_search import play
print([[(p.number, p.values, p.share) for p in play(kind)] for kind in ("random", "grid", "hyperband")])
"""


def test_another_process_proposes_the_same():
    words = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    here = [[(p.number, p.values, p.share) for p in play(kind)] for kind in ("random", "grid", "hyperband")]
    assert done.stdout.splitlines()[-1:] == [str(here)], done.stderr


def play_packed(kind, most, trials, score):
    oracle, batches = Oracle(kind, wide, "higher", trials, 30, 5), []
    while True:
        batch = []
        while len(batch) < most and (proposal := oracle.ask()) is not None:
            batch.append(proposal)
        if not batch:
            return batches
        batches.append(batch)
        for proposal in batch:
            oracle.tell(proposal, score(proposal.values))


@pytest.mark.parametrize("kind", ["random", "grid", "hyperband", "bayesian"])
@pytest.mark.parametrize("failing", [False, True])
def test_asking_for_several_proposes_what_asking_for_one_does(kind, failing):
    def score(values):
        return None if failing and values["depth"] % 2 else -abs(values["depth"] - 5.0)

    trials = 4 if kind == "bayesian" else 24
    batches = play_packed(kind, 5, trials, score)
    assert [proposal for batch in batches for proposal in batch] == play(kind, trials=trials, score=score)
    assert (max(map(len, batches)) > 1) == (kind != "bayesian")
    assert all(len({proposal.share for proposal in batch}) == 1 for batch in batches), "one rung at a time"


def test_seed_0_is_a_seed():
    assert play("random", seed=0) == play("random", seed=0)


@pytest.mark.parametrize("kind", ["random", "grid", "bayesian"])
def test_a_small_space_is_tried_to_its_last_setting(kind):
    def forty(hp):
        hp.Int("a", 1, 4, default=1)
        hp.Choice("b", ["x", "y"], default="x")
        if kind != "bayesian":
            hp.Int("c", 0, 9, default=4, step=2)

    oracle, tried = Oracle(kind, forty, "higher", 99, 9, 1), []
    while (proposal := oracle.ask()) is not None:
        assert len(tried) < 200
        tried.append(tuple(proposal.values.values()))
        oracle.tell(proposal, 1.0)
    assert len(set(tried)) == (8 if kind == "bayesian" else 40)


def test_the_private_names_that_several_proposals_rest_on_still_exist():
    import keras_tuner

    assert importlib.metadata.version("keras-tuner") == "1.4.8"
    hyperband, grid = Oracle("hyperband", wide, "higher", 8, 30, 5), Oracle("grid", wide, "higher", 8, 30, 5)
    for name in ("_max_collisions", "_tried_so_far", "_brackets", "ongoing_trials", "trials"):
        assert hasattr(hyperband._oracle, name)
    assert hasattr(grid._oracle, "_populate_next")
    assert inspect.isfunction(keras_tuner.oracles.HyperbandOracle._remove_completed_brackets)
    hyperband.ask()
    (bracket,) = hyperband._oracle._brackets
    assert set(bracket) == {"bracket_num", "rounds"}
    assert [set(entry) for entry in bracket["rounds"][0]] == [{"past_id", "id"}]
    (trial,) = hyperband._oracle.ongoing_trials.values()
    assert {"tuner/bracket", "tuner/round", "tuner/epochs"} <= set(trial.hyperparameters.values)
