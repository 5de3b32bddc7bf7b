"""Light verbs stay light: what a fresh interpreter has loaded when a verb is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlbench.cli.root import VERBS

FRAMEWORKS = {"keras", "tensorflow", "torch", "jax", "keras_tuner"}
NOT_FOR_HELP = FRAMEWORKS | {"numpy", "pandas", "pydantic", "rich", "sklearn", "scipy", "yaml", "psutil"}
PROBE = """
import json, sys
from dlbench.cli.leaving import exit_code
code = exit_code(sys.argv[1:])
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded(folder: Path, *words: str) -> tuple[int, set[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DLBENCH_", "COV"))}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    return code, set(modules)


@pytest.mark.parametrize("words", [["--help"], ["--version"], [], ["frobnicate"]])
def test_help_loads_no_library_but_click(words: list[str], tmp_path: Path) -> None:
    _, modules = loaded(tmp_path, *words)
    assert "click" in modules
    assert not modules & NOT_FOR_HELP


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_loads_no_framework(verb: str, tmp_path: Path) -> None:
    code, modules = loaded(tmp_path, verb, "--help")
    assert code == 0
    assert not modules & NOT_FOR_HELP


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["plan", "quick"], 0),
        (["run", "quick", "--dry-run"], 0),
        (["validate", "quick", "vision"], 0),
        (["ls", "models"], 0),
        (["ls", "suites"], 0),
        (["info", "lenet5"], 0),
        (["schema"], 0),
        (["report"], 2),
        (["report", "x", "y", "--format", "latex"], 2),
        (["compare", "x", "y"], 2),
        (["serve", "--host", "192.0.2.7"], 2),
        (["check", "x", "--baseline", "y"], 2),
        (["baseline", "save", "x", "-o", "y"], 2),
    ],
)
def test_light_verbs_load_no_framework(words: list[str], code: int, tmp_path: Path) -> None:
    left, modules = loaded(tmp_path, *words)
    assert left == code
    assert not modules & FRAMEWORKS
    assert not list(tmp_path.iterdir())


def test_the_probe_sees_what_is_loaded(tmp_path: Path) -> None:
    _, modules = loaded(tmp_path, "ls", "suites")
    assert {"pydantic", "yaml"} <= modules
