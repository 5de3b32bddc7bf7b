"""Against another revision: both sides run their own code, the difference is found, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from made_run import Game, Player, made_run

from dlbench import api
from dlbench.core.errors import UsageError
from dlbench.gate.against import Asked, measured
from dlbench.gate.environments import install
from dlbench.gate.revisions import checked_out
from dlbench.runs import all_runs

BACKEND = """
import zipfile

def build_wheel(directory, settings=None, metadata=None):
    name = "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{directory}/{name}", "w") as wheel:
        wheel.write("tiny.py")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
STAND_IN = """
import json, pathlib, sys

suite, output = sys.argv[4], pathlib.Path(sys.argv[6])
code = int(pathlib.Path("code").read_text())
run = output / "tiny" / "20260101-000000"
run.mkdir(parents=True)
told = {"format": 1, "suite": pathlib.Path(suite).read_text(), "beside": pathlib.Path("beside").read_text()}
(run / "run.json").write_text(json.dumps({**told, "flags": sys.argv[7:]}))
sys.exit(code)
"""


def git(folder: Path, *arguments: str) -> str:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *author, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository of two commits, with temporary folders made beside it."""
    folder, scratch = tmp_path / "project", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    git(folder, "init", "-q", "-b", "main")
    for which in ("old", "new"):
        files = {"suite.yaml": f"{which} suite", "beside": which, "code": "0", "tiny.py": f"WHICH = {which!r}"}
        for name, text in {**files, "backend.py": BACKEND, "pyproject.toml": PROJECT}.items():
            (folder / name).write_text(text)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", which)
        git(folder, "tag", which)
    return folder


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """Return what takes the place of an environment's Python: it leaves a run that says where it was started."""
    script, python = tmp_path / "stand_in.py", tmp_path / "python"
    script.write_text(STAND_IN)
    python.write_text(f'#!/bin/sh\nshift 1\nexec {sys.executable} {script} "$@"\n')
    python.chmod(0o755)
    return python


def nothing_is_left(project: Path) -> bool:
    trees = git(project, "worktree", "list").splitlines()
    return len(trees) == 1 and not list((project.parent / "scratch").iterdir())


def asked(project: Path, revision: str = "old") -> Asked:
    return Asked(str(project / "suite.yaml"), revision, ("--seeds", "5"), output=project.parent / "results")


def test_both_sides_answer_the_same_question_with_their_own_code(project: Path, stand_in: Path) -> None:
    installed = []

    def into(source: Path, folder: Path) -> Path:
        installed.append(((source / "tiny.py").read_text(), folder.name))
        return stand_in

    with measured(asked(project), into) as ((before,), (after,)):
        told = [run.header() for run in (before, after)]
    assert installed == [("WHICH = 'old'", "theirs"), ("WHICH = 'new'", "ours")]
    assert [one["beside"] for one in told] == ["old", "new"]
    assert [one["suite"] for one in told] == ["new suite", "new suite"]
    assert told[0]["flags"] == told[1]["flags"] == ["--seeds", "5"]
    assert after.path.is_dir()
    assert nothing_is_left(project)


def test_repeats_take_turns_and_only_our_first_run_is_kept(project: Path, stand_in: Path) -> None:
    with measured(replace(asked(project), repeats=5), lambda *_: stand_in) as sides:
        told = sorted((run.path.stat().st_mtime_ns, run.header()["beside"]) for runs in sides for run in runs)
        assert [[run.header()["beside"] for run in runs] for runs in sides] == [["old"] * 5, ["new"] * 5]
        assert len({run.path for runs in sides for run in runs}) == 10
        ours = sides[1][0].path
    assert "".join("A" if side == "old" else "B" for _, side in told) == "ABBAABBAAB"
    assert [run.path for run in all_runs(project.parent / "results")] == [ours]
    assert nothing_is_left(project)


@pytest.mark.parametrize(("cost", "repeats"), [(False, 1), (True, 5)])
def test_costs_are_gated_by_repeats_in_turn_and_scores_by_one_run(
    monkeypatch: pytest.MonkeyPatch, cost: bool, repeats: int
) -> None:
    seen = []

    @contextmanager
    def both(asked: Asked) -> Iterator[tuple[list[str], list[str]]]:
        seen.append((asked.repeats, "--force" in asked.run_flags))
        yield tuple([f"{side} {number}" for number in range(asked.repeats)] for side in ("theirs", "ours"))

    game = Game("digits", [Player("svm", "classic", 0.9)])
    monkeypatch.setattr("dlbench.gate.against.measured", both)
    monkeypatch.setattr("dlbench.api.judging._sources", lambda runs, _: [made_run([game], run=run) for run in runs])
    found = api.check_against("suite.yaml", "old", cost=cost)
    assert seen == [(repeats, cost)]
    assert (found.run, found.baseline) == ("ours 0", "theirs 0")
    assert {outcome.outcome for outcome in found.outcomes} == {"pass"}
    assert {one.pairs for one in found.costs if one.measure == "peak_memory_bytes"} == ({5} if cost else set())


def test_a_run_that_does_not_end_is_told_and_cleaned_up(project: Path, stand_in: Path) -> None:
    (project / "code").write_text("70")
    with pytest.raises(UsageError, match="exit code 70"), measured(asked(project), lambda *_: stand_in):
        pass
    assert nothing_is_left(project)


@pytest.mark.parametrize("error", [UsageError, KeyboardInterrupt, SystemExit])
def test_whatever_happens_nothing_is_left(project: Path, error: type[BaseException]) -> None:
    def into(source: Path, folder: Path) -> Path:
        raise error("stopped")

    with pytest.raises(error), measured(asked(project), into):
        pass
    assert nothing_is_left(project)


def test_a_terminated_check_cleans_up(project: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from dlbench.gate.revisions import checked_out\n"
        "with checked_out('old', Path(sys.argv[1])) as where: print(where.tree, flush=True); time.sleep(60)"
    )
    environment = {
        "TMPDIR": str(project.parent / "scratch"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(sys.path),
    }
    with subprocess.Popen(
        [sys.executable, "-c", code, str(project)], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        tree = Path(child.stdout.readline().strip())
        assert (tree / "tiny.py").is_file()
        child.terminate()
        assert child.wait(30) == 143
    assert nothing_is_left(project)


def test_no_hook_of_the_repository_runs(project: Path) -> None:
    hook = project / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {project.parent}/owned\n")
    hook.chmod(0o755)
    with checked_out("old", project) as where:
        assert (where.tree / "beside").read_text() == "old"
    assert not (project.parent / "owned").exists()


@pytest.mark.parametrize("revision", ["no-such", "--help", "old; touch owned"])
def test_a_revision_that_is_none_is_refused(project: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="no such revision"), checked_out(revision, project):
        pass
    assert nothing_is_left(project)


def test_outside_a_repository_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a git repository"), checked_out("main", tmp_path):
        pass


def test_an_environment_of_its_own_holds_the_revision_and_shares_the_rest(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PYTHONPATH", str(project))
    with checked_out("old", project) as where:
        python = install(where.tree, where.scratch / "theirs", share=True)
        code = "import tiny, importlib.util as u; print(tiny.WHICH, u.find_spec('numpy') is not None)"
        command = [str(python), "-P", "-c", code]
        told = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    assert told.stdout.split() == ["old", "True"]


def test_an_environment_that_cannot_be_made_is_told(project: Path) -> None:
    with pytest.raises(UsageError, match="no virtual environment"):
        install(project, project / "tiny.py" / "below a file")
