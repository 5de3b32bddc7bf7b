"""The workflows in examples/ci: valid, calling what there is, giving foreign code no more than it needs; and what
they, and tox, come to where a contestant fails."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from dlbench.cli.root import VERBS, root
from dlbench.gate import read_baseline
from dlbench.reporting.baseline import read
from dlbench.suite import load_suite

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "ci"
FILES = sorted(FOLDER.glob("*.yml"))
KEPT = ("dlbench.md", "dlbench.json", "dlbench.xml")
SUITE = """
name: quick
include: [moody.py]
tasks: [iris]
models: [moody]
search: {oracle: none}
"""
MODEL = """
from dlbench.core.model import Bias, ClassicModel


class Moody(ClassicModel):
    name = "moody"
    title = "nearest centroid, where it is in the mood"
    paper = "Tibshirani et al., 2002"
    gives = ("Labels",)
    bias = Bias("none", "none", "global", "one mean a class", "distance to prototypes")

    def build(self, values, schema):
        from sklearn.neighbors import NearestCentroid

        return NearestCentroid()
"""
FAILS = MODEL.replace("        return", "        raise RuntimeError('not in the mood')\n        return")


def content(file: Path) -> dict[Any, Any]:
    loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def scripts(value: Any) -> Iterator[str]:
    """Yield every shell command of a workflow."""
    if isinstance(value, dict):
        for name, held in value.items():
            if name == "run" and isinstance(held, str):
                yield from held.splitlines()
            elif name == "script" and isinstance(held, list):
                yield from held
            else:
                yield from scripts(held)
    elif isinstance(value, list):
        for held in value:
            yield from scripts(held)


def steps(name: str) -> list[str]:
    """Return what a recipe, or tox, runs of dlbench, in order."""
    if name != "tox.ini":
        return [line for line in scripts(content(FOLDER / name)) if line.startswith("dlbench ")]
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / name)
    lines = config["testenv:selfcheck"]["commands"].replace("{posargs}", "").replace("{env_tmp_dir}", ".")
    return [line for line in lines.splitlines() if line]


def told_first(name: str) -> list[str]:
    """Return the commands by which a recipe says that its baseline is made."""
    return re.findall(r"^#   (.*)$", (FOLDER / name).read_text(encoding="utf-8"), re.MULTILINE)


def context_of(words: Sequence[str]) -> click.Context:
    verb, *arguments = words
    command = root.get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    return command.make_context(verb, list(arguments), resilient_parsing=False)


def run(line: str, folder: Path, *, shell: bool) -> subprocess.CompletedProcess[str]:
    """Run a command as a CI service does, in a shell that stops at the first error, or as tox does, in none.

    The suite `quick` is the one in `folder`.
    """
    line = re.sub(r"^dlbench run \S+", "dlbench run quick.yaml --allow-code", line)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DLBENCH_", "GITHUB_"))}
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**inherited, "PATH": beside, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    words = ["bash", "-eo", "pipefail", "-c", line] if shell else shlex.split(line)
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)


def in_order(name: str, folder: Path) -> tuple[int, list[str]]:
    """Run what a recipe runs up to the first command that fails; return its exit code, and the verbs that were run."""
    verbs = []
    for line in steps(name):
        verbs.append(line.split()[1])
        if code := run(line, folder, shell=name != "tox.ini").returncode:
            return code, verbs
    return 0, verbs


def workplace(folder: Path, model: str, suite: str = SUITE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "quick.yaml").write_text(suite)
    (folder / "moody.py").write_text(model)
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a baseline of a contestant that works, made by the command that the recipes tell."""
    folder = workplace(tmp_path_factory.mktemp("saved"), MODEL)
    assert told_first("github.yml") == told_first("gitlab.yml")
    for line in told_first("github.yml"):
        done = run(line, folder, shell=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results" / "baselines" / "quick.json"


def checked_out(folder: Path, saved: Path, model: str) -> Path:
    """Return a folder as a CI service finds it: the baseline is there, no run is."""
    workplace(folder, model)
    (folder / "results" / "baselines").mkdir(parents=True)
    shutil.copyfile(saved, folder / "results" / "baselines" / "quick.json")
    return folder


RECIPES = ("github.yml", "gitlab.yml", "tox.ini")


@pytest.mark.parametrize("name", RECIPES)
def test_where_a_contestant_fails_the_check_is_run_and_says_what_broke(name: str, saved: Path, tmp_path: Path) -> None:
    folder = checked_out(tmp_path / "change", saved, FAILS)
    assert in_order(name, folder) == (3, ["run", "check"])
    assert "not in the mood" in (folder / "summary.md").read_text()
    if name != "tox.ini":
        told = json.loads((folder / "dlbench.json").read_text())
        assert told["exit_code"] == 3
        assert {one["contestant"] for one in told["outcomes"] if one["outcome"] == "broke"} == {"moody"}
        assert all((folder / kept).is_file() for kept in KEPT)


@pytest.mark.parametrize("name", RECIPES)
def test_where_the_suite_cannot_be_read_nothing_is_checked_and_the_job_fails(name: str, tmp_path: Path) -> None:
    folder = workplace(tmp_path / "change", MODEL, SUITE.replace("[moody]", "[moodi]"))
    assert in_order(name, folder) == (2, ["run"])


def test_where_nothing_has_changed_the_job_passes(saved: Path, tmp_path: Path) -> None:
    assert in_order("gitlab.yml", checked_out(tmp_path / "change", saved, MODEL)) == (0, ["run", "check"])


def test_recipes_run_what_the_baseline_that_they_name_holds() -> None:
    cells = read(read_baseline(ROOT / "results" / "baselines" / "quick.json")).values()
    held = {(len(cell.values), len(seeds)) for cell in cells for seeds in cell.values.values()}
    against = context_of(shlex.split(steps("github-against.yml")[0])[1:])
    flags = [["run", "quick", *shlex.split(against.params["run_flags"])]]
    flags += [shlex.split(steps(name)[0])[1:] for name in RECIPES]
    flags += [shlex.split(told_first(name)[0])[1:] for name in ("github.yml", "gitlab.yml")]
    usual = load_suite("quick").protocol
    for words in flags:
        given = context_of(words).params
        assert {(given["folds"] or usual.folds, given["seeds"] or usual.seeds)} == held, words


def test_there_are_workflows_for_github_and_gitlab() -> None:
    assert {file.name for file in FILES} >= {"github.yml", "github-comment.yml", "github-against.yml", "gitlab.yml"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_can_be_parsed(file: Path) -> None:
    commands = [shlex.split(line)[1:] for line in scripts(content(file)) if line.startswith("dlbench ")]
    assert commands or file.name == "github-comment.yml"
    for words in commands:
        assert words[0] in VERBS
        context_of(words)


@pytest.mark.parametrize("file", [file for file in FILES if file.name.startswith("github")], ids=lambda file: file.name)
def test_foreign_code_gets_no_secrets(file: Path) -> None:
    text, workflow = file.read_text(encoding="utf-8"), content(file)
    triggers = workflow[True]  # YAML 1.1 reads `on` so
    assert "pull_request_target" not in triggers
    assert "secrets." not in text
    checks_out = "actions/checkout" in text
    assert workflow["permissions"].get("contents") == "read" if checks_out else "dlbench run" not in text
    assert not checks_out or "persist-credentials: false" in text
    assert not re.search(r"run:[^\n]*\$\{\{", text), "an expression inside a script is code of whoever names a branch"


def test_the_comment_is_found_again_by_the_mark_that_the_gate_writes() -> None:
    from dlbench.reporting.gate.markdown import MARK

    assert f"'{MARK}'" in (FOLDER / "github-comment.yml").read_text(encoding="utf-8")


def test_what_the_gate_writes_is_what_the_workflows_keep() -> None:
    reports = content(FOLDER / "gitlab.yml")["dlbench"]["artifacts"]["reports"]
    assert reports == {"junit": "dlbench.xml"}
