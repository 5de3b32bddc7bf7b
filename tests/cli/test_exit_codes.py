"""What a command leaves with, and what it says, for everything that can go wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dlbench import api
from dlbench.cli.leaving import exit_code
from dlbench.core import errors


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("DLBENCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def report(*args: object, **settings: object) -> None:
        raise error

    monkeypatch.setattr(api, "report", report)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), 2),
        (errors.SuiteError([errors.Mistake("a.yaml", 3, "tasks", "wrong")]), 2),
        (errors.DataUnavailable("x"), 3),
        (errors.NotComparable("x"), 4),
        (errors.CorruptRecord("x"), 70),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (BrokenPipeError(), 141),
        (ZeroDivisionError("x"), 70),
        (MemoryError(), 70),
    ],
)
def test_every_error_has_its_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    raising(monkeypatch, error)
    assert exit_code(["report"]) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err


def test_an_internal_error_leaves_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    raising(monkeypatch, ZeroDivisionError("of \x1b[31mred"))
    assert exit_code(["report"]) == 70
    told = capsys.readouterr().err
    assert told.startswith("internal error: ZeroDivisionError: of \\x1b[31mred\n")
    (file,) = tmp_path.glob("dlbench-*.log")
    assert str(file) in told
    assert "Traceback" in file.read_text()


@pytest.mark.parametrize("words", [["-v", "report"], ["--verbose", "report"]])
def test_verbose_shows_the_traceback(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    raising(monkeypatch, ZeroDivisionError("x"))
    assert exit_code(words) == 70
    assert "Traceback" in capsys.readouterr().err
    assert not list(tmp_path.glob("dlbench-*.log"))


def test_messages_keep_their_lines_and_lose_their_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mistakes = [errors.Mistake("a.yaml", line, "", "named \x1b]0;evil\x07 \u202etxt") for line in (1, 2)]
    raising(monkeypatch, errors.SuiteError(mistakes))
    exit_code(["report"])
    told = capsys.readouterr().err
    assert told.count("\n") == 2
    assert not set("\x1b\x07\u202e") & set(told)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["run"],
        ["run", "quick", "--jobs", "0"],
        ["run", "quick", "--jobs", "many"],
        ["run", "quick", "--set", "novalue"],
        ["run", "quick", "--set", "a=[1"],
        ["run", "quick", "--budget", "soon"],
        ["run", "quick", "--budget", "0s"],
        ["run", "quick", "--device", "tpu"],
        ["run", "quick", "--no-such-flag"],
        ["plan", "quick", "--model", "no-such-model"],
        ["plan", "nosuchsuite"],
        ["check", "run", "--baseline", "b.json", "--margin", "accuracy=-1"],
        ["check", "run", "--baseline", "b.json", "--margin", "accuracy=nan"],
        ["check", "run"],
        ["baseline", "save", "run"],
        ["ls", "everything"],
        ["info", "mlpp"],
        ["info", "pca+"],
        ["report", "nosuchrun"],
        ["report", "--format", "pdf"],
        ["compare", "nosuchrun", "norther"],
        ["compare", "one"],
        ["serve", "--host", "0.0.0.0"],
        ["serve", "--port", "70000"],
        ["validate"],
        ["completion", "powershell"],
    ],
)
def test_what_cannot_be_meant_is_2_and_writes_nothing(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(words) == 2
    assert capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_wrong_verb_or_name_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(["repot"])
    exit_code(["info", "mlpp"])
    told = capsys.readouterr().err
    assert "did you mean 'report'?" in told
    assert "did you mean 'mlp'?" in told


def test_a_reader_that_leaves_early_is_no_verdict() -> None:
    """`dlbench ls models | head -0` must not end with 1, which means "regressed"."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "dlbench", "ls", "tasks"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert done.returncode == 141
    assert done.stderr == ""
