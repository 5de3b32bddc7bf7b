"""What a suite comes to: defaults, labels, stages, overrides, selection, digest, embedded suites."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlbench.core import catalog
from dlbench.core.errors import SuiteError, UsageError
from dlbench.suite import embedded_suites, json_schema, load_suite

PLAIN: Mapping[str, Any] = {"name": "t", "tasks": ["iris"], "models": ["logistic"]}


def mistakes(suite: Mapping[str, Any], **overrides: Any) -> list[str]:
    with pytest.raises(SuiteError) as caught:
        load_suite(suite, overrides=overrides.get("overrides"))
    return [str(mistake) for mistake in caught.value.mistakes]


def table(folder: Path, name: str = "own.csv", rows: str = "1,2,3.5\n4,1,2.25\n") -> Path:
    path = folder / name
    path.write_text("a,b,y\n" + rows * 30)
    return path


def test_defaults_are_filled_in() -> None:
    suite = load_suite(PLAIN)
    (task,) = suite.tasks
    assert (task.label, task.dataset_name, task.type, task.split) == ("iris", "iris", "tabular_classification", "folds")
    assert task.metrics == catalog.task("tabular_classification").metrics
    assert (suite.search.oracle, suite.search.trials, suite.search.epochs, suite.search.patience) == (
        "random",
        8,
        30,
        5,
    )
    assert (suite.protocol.folds, suite.protocol.seeds, suite.protocol.validation) == (5, 1, 0.2)
    assert (suite.policy.on_failure, suite.policy.keep_models, suite.policy.timeout) == ("floor", "none", 3600)
    assert (suite.policy.memory, suite.policy.output) == (4 * 2**30, 64 * 2**20)
    assert suite.sweep == {}


@pytest.mark.parametrize(
    ("written", "held"),
    [("2GiB", 2**31), ("1.5 MiB", 3 * 2**19), ("2GB", 2 * 10**9), (2**25, 2**25), ("1048576", 2**20), (None, None)],
)
def test_sizes_become_bytes(written: Any, held: int | None) -> None:
    assert load_suite({**PLAIN, "policy": {"memory": written}}).policy.memory == held


def test_dataset_parameters_have_their_defaults() -> None:
    (task,) = load_suite({**PLAIN, "tasks": [{"dataset": {"name": "moons", "noise": 1}}]}).tasks
    declared = {parameter.name: parameter.default for parameter in catalog.dataset("moons").parameters}
    assert task.dataset_params == {**declared, "noise": 1}


def test_the_suites_metrics_replace_the_defaults() -> None:
    reference = {"value": 0.9, "source": "a paper"}
    (task,) = load_suite(
        {**PLAIN, "tasks": [{"dataset": "iris", "metrics": ["f1_micro"], "reference": reference}]}
    ).tasks
    assert task.metrics == ("f1_micro",)
    assert task.primary == "f1_micro"
    assert task.reference is not None
    assert task.reference.metric == "f1_micro"


def test_official_test_parts_are_used_unless_folds_are_asked_for() -> None:
    suite = load_suite({**PLAIN, "tasks": ["mnist", {"dataset": "mnist", "as": "folded", "split": "folds"}]})
    assert [task.split for task in suite.tasks] == ["official", "folds"]


@pytest.mark.parametrize(
    "written",
    [
        {"name": "pca+logistic", "pca.n_components": 3, "C": 2.0},
        {"name": "logistic", "stages": [{"name": "pca", "n_components": 3}], "C": 2.0},
        {"name": "logistic", "needs": [{"name": "pca", "n_components": 3}], "C": 2.0},
        {"name": "logistic", "stages": ["pca"], "pca.n_components": 3, "C": 2.0},
    ],
)
def test_stages_may_be_written_in_several_ways(written: dict[str, Any]) -> None:
    contestant = load_suite({**PLAIN, "models": [written]}).models[0].contestant
    assert (contestant.label, contestant.model, contestant.stages) == ("pca+logistic", "logistic", ("pca",))
    assert contestant.parameters == {"pca.n_components": 3, "C": 2.0}


def test_a_parameter_set_twice_is_a_mistake() -> None:
    twice = {"name": "logistic", "stages": [{"name": "pca", "n_components": 3}], "pca.n_components": 4}
    assert "set twice" in mistakes({**PLAIN, "models": [twice]})[0]


def test_filters_choose_pairs_from_both_sides() -> None:
    suite = load_suite(
        {
            "name": "t",
            "tasks": [{"dataset": "iris", "models": ["*+logistic", "svm"]}, "wine"],
            "models": ["pca+logistic", "logistic", {"name": "svm", "tasks": ["wine"]}],
        }
    )
    pairs = {(task.label, entry.label) for task in suite.tasks for entry in suite.contestants_of(task)}
    assert pairs == {("iris", "pca+logistic"), ("wine", "pca+logistic"), ("wine", "logistic"), ("wine", "svm")}


def test_all_mistakes_come_at_once() -> None:
    suite = {
        "name": "no name",
        "tasks": ["iirs", {"dataset": "wine", "limit": "x", "metrics": ["acc"], "type": "clustring"}],
        "models": ["svn", {"name": "svm", "c": 1}],
        "search": {"oracle": "x", "trials": 0},
        "sweep": {"rows": [2, 2]},
    }
    paths = {line.split(": ")[1] for line in mistakes(suite)}
    assert paths == {
        "name",
        "tasks[0].dataset",
        "tasks[1].limit",
        "tasks[1].metrics[0]",
        "tasks[1].type",
        "models[0].name",
        "models[1].c",
        "search.oracle",
        "search.trials",
        "sweep.rows",
    }


def test_own_file_by_the_tasks_target(tmp_path: Path) -> None:
    path = table(tmp_path)
    by_task = load_suite({**PLAIN, "tasks": [{"dataset": {"csv": str(path)}, "target": "y"}]}).tasks[0]
    by_data = load_suite({**PLAIN, "tasks": [{"dataset": {"name": "csv", "csv": path, "target": "y"}}]}).tasks[0]
    assert by_task == by_data
    assert by_task.label == "own"
    clash = {"dataset": {"csv": str(path), "target": "y"}, "target": 0}
    assert "'y' already" in mistakes({**PLAIN, "tasks": [clash]})[0]


def test_the_task_type_decides_how_an_own_target_is_read(tmp_path: Path) -> None:
    path = table(tmp_path, rows="1,2,3\n4,1,2\n")
    own = {"dataset": {"csv": str(path), "target": "y"}}
    natural = load_suite({**PLAIN, "tasks": [own]}).tasks[0]
    asked = load_suite({**PLAIN, "tasks": [{**own, "type": "tabular_regression"}]}).tasks[0]
    assert natural.type == "tabular_classification"
    assert asked.dataset_params["target_type"] == "values"


def test_own_files_with_one_stem_need_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    tasks = [{"dataset": {"csv": str(table(folder)), "target": "y"}} for folder in (tmp_path, tmp_path / "b")]
    assert "'own' is already tasks[0]" in mistakes({**PLAIN, "tasks": tasks})[0]


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("search.trials", 3, lambda suite: suite.search.trials),
        ("protocol.seeds", 2, lambda suite: suite.protocol.seeds),
        ("description", "d", lambda suite: suite.description),
        ("tasks[0].limit", 50, lambda suite: suite.tasks[0].limit),
        ("tasks.iris.limit", 50, lambda suite: suite.tasks[0].limit),
        ("models[0].C", 3.0, lambda suite: suite.models[0].contestant.parameters["C"]),
        ("models.logistic.C", 3.0, lambda suite: suite.models[0].contestant.parameters["C"]),
        ("models.0.C", 3.0, lambda suite: suite.models[0].contestant.parameters["C"]),
        ("models[1].pca.n_components", 3, lambda suite: suite.models[1].contestant.parameters["pca.n_components"]),
        ("policy.memory", 2**30, lambda suite: suite.policy.memory),
        ("sweep.rows", [10, 20], lambda suite: list(suite.sweep["rows"])),
    ],
)
def test_overrides_win(path: str, value: Any, read: Any) -> None:
    suite = {**PLAIN, "models": ["logistic", "pca+logistic"], "search": {"epochs": 7}}
    loaded = load_suite(suite, overrides={path: value})
    assert read(loaded) == value
    assert loaded.search.epochs == 7


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("search.trails", 3, "--set: search.trails: unknown key 'trails'; did you mean 'trials'?"),
        ("serach.trials", 3, "--set: serach: unknown key 'serach'; did you mean 'search'?"),
        ("search.trials", "x", "--set: search.trials: expected a whole number, got 'x'"),
        ("search.trials.deep", 3, "--set: search.trials: expected a whole number, got a mapping"),
        ("name.deep", 3, "--set: name.deep: leads nowhere"),
        ("models[7].C", 3, "--set: models[7].C: no entry 7"),
        ("models.logistik.C", 3, "--set: models.logistik.C: no entry 'logistik'; did you mean 'logistic'?"),
        ("models.logistic.D", 3, "--set: models[0].D: unknown parameter 'D'"),
        ("include", ["x.py"], "--set: include: include is read from the suite alone"),
        ("", 3, "--set: expected a path"),
        ("a..b", 3, "--set: a..b: expected a path"),
        ("models[", 3, "--set: models[: expected a path"),
        ("search.trials", float("nan"), "--set: search.trials: expected a finite number"),
        ("search.trials", object(), "--set: search.trials: expected text, a number"),
    ],
)
def test_a_mistaken_override_is_named(path: str, value: Any, message: str) -> None:
    assert mistakes(PLAIN, overrides={path: value})[0].startswith(message)


def test_selection_by_globs() -> None:
    suite = load_suite({"name": "t", "tasks": ["iris", "wine"], "models": ["svm", "logistic", "pca+logistic"]})
    chosen = suite.selected(["w*"], ["*logistic"])
    assert [task.label for task in chosen.tasks] == ["wine"]
    assert [model.label for model in chosen.models] == ["logistic", "pca+logistic"]
    assert suite.selected() == suite
    with pytest.raises(UsageError, match="did you mean 'svm'"):
        suite.selected([], ["svn"])


def test_the_digest_follows_the_meaning() -> None:
    plain = load_suite(PLAIN)
    assert load_suite({**PLAIN, "description": "other words", "search": {}}).digest == plain.digest
    others = [{"search": {"trials": 9}}, {"name": "u"}, {"models": ["svm"]}, {"policy": {"on_failure": "drop"}}]
    digests = {load_suite({**PLAIN, **other}).digest for other in others}
    assert len(digests | {plain.digest}) == 5


def test_the_digest_is_the_same_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    table(tmp_path / "a")
    text = "name: t\ntasks:\n  - dataset: {csv: own.csv, target: y}\nmodels: [mean]\n"
    (tmp_path / "a" / "suite.yaml").write_text(text)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert load_suite(tmp_path / "a" / "suite.yaml").digest == load_suite(tmp_path / "b" / "suite.yaml").digest


def test_there_are_embedded_suites() -> None:
    assert {"quick", "vision", "tabular", "images-20k"} <= set(embedded_suites())


@pytest.mark.parametrize("name", sorted(embedded_suites()))
def test_embedded_suites_load_by_name_and_again_from_what_they_resolve_to(name: str) -> None:
    suite = load_suite(name)
    assert suite.name == name
    told = json.loads(json.dumps(suite.resolved()))
    assert load_suite(told).digest == suite.digest
    assert all(suite.contestants_of(task) for task in suite.tasks)
    kinds = {entry.contestant.kind for entry in suite.models}
    assert kinds == {"floor", "classic", "deep"}


def test_embedded_suites_are_budgeted_so_that_tables_repeat() -> None:
    assert all(load_suite(name).search.seconds is None for name in embedded_suites())


def test_the_editors_schema_knows_keys_and_names() -> None:
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"name", "tasks", "models"}
    text = json.dumps(schema)
    for known in (catalog.models(), catalog.datasets(), catalog.metrics(), catalog.tasks()):
        assert all(f'"{name}"' in text for name in known)
    task = schema["$defs"]["TaskShape"]
    assert {"as", "dataset", "metrics", "split"} <= set(task["properties"])
    assert "label" not in task["properties"]


def fits(value: Any, schema: Mapping[str, Any], kinds: Mapping[str, Any]) -> bool:
    """Whether a value is valid under the words of JSON schema that ours uses."""
    if "$ref" in schema:
        return fits(value, kinds[schema["$ref"].rsplit("/", 1)[1]], kinds)
    if "anyOf" in schema and not any(fits(value, other, kinds) for other in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    types = {"string": str, "array": list, "object": dict, "null": type(None), "integer": int, "number": (int, float)}
    asked = schema.get("type", list(types))
    if not any(isinstance(value, types[name]) for name in ([asked] if isinstance(asked, str) else asked)):
        return False
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {}), kinds) for item in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        closed = schema.get("additionalProperties") is False and not value.keys() <= known.keys()
        lacking = not set(schema.get("required", ())) <= value.keys()
        return not closed and not lacking and all(fits(held, known.get(key, {}), kinds) for key, held in value.items())
    return True


@pytest.mark.parametrize("name", sorted(embedded_suites()))
def test_embedded_suites_fit_the_editors_schema(name: str) -> None:
    schema = json_schema()
    written = yaml.safe_load(embedded_suites()[name].read_text("utf-8"))
    for suite in (written, load_suite(name).resolved()):
        assert fits(suite, schema, schema["$defs"])
        assert not fits({**suite, "taks": []}, schema, schema["$defs"])
        assert not fits({**suite, "search": {"oracle": "genetic"}}, schema, schema["$defs"])
        assert not fits({**suite, "models": [{"nam": "svm"}]}, schema, schema["$defs"])
        assert fits({**suite, "models": ["my_own", {"name": "mine", "depth": 3}]}, schema, schema["$defs"])


def test_loading_a_suite_loads_no_heavy_library() -> None:
    code = (
        "import sys; from dlbench.suite import load_suite; load_suite('vision');"
        "print([name for name in ('keras', 'tensorflow', 'sklearn', 'pandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_module_loads_no_numpy() -> None:
    code = "import sys, dlbench.suite; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_star_lays_a_value_over_every_task():
    suite = load_suite(
        {"name": "s", "tasks": ["iris", "wine"], "models": ["logistic"]}, overrides={"tasks.*.limit": 50}
    )
    assert [task.limit for task in suite.tasks] == [50, 50]
    assert suite.overrides == {"tasks.*.limit": 50}


def test_a_suite_may_fix_how_categories_are_encoded():
    content = {"name": "fixed", "tasks": ["iris"], "models": [{"name": "logistic", "categories": "target"}]}
    suite = load_suite(content)
    assert suite.models[0].contestant.parameters == {"categories": "target"}
