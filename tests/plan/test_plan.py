"""Plans: keys that change when a result could, and never otherwise; pairs that do not fit are skipped with a reason."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.core.job import JobSpec
from dlbench.planning import Reuse, plan_suite
from dlbench.store import Store

BASE = {
    "name": "planned",
    "tasks": [{"dataset": {"name": "moons", "rows": 100}, "metrics": ["accuracy", "log_loss"]}],
    "models": ["logistic"],
    "protocol": {"folds": 2},
}


def jobs(content=BASE, **overrides):
    made = {key.replace("__", "."): value for key, value in overrides.items()}
    return plan_suite(dlbench.load_suite(content, overrides=made)).jobs


def test_the_same_suite_has_the_same_keys():
    assert [job.key for job in jobs()] == [job.key for job in jobs()]


@pytest.mark.parametrize(
    "change",
    [
        {"search__trials": 3},
        {"search__epochs": 3},
        {"search__rows": 30},
        {"search__seconds": 5.0},
        {"search__oracle": "grid"},
        {"protocol__seed": 1},
        {"protocol__split_seed": 1},
        {"protocol__validation": 0.3},
        {"protocol__threads": 2},
        {"protocol__folds": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_can_change_a_result_changes_every_key(change):
    assert not {job.key for job in jobs()} & {job.key for job in jobs(**change)}


def test_a_parameter_a_limit_and_the_data_change_the_key():
    keys = {job.key for job in jobs()}
    for task, model in [
        ({**BASE["tasks"][0], "limit": 50}, "logistic"),
        ({**BASE["tasks"][0], "dataset": {"name": "moons", "rows": 101}}, "logistic"),
        (BASE["tasks"][0], {"name": "logistic", "C": 2.0}),
    ]:
        assert not keys & {job.key for job in jobs({**BASE, "tasks": [task], "models": [model]})}


def test_name_labels_and_further_metrics_change_no_key():
    task = {**BASE["tasks"][0], "as": "other", "metrics": ["accuracy", "f1_macro"]}
    other = jobs({**BASE, "name": "another", "tasks": [task], "models": [{"name": "logistic", "as": "mine"}]})
    assert [job.key for job in jobs()] == [job.key for job in other]


def test_another_first_metric_is_another_objective_and_changes_the_key():
    task = {**BASE["tasks"][0], "metrics": ["log_loss", "accuracy"]}
    assert not {job.key for job in jobs()} & {job.key for job in jobs({**BASE, "tasks": [task]})}


def test_fit_seeds_share_the_search_of_their_fold():
    made = jobs(protocol__seeds=3)
    assert len({job.key for job in made}) == 6
    assert len({job.search_key for job in made}) == 2


def test_a_sweep_is_an_axis_of_the_plan():
    made = jobs({**BASE, "sweep": {"rows": [20, 40], "trials": [1, 2]}})
    assert {tuple(job.point.values()) for job in made} == {(20, 1), (20, 2), (40, 1), (40, 2)}
    assert {job.task.limit for job in made} == {20, 40}
    assert {job.search.trials for job in made} == {1, 2}
    assert len({job.key for job in made}) == 8


def test_given_parameters_need_no_search():
    assert {job.search_key for job in jobs(search__oracle="none")} == {""}


def test_pairs_that_do_not_fit_are_skipped_with_a_reason():
    content = {**BASE, "tasks": ["iris", "diabetes"], "models": ["ridge", "svm", "lenet5", "logistic"]}
    plan = plan_suite(dlbench.load_suite(content))
    skipped = {(skip.task, skip.contestant, skip.metric): skip.reason for skip in plan.skipped}
    assert "Labels" in skipped["iris", "ridge", None]
    assert "not table" in skipped["iris", "lenet5", None]
    assert "Values" in skipped["diabetes", "logistic", None]
    assert "Probabilities" in skipped["iris", "svm", "log_loss"]
    assert ("diabetes", "svm", None) not in skipped


def test_a_job_survives_the_way_to_its_worker():
    import json

    for job in jobs({**BASE, "sweep": {"rows": [20]}}):
        assert JobSpec.from_json(json.loads(json.dumps(job.to_json()))) == job


@pytest.mark.parametrize(
    ("status", "again"),
    [("ok", False), ("failed", False), ("timeout", False), ("unavailable", True), ("interrupted", True)],
)
def test_what_counts_as_done(tmp_path, status, again):
    store = Store(tmp_path)
    suite = dlbench.load_suite(BASE)
    job = plan_suite(suite).jobs[0]
    store.commit("jobs", store.staging(), {"key": job.key, "status": status})
    assert (job in plan_suite(suite, Reuse(store)).pending) is again
    assert job in plan_suite(suite, Reuse(store, force=True)).pending
    assert (job in plan_suite(suite, Reuse(store, retry_failed=True)).pending) is (status != "ok")


def test_planning_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dlbench.plan(dlbench.load_suite(BASE))
    assert list(tmp_path.iterdir()) == []


def test_points_that_cannot_differ_are_run_once():
    content = {**BASE, "models": ["majority"], "sweep": {"trials": [1, 2, 4]}}
    plan = plan_suite(dlbench.load_suite(content))
    assert len(plan.jobs) == 6
    assert len(plan.pending) == 2


def test_a_suite_in_which_nothing_fits_is_a_mistake(tmp_path):
    from dlbench.core.errors import UsageError

    suite = dlbench.load_suite({"name": "n", "tasks": ["iris"], "models": ["ridge"]})
    with pytest.raises(UsageError, match="nothing to run"):
        dlbench.run(suite, output=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["jobs", "stages", "truth", "baselines"])
def test_names_of_the_results_folder_are_refused(name):
    from dlbench.core.errors import SuiteError

    with pytest.raises(SuiteError, match="another name"):
        dlbench.load_suite({**BASE, "name": name})


def test_data_that_changed_after_planning_is_not_believed(tmp_path):
    from dataclasses import replace

    from dlbench.keys import seen

    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(30)))
    suite = dlbench.load_suite({**BASE, "tasks": [{"dataset": {"csv": str(path), "target": "y"}}]})
    job = plan_suite(suite).jobs[0]
    assert seen(job) == job.seen
    path.write_text("x,y\n" + "".join(f"{i},{'ab'[i % 3 % 2]}\n" for i in range(31)))
    assert seen(replace(job)) != job.seen


def test_a_key_does_not_depend_on_how_it_is_worked_out():
    from dlbench.keys import keyed

    content = {**BASE, "models": ["logistic", "majority"], "protocol": {"folds": 2, "repeats": 2, "seeds": 2}}
    made = jobs({**content, "sweep": {"rows": [20, 40]}})
    assert [keyed(job) for job in made] == list(made)
    assert jobs({**content, "models": ["majority", "logistic"], "sweep": {"rows": [20, 40]}})[-1] in made


def test_every_repeat_fold_and_seed_has_a_key_of_its_own():
    made = jobs(protocol__repeats=2, protocol__seeds=3)
    assert len({job.key for job in made}) == len(made) == 12
    assert len({job.search_key for job in made}) == 4


def test_a_file_that_changed_between_two_plans_changes_the_key(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(30)))
    suite = dlbench.load_suite({**BASE, "tasks": [{"dataset": {"csv": str(path), "target": "y"}}]})
    before = plan_suite(suite).jobs[0].key
    assert plan_suite(suite).jobs[0].key == before
    path.write_text("x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(31)))
    assert plan_suite(suite).jobs[0].key != before


def test_a_table_is_planned_as_it_is_run(tmp_path, monkeypatch, capsys):
    from dlbench.cli.leaving import exit_code

    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(60)))
    words = ["t.csv", "--target", "y", "--model", "logistic", "--budget", "90s"]
    assert exit_code(["plan", *words]) == 0
    planned = capsys.readouterr().out
    assert "Budget: 1 min 30 s over " in planned
    assert exit_code(["run", *words, "--dry-run"]) == 0
    assert capsys.readouterr().out == planned
    assert exit_code(["plan", "t.csv"]) == 2


ROWS = [f"{row},{row % 7},{'ab'[row % 2]},{row % 3},{'xyzuv'[row % 5]},{2000 + row}-01-01" for row in range(40)]


@pytest.mark.parametrize(
    ("column", "folds", "repeats"),
    [
        ({}, 3, 4),
        ({"fold_column": "fold"}, 3, 1),
        ({"time_column": "when"}, 3, 1),
        ({"group_column": "group"}, 3, 4),
        ({"group_column": "group"}, 5, 1),
    ],
    ids=["drawn", "given folds", "later rows", "many groups", "a group a fold"],
)
def test_folds_that_no_repeat_would_draw_anew_are_run_once(tmp_path, column, folds, repeats):
    (tmp_path / "table.csv").write_text("a,b,label,fold,group,when\n" + "\n".join(ROWS) + "\n")
    task = {"dataset": {"csv": str(tmp_path / "table.csv"), "target": "label", **column}}
    made = jobs({**BASE, "tasks": [task], "protocol": {"folds": folds, "repeats": 4}})
    assert sorted({job.split.repeat for job in made}) == list(range(repeats))
    assert len(made) == folds * repeats


def test_rolling_origins_are_run_once():
    task, models = {"dataset": {"name": "airline_passengers"}}, ["lag_ridge"]
    made = jobs({**BASE, "tasks": [task], "models": models, "protocol": {"folds": 3, "repeats": 2}})
    assert len(made) == 3
