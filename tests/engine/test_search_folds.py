"""Trials scored on inner folds, trained together, and held to their seconds."""

from __future__ import annotations

import importlib.util
import sys
import types

import numpy as np
import pytest

import dlbench
from dlbench.core import catalog
from dlbench.core.canonical import digest
from dlbench.core.errors import DataError, DataUnavailable, Diverged
from dlbench.core.job import JobSpec
from dlbench.engine import cross
from dlbench.engine.allowance import Allowance
from dlbench.engine.judge import score
from dlbench.engine.parts import cut
from dlbench.engine.tuning import NoTrialFinished, tune
from dlbench.planning import plan_suite
from dlbench.prepare.splits import Bonds
from dlbench.store import Store

pytestmark = pytest.mark.filterwarnings("ignore")


def jobs(dataset="iris", model="decision_tree", **search):
    content = {
        "name": "s",
        "tasks": [dataset],
        "models": [model],
        "search": {"trials": 3, **search},
        "protocol": {"folds": 3},
    }
    return plan_suite(dlbench.load_suite(content)).jobs


def parts_of(job, form="Probabilities"):
    try:
        data = catalog.dataset(job.task.dataset).load(job.task.params)
    except DataUnavailable as error:
        pytest.skip(str(error))
    return cut(data, job, form)


@pytest.mark.parametrize("dataset", ["iris", "airline_passengers"])
def test_inner_folds_hold_no_test_item_and_part_training_from_validation(dataset):
    model, form = ("decision_tree", "Probabilities") if dataset == "iris" else ("lag_ridge", "Forecast")
    for job in jobs(dataset, model, folds=4, rows=40):
        parts, truth = parts_of(job, form)
        assert len(parts.folds.cuts) == 4
        tested = {str(name).split("+")[0] for name in truth.ids}
        assert not tested & {str(name).split("+")[0] for name in parts.valid_truth.ids}
        for train, valid in parts.folds.cuts:
            assert len(train) <= 40
            assert not set(train) & set(valid)
            assert max(*train, *valid) < len(parts.whole)


def test_every_item_is_predicted_once_by_a_fit_that_has_not_seen_it():
    job = jobs(folds=4)[0]
    parts, _ = parts_of(job)
    places = np.concatenate([valid for _, valid in parts.folds.cuts])
    assert sorted(places) == list(range(len(parts.whole)))
    np.testing.assert_array_equal(parts.valid_truth.target, parts.whole.target)
    tuned = tune(job, parts, lambda event: None)
    best = tuned.trials[0]
    form = catalog.form("Probabilities").from_arrays({"values": tuned.predictions["trial-0.values"]})
    assert len(best["fold_scores"]) == 4
    assert best["score"] == pytest.approx(np.mean(best["fold_scores"]))
    assert score(parts.valid_truth, form, job.task.objective) == pytest.approx(best["score"], abs=0.02)
    assert len(form.values) == len(parts.whole)


def test_a_shuffled_truth_scores_at_chance_on_inner_folds():
    job = jobs("digits", "k_neighbors", folds=3, trials=1)[0]
    data = catalog.dataset("digits").load({})
    rng = np.random.default_rng(0)
    shuffled = type(data)(data.inputs, rng.permutation(data.target), data.classes)
    parts, _ = cut(shuffled, job, "Probabilities")
    assert tune(job, parts, lambda event: None).score < 0.2


def test_groups_stay_whole_and_time_runs_forward():
    groups, times = np.repeat(np.arange(10), 6), np.arange(60.0)
    truth = lambda places: catalog.dataset("iris").load({})  # noqa: E731
    of = lambda bonds: cross.cut_folds(bonds, None, 60, 3, rows=None, seed=1, truth=truth).cuts  # noqa: E731
    for train, valid in of(Bonds(groups=groups, folds=np.zeros(60))):
        assert not set(groups[train]) & set(groups[valid])
    for train, valid in of(Bonds(times=times)):
        assert times[train].max() < times[valid].min()


def test_rolling_folds_never_look_ahead():
    origins = np.arange(24, 120)
    folds = cross.cut_rolling(origins, 6, 3, rows=20, truth=lambda found, step: (found, step))
    starts = [origins[valid].min() for _, valid in folds.cuts]
    assert all(origins[train].max() + 6 <= start for (train, _), start in zip(folds.cuts, starts, strict=True))
    assert np.array_equal(np.concatenate([valid for _, valid in folds.cuts]), np.arange(24, 96))
    assert [step for _, step in folds.truths] == starts
    with pytest.raises(DataError, match=r"search\.folds"):
        cross.cut_rolling(np.arange(4), 6, 3, rows=None, truth=lambda found, step: None)


def test_too_many_folds_are_refused_with_the_cure():
    with pytest.raises(DataError, match=r"search\.folds"):
        parts_of(JobSpec.from_json(_tiny()))


def _tiny():
    job = jobs(folds=99)[0].to_json()
    return {**job, "task": {**job["task"], "limit": 30}}


def test_a_net_is_scored_on_folds_too_and_refitted_for_their_middle_number_of_epochs(tmp_path):
    content = {
        "name": "deep",
        "tasks": ["iris"],
        "models": ["mlp"],
        "search": {"trials": 2, "epochs": 4, "folds": 3},
        "protocol": {"folds": 1},
    }
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path, jobs=1)
    assert outcome.exit_code == 0
    ((key, entry),) = outcome.folder.attempts().items()
    store = Store(tmp_path)
    record = store.record("jobs", key, entry["attempt"])
    stage = store.find("stages", record["stages"][0])
    arrays = store.arrays("stages", stage, "validation.npz")
    assert len(arrays["ids"]) == len(arrays["trial-0.values"]) == 120
    assert all(len(trial["fold_scores"]) == 3 for trial in stage["trials"])
    assert 1 <= record["rounds"]["mlp"] <= 4


