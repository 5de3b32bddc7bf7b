"""The oracles behind one file: budgets, first trial, failures, seeds, exhaustion."""

from __future__ import annotations

import importlib.metadata
import inspect
import itertools
import os
import subprocess
import sys
from functools import cache
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


@cache
def played(kind, seed=5):
    """Return what `play` does, played once: a Gaussian process takes seconds for a proposal."""
    return play(kind, seed=seed)


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband", "none"])
def test_the_default_setting_is_the_first_trial(kind):
    assert played(kind)[0].values == {"C": 1.0, "depth": 3, "kernel": None, "bias": True}


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband"])
def test_the_same_seed_and_scores_propose_the_same(kind):
    assert play(kind) == played(kind)


@pytest.mark.parametrize("kind", ["random", "bayesian", "hyperband"])
def test_another_seed_proposes_something_else_after_the_default(kind):
    assert played(kind)[1:] != played(kind, seed=6)[1:]


@pytest.mark.parametrize("kind", ["random", "bayesian", "grid", "hyperband"])
def test_at_most_so_many_configurations_are_started(kind):
    proposals = played(kind)
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
    for name, given in {"_get_size": ["bracket_num", "round_num"], "_random_trial": ["trial_id", "bracket"]}.items():
        overridden = getattr(keras_tuner.oracles.HyperbandOracle, name)
        assert list(inspect.signature(overridden).parameters) == ["self", *given]
    hyperband.ask()
    (bracket,) = hyperband._oracle._brackets
    assert set(bracket) == {"bracket_num", "rounds"}
    assert [set(entry) for entry in bracket["rounds"][0]] == [{"past_id", "id"}]
    (trial,) = hyperband._oracle.ongoing_trials.values()
    assert {"tuner/bracket", "tuner/round", "tuner/epochs"} <= set(trial.hyperparameters.values)


def tiny(hp):
    hp.Int("C", 1, 3, default=3)


def halve(trials, failed=(), state=wide, most=1, better="higher", patience=None):
    """Return what Hyperband proposes, scored by C, where trials of some numbers fail and `most` are asked at once."""
    oracle, proposals = Oracle("hyperband", state, better, trials, 30, 5), []
    if patience is not None:
        oracle._oracle._max_collisions = patience
    while batch := list(itertools.islice(iter(oracle.ask, None), most)):
        proposals += batch
        assert len(proposals) < 100
        for proposal in batch:
            oracle.tell(proposal, None if proposal.number in failed else proposal.values["C"])
    return proposals


def rungs(proposals):
    """Return share of 30 epochs and number of proposals, rung by rung."""
    return [(round(30 * share), len(list(group))) for share, group in itertools.groupby(p.share for p in proposals)]


def best(proposals, count, better="higher"):
    return sorted((p.values["C"] for p in proposals), reverse=better == "higher")[:count]


def test_full_rungs_without_failures_are_those_of_keras_tuner():
    proposals = halve(28)
    assert rungs(proposals) == [(4, 15), (10, 5), (30, 2), (10, 8), (30, 3 + 5)]
    assert [p.values["C"] for p in proposals[15:22]] == best(proposals[:15], 5) + best(proposals[:15], 2)
    assert [p.values["C"] for p in proposals[30:33]] == best(proposals[22:30], 3)


def test_a_space_smaller_than_the_first_rung_is_tried_with_the_full_resource():
    proposals = halve(8, state=tiny)
    assert rungs(proposals) == [(30, 3)]
    assert {p.values["C"] for p in proposals} == {1, 2, 3}


@pytest.mark.parametrize(("failures", "promoted"), [(0, 3), (1, 3), (3, 2), (5, 2), (6, 1), (7, 1)])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_the_best_of_a_rung_with_failures_are_promoted(failures, promoted, better):
    proposals = halve(8, failed=range(failures), better=better)
    assert rungs(proposals) == [(10, 8), (30, promoted)]
    assert [p.values["C"] for p in proposals[8:]] == best(proposals[failures:8], promoted, better)


def test_a_rung_that_fails_as_a_whole_is_followed_by_the_next_bracket():
    assert rungs(halve(8, failed=range(8))) == [(10, 8)]
    proposals = halve(28, failed=range(15))
    assert rungs(proposals) == [(4, 15), (10, 8), (30, 3 + 5)]
    assert [p.values["C"] for p in proposals[23:26]] == best(proposals[15:23], 3)


@pytest.mark.parametrize(("failed", "promoted"), [({15, 16}, 2), ({15, 16, 17}, 1), (set(range(15, 20)), 0)])
def test_failures_in_a_later_rung_do_not_end_its_bracket(failed, promoted):
    proposals = halve(15, failed=failed)
    assert rungs(proposals) == [(4, 15), (10, 5), (30, promoted)][: 2 + bool(promoted)]
    left = [p for p in proposals[15:20] if p.number not in failed]
    assert [p.values["C"] for p in proposals[20:]] == best(left, promoted)


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_the_best_of_a_rung_that_the_budget_cuts_short_are_promoted(better):
    proposals = halve(20, better=better)
    assert rungs(proposals) == [(4, 15), (10, 5), (30, 2), (10, 5), (30, 2)]
    assert [p.values["C"] for p in proposals[27:]] == best(proposals[22:27], 2, better)


def nine(hp):
    hp.Int("C", 1, 9, default=3)


SHORT = {
    "space": {"trials": 8, "state": tiny},
    "failures": {"trials": 8, "failed": {0, 3, 5}},
    "a later rung": {"trials": 28, "failed": {2, 9, 16, 17, 25}},
    "budget": {"trials": 20, "failed": {24}},
    "nothing new drawn": {"trials": 8, "state": nine, "patience": 0},
}


@pytest.mark.parametrize("case", SHORT)
def test_short_rungs_are_the_same_again_and_however_many_are_asked_at_once(case):
    proposals = halve(**SHORT[case])
    assert proposals[-1].share == 1.0
    assert all(halve(**SHORT[case], most=most) == proposals for most in (1, 3, 50))


def test_a_setting_that_was_not_found_once_is_not_looked_for_again():
    proposals = halve(**SHORT["nothing new drawn"])
    (_, drawn), (_, promoted) = rungs(proposals)
    assert drawn < 8, "the draw met a setting that was tried, and gave up"
    assert [p.values["C"] for p in proposals[drawn:]] == best(proposals[:drawn], promoted)
