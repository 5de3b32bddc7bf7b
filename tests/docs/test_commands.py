"""Every command and example of the documents runs.

A fenced block of ```console holds commands after `$ `. A block whose info string names a file (```yaml suite.yaml)
is written to that file first. A comment behind a block says what is special: `<!-- long: why -->` leaves it out,
`<!-- exit: 0 4|0 -->` lists the exit codes that may come.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```\n(?:<!-- (\w+): (.*?) -->)?", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def blocks(document):
    return [match.groups() for match in BLOCK.finditer(document.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if blocks(d)], ids=lambda d: d.name)
def test_commands_run(document, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": beside, "DLBENCH_NO_PROGRESS": "1"}
    for language, file, content, remark, text in blocks(document):
        if file:
            (tmp_path / file).write_text(content, encoding="utf-8")
        if language != "console" or remark == "long":
            continue
        commands = [line[2:] for line in content.splitlines() if line.startswith("$ ")]
        codes = text.split() if remark == "exit" else ["0"] * len(commands)
        for command, allowed in zip(commands, codes, strict=True):
            done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
            assert str(done.returncode) in allowed.split("|"), (
                f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_lead_somewhere(document):
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


def test_the_test_command_of_the_readme_is_what_ci_runs():
    command = next(line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "pytest" in line)
    assert f"$ {command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
