"""The workflows in examples/ci: valid, calling what there is, and giving foreign code no more than it needs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlbench.cli.root import VERBS, root

FOLDER = Path(__file__).parents[2] / "examples" / "ci"
FILES = sorted(FOLDER.glob("*.yml"))


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


def test_there_are_workflows_for_github_and_gitlab() -> None:
    assert {file.name for file in FILES} >= {"github.yml", "github-comment.yml", "github-against.yml", "gitlab.yml"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_can_be_parsed(file: Path) -> None:
    commands = [shlex.split(line)[1:] for line in scripts(content(file)) if line.startswith("dlbench ")]
    assert commands or file.name == "github-comment.yml"
    for verb, *arguments in commands:
        assert verb in VERBS
        command = root.get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None
        command.make_context(verb, list(arguments), resilient_parsing=False)


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
