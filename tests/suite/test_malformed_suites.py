"""Each malformed suite ends in one SuiteError that names the line: the one marked by `#!` in the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlbench.core.errors import SuiteError
from dlbench.suite import load_suite

HEAD = "name: t\n"
TASKS = "tasks: [iris]\n"
MODELS = "models: [logistic]\n"
REST = HEAD + TASKS + MODELS


def task(lines: str) -> str:
    """Return a suite whose one task is on iris and says `lines` too."""
    return HEAD + MODELS + "tasks:\n  - dataset: iris\n" + "".join(f"    {line}\n" for line in lines.splitlines())


def model(lines: str, name: str = "svm") -> str:
    """Return a suite whose one model says `lines` too."""
    return HEAD + TASKS + f"models:\n  - name: {name}\n" + "".join(f"    {line}\n" for line in lines.splitlines())


# name: (suite, path of the mistake, part of its message); the mistake's line is marked by #!
MALFORMED = {
    # the file
    "empty": ("#!\n", "", "got nothing"),
    "a list": ("- name: t #!\n", "", "got a list"),
    "a word": ("vision #!\n", "", "got a single value"),
    "two documents": (REST + "--- #!\nname: u\n", "", "another document"),
    "unclosed list": (HEAD + "tasks: [iris\nmodels: #!\n", "", "not YAML"),
    "unclosed quote": (REST + 'description: "half #!', "", "end of stream"),
    "tab indent": (HEAD + "tasks:\n\t- iris #!\n", "", "not YAML"),
    "bad indent": (HEAD + "tasks:\n  - iris\n - wine #!\n", "", "not YAML"),
    "control character": (HEAD + "description: a\x1b[31m #!\n", "", "character"),
    "unknown anchor": (HEAD + "tasks: *nobody #!\n", "", "undefined alias"),
    "python tag": (REST + "description: !!python/object/apply:os.system [ls] #!\n", "description", "tag"),
    "own tag": (REST + "description: !secret x #!\n", "description", "tag"),
    "binary tag": (REST + "description: !!binary aGk= #!\n", "description", "tag"),
    "set tag": (REST + "search: !!set {trials} #!\n", "search", "tag"),
    "wrong int tag": (REST + "search:\n  trials: !!int many #!\n", "search.trials", "type int"),
    "number as key": (REST + "1: x #!\n", "", "expected text as a key"),
    "nothing as key": (REST + "~: x #!\n", "", "expected text as a key"),
    "list as key": (REST + "? [a] #!\n: x\n", "", "expected text as a key"),
    "lone surrogate": (HEAD + TASKS + MODELS + 'description: "\\ud800" #!\n', "description", "surrogate"),
    "not finite": (model("C: .inf #!"), "models[0].C", "finite"),
    "not a number": (model("C: .nan #!"), "models[0].C", "finite"),
    "too large": (model(f"C: {10**40} #!"), "models[0].C", "64 bits"),
    "thousands of digits": (model(f"C: {'9' * 5000} #!"), "models[0].C", "type int"),
    "merge of a list": (REST + "search:\n  <<: [1] #!\n", "search.<<", "alias of a mapping"),
    # duplicate keys
    "duplicate key": (REST + "name: u #!\n", "name", "duplicate key, first on line 1"),
    "duplicate deep": (REST + "search:\n  trials: 1\n  trials: 2 #!\n", "search.trials", "duplicate key"),
    "duplicate parameter": (model("C: 1.0\nC: 2.0 #!"), "models[0].C", "duplicate key"),
    # the frame
    "no name": ("tasks: [iris] #!\n" + MODELS, "name", "is required"),
    "no tasks": ("name: t #!\n" + MODELS, "tasks", "is required"),
    "no models": ("name: t #!\n" + TASKS, "models", "is required"),
    "empty tasks": (HEAD + "tasks: [] #!\n" + MODELS, "tasks", "at least one"),
    "empty models": (HEAD + TASKS + "models: [] #!\n", "models", "at least one"),
    "tasks mapping": (HEAD + "tasks: {dataset: iris} #!\n" + MODELS, "tasks", "expected a list, got a mapping"),
    "models word": (HEAD + TASKS + "models: svm #!\n", "models", "expected a list, got 'svm'"),
    "misspelt section": (REST + "serach: {} #!\n", "serach", "did you mean 'search'"),
    "name with blank": ("name: my suite #!\n" + TASKS + MODELS, "name", "letters, digits"),
    "name a path": ("name: ../up #!\n" + TASKS + MODELS, "name", "letters, digits"),
    "name a number": ("name: 7 #!\n" + TASKS + MODELS, "name", "expected text, got 7"),
    "name with newline": ('name: "t\\n" #!\n' + TASKS + MODELS, "name", "letters, digits"),
    "hostile description": (REST + 'description: "\\e[2J" #!\n', "description", "control characters"),
    "include a word": (REST + "include: more.yaml #!\n", "include", "expected a list"),
    "include missing": (REST + "include: [more.yaml] #!\n", "include[0]", "no such file"),
    "include a number": (REST + "include:\n  - 7 #!\n", "include[0]", "expected the path"),
    "include text": (REST + "include:\n  - notes.txt #!\n", "include[0]", "expected the path"),
    "include nul": (REST + 'include:\n  - "a\\0.yaml" #!\n', "include[0]", "expected the path"),
    # tasks
    "unknown dataset": (HEAD + MODELS + "tasks:\n  - iirs #!\n", "tasks[0].dataset", "did you mean 'iris'"),
    "task a number": (HEAD + MODELS + "tasks:\n  - 3 #!\n", "tasks[0]", "expected a mapping, got 3"),
    "task nothing": (HEAD + MODELS + "tasks:\n  - #!\n", "tasks[0]", "got nothing"),
    "no dataset": (HEAD + MODELS + "tasks:\n  - type: clustering #!\n", "tasks[0].dataset", "is required"),
    "dataset a list": (HEAD + MODELS + "tasks:\n  - dataset: [iris] #!\n", "tasks[0].dataset", "dataset's name"),
    "dataset unnamed": (HEAD + MODELS + "tasks:\n  - dataset: {rows: 3} #!\n", "tasks[0].dataset", "csv:"),
    "dataset name a list": (
        HEAD + MODELS + "tasks:\n  - dataset:\n      name: [a] #!\n",
        "tasks[0].dataset.name",
        "got a list",
    ),
    "dataset parameter": (
        HEAD + MODELS + "tasks:\n  - dataset:\n      name: moons\n      nois: 0.1 #!\n",
        "tasks[0].dataset.nois",
        "did you mean 'noise'",
    ),
    "dataset parameter type": (
        HEAD + MODELS + "tasks:\n  - dataset:\n      name: moons\n      noise: loud #!\n",
        "tasks[0].dataset.noise",
        "expected a number, got 'loud'",
    ),
    "dataset parameter bool": (
        HEAD + MODELS + "tasks:\n  - dataset:\n      name: moons\n      rows: true #!\n",
        "tasks[0].dataset.rows",
        "expected a whole number, got true",
    ),
    "dataset parameter unreadable": (
        HEAD + MODELS + "tasks:\n  - dataset:\n      name: moons\n      noise: !!int loud #!\n",
        "tasks[0].dataset.noise",
        "type int",
    ),
    "own file missing": (
        HEAD + MODELS + "tasks:\n  - dataset: {csv: gone.csv, target: y} #!\n",
        "tasks[0].dataset",
        "gone.csv",
    ),
    "own file a number": (
        HEAD + MODELS + "tasks:\n  - dataset: {csv: 3, target: y} #!\n",
        "tasks[0].dataset.csv",
        "expected text, got 3",
    ),
    "own file no target": (
        HEAD + MODELS + "tasks:\n  - dataset: {csv: gone.csv} #!\n",
        "tasks[0].dataset",
        "target: is required",
    ),
    "target elsewhere": (task("target: 3 #!"), "tasks[0].target", "target of its own"),
    "target a list": (task("target: [3] #!"), "tasks[0].target", "a column's name or its index"),
    "misspelt task key": (task("metric: [accuracy] #!"), "tasks[0].metric", "did you mean 'metrics'"),
    "unknown type": (task("type: clustring #!"), "tasks[0].type", "did you mean 'clustering'"),
    "type of images": (task("type: image_classification #!"), "tasks[0].type", "asks about image, iris is table"),
    "type of values": (task("type: tabular_regression #!"), "tasks[0].type", "cannot be asked"),
    "unknown metric": (task("metrics:\n  - acuracy #!"), "tasks[0].metrics[0]", "did you mean 'accuracy'"),
    "metric of values": (task("metrics: [rmse] #!"), "tasks[0].metrics[0]", "scores Values"),
    "metric of clusters": (task("metrics: [accuracy, ari] #!"), "tasks[0].metrics[1]", "scores Clusters"),
    "metric twice": (task("metrics: [accuracy, accuracy] #!"), "tasks[0].metrics", "each name once"),
    "metrics a word": (task("metrics: accuracy #!"), "tasks[0].metrics", "expected a list"),
    "metrics empty": (task("metrics: [] #!"), "tasks[0].metrics", "at least one"),
    "limit a word": (task("limit: all #!"), "tasks[0].limit", "expected a whole number, got 'all'"),
    "limit nothing left": (task("limit: 0 #!"), "tasks[0].limit", "at least 2"),
    "limit a share": (task("limit: 0.5 #!"), "tasks[0].limit", "a whole number"),
    "split unknown": (task("split: mine #!"), "tasks[0].split", "'official' or 'folds'"),
    "split not there": (task("split: official #!"), "tasks[0].split", "no test part"),
    "reference a number": (task("reference: 0.9 #!"), "tasks[0].reference", "expected a mapping"),
    "reference unsourced": (task("reference: {value: 0.9} #!"), "tasks[0].reference.source", "is required"),
    "reference metric": (
        task("reference: {value: 0.9, source: me, metric: rmse} #!"),
        "tasks[0].reference.metric",
        "none of the task's metrics",
    ),
    "reference of a copy": (
        HEAD + "models: [majority]\ntasks:\n  - dataset: cifar10_jpg\n    reference: {value: 0.9, source: me} #!\n",
        "tasks[0].reference",
        "is a copy of cifar10, not the published items: no figure holds for it; name cifar10, or leave reference out",
    ),
    "task filter": (task("models:\n  - logistics #!"), "tasks[0].models[0]", "matches none of the models"),
    "task twice": (HEAD + MODELS + "tasks:\n  - iris\n  - iris #!\n", "tasks[1]", "as:"),
    "label hostile": (task('as: "a\\e[2J" #!'), "tasks[0].as", "on one line"),
    "label blank": (task('as: " a " #!'), "tasks[0].as", "without blanks"),
    "label empty": (task('as: "" #!'), "tasks[0].as", "not empty"),
    # models
    "unknown model": (HEAD + TASKS + "models:\n  - logistik #!\n", "models[0].name", "did you mean 'logistic'"),
    "model a number": (HEAD + TASKS + "models:\n  - 5 #!\n", "models[0]", "expected a mapping, got 5"),
    "model unnamed": (HEAD + TASKS + "models:\n  - C: 1.0 #!\n", "models[0].name", "is required"),
    "model name empty part": (HEAD + TASKS + "models:\n  - pca+ #!\n", "models[0].name", "unknown model ''"),
    "unknown parameter": (model("gama: 1.0 #!"), "models[0].gama", "did you mean 'gamma'"),
    "parameter type": (model("C: strong #!"), "models[0].C", "got 'strong'"),
    "parameter nothing": (model("C: #!"), "models[0].C", "got None"),
    "parameter list": (model("C: [1, 2] #!"), "models[0].C", "got [1, 2]"),
    "parameter choice": (model("max_features: most #!", "random_forest"), "models[0].max_features", "'most'"),
    "model twice": (HEAD + TASKS + "models:\n  - svm\n  - svm #!\n", "models[1]", "as:"),
    "model filter": (model("tasks: [wine] #!"), "models[0].tasks[0]", "matches none of the tasks"),
    "stage is no encoder": (HEAD + TASKS + "models:\n  - svm+logistic #!\n", "models[0].name", "no embeddings"),
    "stage unknown": (model("stages:\n  - pac #!"), "models[0].stages[0]", "did you mean 'pca'"),
    "stage unnamed": (model("stages:\n  - {n_components: 3} #!"), "models[0].stages[0].name", "is required"),
    "stage parameter": (
        model("stages:\n  - name: pca\n    n_componets: 3 #!"),
        "models[0].stages[0].n_componets",
        "n_components",
    ),
    "stages empty": (model("stages: [] #!"), "models[0].stages", "at least one"),
    "stages twice": (model("stages: [pca]\nneeds: [kmeans] #!"), "models[0].needs", "keep one"),
    "stages doubled": (model("stages: [pca, pca] #!"), "models[0].stages[1]", "twice"),
    "stages and name": (HEAD + TASKS + "models: [{name: a+b, stages: [pca]}] #!\n", "models[0].name", "already names"),
    "stage before images": (HEAD + TASKS + "models:\n  - pca+lenet5 #!\n", "models[0].name", "reads image"),
    # search, protocol, sweep, policy
    "search nothing": (REST + "search: #!\n", "search", "expected a mapping, got nothing"),
    "oracle": (REST + "search:\n  oracle: genetic #!\n", "search.oracle", "'hyperband'"),
    "oracle off": (REST + "search:\n  oracle: false #!\n", "search.oracle", "got false"),
    "no trials": (REST + "search:\n  trials: 0 #!\n", "search.trials", "at least 1, got 0"),
    "trials a flag": (REST + "search:\n  trials: true #!\n", "search.trials", "got true"),
    "trials quoted": (REST + 'search:\n  trials: "3" #!\n', "search.trials", "got '3'"),
    "too many trials": (REST + "search:\n  trials: 1000000000 #!\n", "search.trials", "at most"),
    "negative seconds": (REST + "search:\n  seconds: -1 #!\n", "search.seconds", "more than 0"),
    "misspelt trials": (REST + "search:\n  trails: 3 #!\n", "search.trails", "did you mean 'trials'"),
    "no folds": (REST + "protocol:\n  folds: 0 #!\n", "protocol.folds", "at least 1"),
    "validation all": (REST + "protocol:\n  validation: 1.0 #!\n", "protocol.validation", "less than 1"),
    "validation none": (REST + "protocol:\n  validation: 0 #!\n", "protocol.validation", "more than 0"),
    "negative seed": (REST + "protocol:\n  seed: -1 #!\n", "protocol.seed", "at least 0"),
    "no threads": (REST + "protocol:\n  threads: 0 #!\n", "protocol.threads", "at least 1"),
    "sweep axis": (REST + "sweep:\n  row: [10] #!\n", "sweep.row", "did you mean 'rows'"),
    "sweep falls": (REST + "sweep:\n  rows: [20, 10] #!\n", "sweep.rows", "ascending"),
    "sweep twice": (REST + "sweep:\n  trials: [1, 1] #!\n", "sweep.trials", "ascending"),
    "sweep empty": (REST + "sweep:\n  epochs: [] #!\n", "sweep.epochs", "at least one"),
    "sweep a number": (REST + "sweep:\n  epochs: 3 #!\n", "sweep.epochs", "expected a list"),
    "sweep words": (REST + "sweep:\n  rows:\n    - many #!\n", "sweep.rows[0]", "a whole number"),
    "failure policy": (REST + "policy:\n  on_failure: zero #!\n", "policy.on_failure", "'floor' or 'drop'"),
    "keep models": (REST + "policy:\n  keep_models: some #!\n", "policy.keep_models", "'best'"),
    "memory": (REST + "policy:\n  memory: much #!\n", "policy.memory", "a size such as 4GiB"),
    "memory unit": (REST + "policy:\n  memory: 4 elephants #!\n", "policy.memory", "a size such as 4GiB"),
    "memory tiny": (REST + "policy:\n  memory: 1KiB #!\n", "policy.memory", "at least"),
    "timeout": (REST + "policy:\n  timeout: soon #!\n", "policy.timeout", "expected a number"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_suite_names_the_place(name: str, tmp_path: Path) -> None:
    text, path, message = MALFORMED[name]
    line = next(number for number, words in enumerate(text.split("\n"), 1) if "#!" in words)
    file = tmp_path / "suite.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(SuiteError) as caught:
        load_suite(file)
    found = [(mistake.line, mistake.path) for mistake in caught.value.mistakes if message in mistake.message]
    assert found == [(line, path)], str(caught.value)
    assert {mistake.file for mistake in caught.value.mistakes} == {str(file)}
    assert str(caught.value).replace("\n", "").isprintable()
    assert caught.value.exit_code == 2
    assert sorted(tmp_path.iterdir()) == [file]


def test_there_are_enough() -> None:
    assert len(MALFORMED) >= 60


@pytest.mark.parametrize("name", MALFORMED)
def test_one_mistake_is_told_once(name: str, tmp_path: Path) -> None:
    """A single slip does not bring others along."""
    file = tmp_path / "suite.yaml"
    file.write_text(MALFORMED[name][0], encoding="utf-8", newline="")
    with pytest.raises(SuiteError) as caught:
        load_suite(file)
    unknown_links_too = 2 if name == "stages and name" else 0
    assert len(caught.value.mistakes) == 1 + unknown_links_too, str(caught.value)
