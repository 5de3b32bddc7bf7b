"""Parts of a suite that are right by themselves and contradict each other: told when it is read, with line and cure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlbench.core.errors import SuiteError
from dlbench.planning import plan_suite
from dlbench.suite import load_suite

PLAIN: Mapping[str, Any] = {"name": "t", "tasks": ["iris"], "models": ["logistic"]}


def mistakes(**changes: Any) -> dict[str, str]:
    with pytest.raises(SuiteError) as caught:
        load_suite({**PLAIN, **changes})
    return {mistake.path: mistake.message for mistake in caught.value.mistakes}


def table(folder: Path) -> Path:
    path = folder / "people.csv"
    rows = [f"{'fm'[i % 2]},{20 + i % 40},2020-01-{1 + i % 28:02},{i},{i % 3 == 0}" for i in range(60)]
    path.write_text("\n".join(["sex,age,when,id,left", *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("model", "task", "loss", "cure"),
    [("mlp", "iris", "mae", "focal"), ("mlp", "diabetes", "focal", "huber"), ("lenet5", "digits", "mse", "focal")],
)
def test_a_loss_of_the_other_kind_is_refused_with_those_that_suit(model: str, task: str, loss: str, cure: str) -> None:
    found = mistakes(tasks=[task], models=[{"name": model, "loss": loss}])
    assert set(found) == {"models[0].loss"}
    message = found["models[0].loss"]
    assert message.startswith(f"on {task!r}: {loss!r} learns")
    assert cure in message
    assert "tasks:" in message


def test_a_loss_need_only_suit_the_tasks_that_the_model_runs_on() -> None:
    tasks = ["iris", "diabetes"]
    assert load_suite({**PLAIN, "tasks": tasks, "models": [{"name": "mlp", "loss": "mae", "tasks": ["diabetes"]}]})
    assert load_suite({**PLAIN, "tasks": tasks, "models": [{"name": "mlp", "loss": "auto"}]})
    kept_off = [{"dataset": "iris", "models": ["logistic"]}, "diabetes"]
    assert load_suite({**PLAIN, "tasks": kept_off, "models": ["logistic", {"name": "mlp", "loss": "huber"}]})
    only = mistakes(tasks=tasks, models=[{"name": "mlp", "loss": "mae"}])
    assert only["models[0].loss"].startswith("on 'iris'")


def test_a_net_that_reconstructs_learns_values_whatever_the_task() -> None:
    stage = {"name": "autoencoder", "loss": "focal"}
    assert "learns classes" in mistakes(models=[{"name": "logistic", "stages": [stage]}])["models[0].stages[0].loss"]
    assert load_suite({**PLAIN, "models": [{"name": "logistic", "stages": [{**stage, "loss": "mae"}]}]})


def test_the_line_of_the_loss_is_named(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text("name: t\ntasks: [iris]\nmodels:\n  - name: mlp\n    loss: mae\n")
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert [(mistake.file, mistake.line) for mistake in caught.value.mistakes] == [(str(path), 5)]


def test_what_suits_nothing_is_told_once() -> None:
    assert set(mistakes(models=[{"name": "svm", "C": -1}])) == {"models[0].C"}
    assert set(mistakes(models=[{"name": "mlp", "loss": "foc"}])) == {"models[0].loss"}


def test_illegal_values_are_refused_without_the_library_that_would_refuse_them() -> None:
    code = (
        "import sys\nfrom dlbench.suite import load_suite\n"
        "models = [{'name': 'svm', 'C': -1}, {'name': 'random_forest', 'n_estimators': 0}]\n"
        "try:\n    load_suite({'name': 't', 'tasks': ['iris'], 'models': models})\n"
        "except Exception as error:\n    print(error)\n"
        "assert not {'sklearn', 'keras', 'pandas'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "models[0].C: expected a number > 0, got -1" in done.stdout
    assert "models[1].n_estimators: expected a number >= 1, got 0" in done.stdout


def test_trials_cannot_be_swept_without_a_search() -> None:
    found = mistakes(search={"oracle": "none"}, sweep={"trials": [1, 2]})
    assert set(found) == {"sweep.trials"}
    assert "search.oracle: random" in found["sweep.trials"]
    assert load_suite({**PLAIN, "search": {"oracle": "none"}, "sweep": {"rows": [50, 100]}})
    assert load_suite({**PLAIN, "sweep": {"trials": [1, 2]}})


@pytest.mark.parametrize("column", ["sex", "age", "when month"])
def test_groups_may_be_any_column_that_jobs_will_find(column: str, tmp_path: Path) -> None:
    task = {"dataset": {"csv": str(table(tmp_path)), "target": "left"}}
    assert load_suite({**PLAIN, "tasks": [task], "protocol": {"groups": column}})


@pytest.mark.parametrize(
    ("column", "said"),
    [("sexx", "did you mean 'sex'"), ("left", "the target"), ("when", "a date"), ("id", "left out")],
)
def test_groups_of_an_own_table_must_be_there(column: str, said: str, tmp_path: Path) -> None:
    task = {"dataset": {"csv": str(table(tmp_path)), "target": "left"}}
    found = mistakes(tasks=[task], protocol={"groups": column})
    assert set(found) == {"protocol.groups"}
    assert said in found["protocol.groups"]


def test_groups_of_bundled_tables_and_pictures_are_looked_up_too() -> None:
    assert "petal width (cm)" in mistakes(protocol={"groups": "petal"})["protocol.groups"]
    assert "image" in mistakes(tasks=["digits"], models=["svm"], protocol={"groups": "sex"})["protocol.groups"]
    assert load_suite({**PLAIN, "protocol": {"groups": "petal width (cm)"}})


def test_a_task_says_its_own_epochs_for_every_model() -> None:
    tasks = [{"dataset": "iris", "epochs": 7}, "breast_cancer"]
    suite = load_suite({**PLAIN, "tasks": tasks, "models": ["mlp", "tabular_resnet"], "search": {"epochs": 3}})
    plan = plan_suite(suite)
    assert {(job.task.label, job.search.epochs) for job in plan.jobs} == {("iris", 7), ("breast_cancer", 3)}


def test_epochs_of_a_task_cannot_be_swept() -> None:
    found = mistakes(tasks=[{"dataset": "iris", "epochs": 7}], sweep={"epochs": [1, 2]})
    assert found == {"sweep.epochs": "a task says its own epochs: leave one of them out"}


def test_a_suite_tells_the_epochs_of_its_tasks() -> None:
    suite = load_suite({**PLAIN, "tasks": [{"dataset": "iris", "epochs": 7}, "breast_cancer"]})
    told = suite.resolved()
    assert [task.get("epochs") for task in told["tasks"]] == [7, None]
    assert load_suite(told).digest == suite.digest
