"""No name, status or error text does anything in what verbs print: not to a terminal, not to a CI that reads along."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench import api
from dlbench.cli.leaving import exit_code
from dlbench.cli.lines import Lines
from dlbench.cli.printing import columns, harmless, say_json
from dlbench.cli.status import _text
from dlbench.core import errors
from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.engine.events import JobFinished, JobStarted, RunOpened, StepStarted
from dlbench.runs import open_run
from dlbench.status import Progress, Status

NASTY = (
    "::error file=a.py::boom",
    "two\n::set-output name=a::b\n##[error]x ##vso[task.complete]",
    "\x1b[31mred\x1b]0;title\x07 \x9b31m",
    "[link=https://example.org]click[/link] [bold]",
    "<img src=x onerror=alert(1)>",
    "\r\x08right\u202eleft\u2066\u200b\u2028line \x00\x7f \ud800",
    "=cmd()",
    "x" * 2000,
)
COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


def inert(text: str) -> bool:
    text.encode()
    return not COMMAND.search(text) and not [
        char for char in text if not char.isprintable() and char not in "\n\u3000\xa0"
    ]


@pytest.mark.parametrize("name", NASTY)
def test_tables_messages_and_json_are_inert(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert inert(columns((name, "n"), [(name, 1), (None, 2)]))
    assert inert(harmless(f"{name}\n{name}"))
    say_json({name: [name]})
    told = capsys.readouterr().out
    assert json.loads(told) == {name: [name]}
    assert inert(told)


@pytest.mark.parametrize("name", NASTY)
def test_progress_lines_are_inert_and_one_a_job(name: str) -> None:
    asked = TaskSpec(name, "image_classification", name, {}, (name,), name)
    job = JobSpec("k", "", asked, Contestant(name, "svm"), SearchSpec(), SplitSpec(5, 0, 0, 0, 0.2))
    record: dict[str, Any] = {"status": "failed", "reason": name, "scores": {}, "ledger": {}}
    events = [RunOpened(name, 2, 2, 0, 1, False), JobStarted(job), StepStarted(job, name), JobFinished(job, record)]
    stream = io.StringIO()
    tell = Lines(stream, verbose=True)
    for event in events:
        tell(event)
    assert inert(stream.getvalue())
    assert len(stream.getvalue().splitlines()) == len(events)


@pytest.mark.parametrize("name", NASTY)
def test_a_status_is_inert(name: str) -> None:
    running = ({"name": name, "seconds": 3.0, "step": name},)
    told = Status(name, "running", 1.0, name, 1, (Progress(name, 1, 1, 1, 1),), running, 5.0)
    assert inert(_text(told))
    assert inert(_text(replace(told, state="elsewhere")))


def test_runs_of_any_name_are_listed_inertly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (name for name in NASTY if "\x00" not in name and "/" not in name and len(name) < 200):
        open_run(tmp_path, {"suite_name": name, "suite": {}, "digest": name, "started": name, "jobs": []})
    for form in ("terminal", "json"):
        assert exit_code(["ls", "runs", "-o", str(tmp_path), "--format", form]) == 0
        assert inert(capsys.readouterr().out)


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("kind", ["UsageError", "DataUnavailable", "ZeroDivisionError"])
def test_an_error_is_told_inertly(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    error = ZeroDivisionError(name) if kind == "ZeroDivisionError" else getattr(errors, kind)(name)

    def report(*runs: object, **settings: object) -> None:
        raise error

    monkeypatch.setattr(api, "report", report)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert exit_code(["report"]) != 0
    assert inert(capsys.readouterr().err)


@given(st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_any_text_is_inert_in_a_table(text: str) -> None:
    assert not COMMAND.search(columns(("a",), [(text,)]))
    assert not COMMAND.search(harmless(text))