class Net:
    """Stands in for a trained net: answers the class that its setting names."""

    def __init__(self, values, rounds=2):
        self.rounds, self.seconds, self.values = {"mlp": rounds}, {"fit": 0.5}, values

    def predict(self, inputs):
        found = np.full((len(inputs), 3), 0.1)
        found[:, 0] = 0.8
        return catalog.form("Probabilities")(found)


@pytest.fixture
def packing(monkeypatch):
    """Return the calls to a packing module that trains settings of one width together."""
    module = types.ModuleType("dlbench.training.packing")
    module.__spec__ = importlib.util.find_spec(module.__name__)  # keys name its code, whoever stands in for it
    module.calls, module.broken = [], False

    def key(contestant, values, schema, limits):
        return {"0": None, "1": None, "2": "wide", "3": "wide"}.get(digest(values)[0], "narrow")

    def fit(contestant, values, schema, train, valid, limits, seeds):
        module.calls.append(list(seeds))
        nets = [Net(one) for one in values]
        return [Diverged("loss is nan"), *nets[1:]] if module.broken else nets

    module.key, module.fit = key, fit
    monkeypatch.setitem(sys.modules, "dlbench.training.packing", module)
    monkeypatch.setattr("dlbench.training.packing", module, raising=False)
    alone = lambda contestant, values, *rest: Net(values)  # noqa: E731
    monkeypatch.setattr("dlbench.engine.scoring.chain.fit", alone)
    return module


@pytest.mark.parametrize("oracle", ["random", "hyperband", "grid"])
def test_settings_of_one_key_train_together_and_keep_number_seed_and_order(packing, oracle):
    told = {}
    for packed in (False, True):
        job = jobs("iris", "mlp", oracle=oracle, trials=9, packed=packed, epochs=9)[0]
        tuned = tune(job, parts_of(job)[0], lambda event: None)
        told[packed] = [(t["number"], t["values"], t["share"], t["score"], t["rounds"]) for t in tuned.trials]
        groups = [trial.get("packed", 1) for trial in tuned.trials]
        assert (max(groups) > 1) == packed
        assert [trial["number"] for trial in tuned.trials] == list(range(len(tuned.trials)))
    assert told[True] == told[False]
    seeds = {seed for call in packing.calls for seed in call}
    assert seeds <= {job.trial_seed(number) for number in range(len(told[True]))}
    assert all(len(call) > 1 for call in packing.calls)


def test_settings_asked_for_at_once_are_held_to_the_seconds_group_by_group(packing, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("dlbench.engine.tuning.Allowance", lambda *granted: Allowance(*granted, clock))
    monkeypatch.setattr("dlbench.engine.tuning.time", types.SimpleNamespace(monotonic=clock))
    pack = packing.fit

    def fit(*given):
        clock.now += 20.0  # each architecture compiles anew
        return pack(*given)

    def single(contestant, values, *rest):
        clock.now += 1.0 if clock.now == Clock.now else 20.0
        return Net(values)

    packing.fit = fit
    monkeypatch.setattr("dlbench.engine.scoring.chain.fit", single)
    job = jobs("iris", "mlp", trials=30, packed=True, seconds=60.0)[0]
    tuned = tune(job, parts_of(job)[0], lambda event: None)
    assert 1 < len(tuned.trials) < 30
    assert clock.now - Clock.now <= 60.0, "two groups beside the first trial, of many that were asked for"


def test_one_of_a_pack_that_diverges_fails_alone(packing):
    packing.broken = True
    job = jobs("iris", "mlp", trials=9, packed=True)[0]
    statuses = [trial["status"] for trial in tune(job, parts_of(job)[0], lambda event: None).trials]
    assert statuses.count("diverged") == len(packing.calls) > 0
    assert statuses.count("ok") == 9 - len(packing.calls)


def test_a_trial_that_diverges_counts_and_ends_nothing(monkeypatch):
    def fit(contestant, values, schema, train, valid, limits, seed):
        raise Diverged("loss is nan \udc80")

    monkeypatch.setattr("dlbench.engine.scoring.chain.fit", fit)
    job = jobs(trials=3)[0]
    events = []
    with pytest.raises(NoTrialFinished, match="3 trials"):
        tune(job, parts_of(job)[0], events.append)
    assert [event["status"] for event in events] == ["diverged"] * 3
    assert all(event["reason"].encode() for event in events)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_an_allowance_leaves_time_for_the_refit():
    clock = Clock()
    allowance = Allowance(10.0, 1.5, clock)
    assert allowance.room() == 1, "nothing is known before the first trial"
    assert allowance.deadline() == pytest.approx(104.0), "four of ten, so that six are left for one and a half of it"
    clock.now += 2.0
    allowance.charge(2.0)
    assert allowance.room() == 2, "eight left, three for the refit, two trials of two seconds"
    assert allowance.deadline() == pytest.approx(102 + 8 / 2.5)
    clock.now += 4.0
    assert allowance.room() == 0
    assert allowance.deadline() == pytest.approx(106 + 1.0)


def test_an_allowance_goes_on_from_what_was_spent():
    clock = Clock()
    allowance = Allowance(10.0, 1.0, clock)
    clock.now += 50.0
    allowance.resume(4.0)
    allowance.charge(2.0)
    assert allowance.elapsed() == pytest.approx(4.0)
    assert allowance.room() == 2


def test_without_a_grant_there_is_room_for_any_number():
    allowance = Allowance(None, 1.0)
    assert allowance.room() is None
    assert allowance.deadline() is None
