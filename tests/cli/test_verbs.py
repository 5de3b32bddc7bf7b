"""The verbs from end to end: what they print, write and leave with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dlbench.cli.leaving import exit_code
from dlbench.core import catalog

SUITE = """
name: tiny
description: two tables
tasks: [iris]
models: [majority, logistic]
search: {oracle: none}
protocol: {folds: 2}
"""
BROKEN = """
name: broken
tasks: [iriss]
models: [svn]
tasks: [wine]
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DLBENCH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a suite and one finished run of it."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "tiny.yaml").write_text(SUITE)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert exit_code(["run", "tiny.yaml", "-q", "-j", "1"]) == 0
        yield folder
    finally:
        os.chdir(before)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert exit_code(words) == code
    return capsys.readouterr().out


def test_a_run_again_reuses_everything_and_says_where_it_lies(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["run", "tiny.yaml", "-j", "1"]) == 0
    told = capsys.readouterr()
    assert "4 done already; nothing left to run" in told.err
    assert "logistic" in told.out
    assert "Jobs: 4 ok. Kept in results/tiny/" in told.out
    assert "dlbench report results/tiny/" in told.out
    assert "\x1b" not in told.out + told.err


def test_a_plan_counts_jobs_and_what_is_done(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "plan", "tiny.yaml", "--model", "log*")
    assert [line.split() for line in told.splitlines()[:2]] == [
        ["task", "model", "kind", "jobs", "done", "to", "run"],
        ["iris", "logistic", "classic", "2", "2", "0"],
    ]
    assert "majority" not in told
    assert said(capsys, "run", "tiny.yaml", "--dry-run", "--model", "log*") == told


def test_a_plan_as_json(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = json.loads(said(capsys, "plan", "tiny.yaml", "--folds", "3", "--model", "logistic", "--format", "json"))
    assert plan["format"] == 1
    assert [job["done"] for job in plan["jobs"]] == [False, False, False]
    assert plan["estimate"]["pending"] == 3


def test_a_plan_and_a_report_tell_what_is_left_out_of_own_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for label in ("cats", "dogs", "birds"):
        (tmp_path / "pets" / label).mkdir(parents=True)
        for i in range(3 * (label != "cats")):
            Image.fromarray(np.full((8, 8, 3), i, np.uint8)).save(tmp_path / "pets" / label / f"{i}.png")
    (tmp_path / "pets" / "dogs" / "bad.png").write_text("no picture")
    (tmp_path / "pets.yaml").write_text("name: pets\ntasks: [{dataset: {images: pets}}]\nmodels: [majority]\n")
    told = said(capsys, "plan", "pets.yaml").split("Noticed in the data:")[1]
    assert "1 class folders without a picture: cats" in told
    assert "1 left out: dogs/bad.png: no picture" in told
    noticed = json.loads(said(capsys, "plan", "pets.yaml", "--format", "json"))["noticed"]
    assert [(one["task"], one["of"]) for one in noticed] == [("pets", "class"), ("pets", "pictures")]
    assert exit_code(["run", "pets.yaml"]) == 0
    capsys.readouterr()
    report = said(capsys, "report", "pets")
    assert "1 class folders without a picture: cats" in report
    assert "1 left out: dogs/bad.png: no picture" in report


def test_a_plan_says_why_a_pair_is_skipped(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "plan", "tiny.yaml", "--set", "models=[logistic, ridge]")
    assert "Skipped:" in told
    assert any("ridge" in line and "Values" in line for line in told.split("Skipped:")[1].splitlines())


def test_validate_prints_every_mistake_of_every_file(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workplace / "broken.yaml").write_text(BROKEN)
    lines = said(capsys, "validate", "tiny.yaml", "broken.yaml", "missing.yaml", "quick", code=2).splitlines()
    assert lines[0] == "tiny.yaml: ok, 1 task × 2 models"
    assert sum(line.startswith("broken.yaml:") for line in lines) >= 2
    assert any("did you mean 'svm'?" in line for line in lines)
    assert any(line.startswith("missing.yaml") for line in lines)
    assert lines[-1].startswith("quick: ok")


def test_a_report_is_written_whole_and_in_the_format_of_its_name(
    workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "report", "tiny", "-o", "r.json")
    assert json.loads((workplace / "r.json").read_text())["format"] == 1
    said(capsys, "report", "-o", "r.csv")
    assert (workplace / "r.csv").read_text().startswith("task,")
    said(capsys, "report", "-o", "r.csv", "--format", "markdown")
    assert (workplace / "r.csv").read_text().startswith("#")
    assert not [path for path in workplace.iterdir() if path.name.startswith(".r")]
    assert json.loads(said(capsys, "report", "--format", "json"))["rows"]
    said(capsys, "report", "tiny", "-o", "r.tex")
    assert (workplace / "r.tex").read_text().startswith("\\documentclass")
    said(capsys, "report", "tiny", "-o", "r.xml")
    assert (workplace / "r.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("file", ["nowhere/r.md", "results"])
def test_a_report_is_not_written_where_it_cannot_be(
    file: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["report", "-o", file]) == 2
    assert file in capsys.readouterr().err
    assert not (workplace / "nowhere").exists()


@pytest.fixture(scope="module")
def again(workplace: Path) -> str:
    """Another run of the suite, of which one contestant ran anew."""
    (workplace / "again.yaml").write_text(SUITE.replace("name: tiny", "name: again"))
    assert exit_code(["run", "again.yaml", "-q", "-j", "1", "--force", "--model", "majority"]) == 0
    return "again"


def test_two_runs_side_by_side_and_compared(workplace: Path, again: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "report", "tiny", again, "--format", "json"))["rows"]
    names = {row["contestant"] for row in rows}
    assert len(names) == 3
    assert sum(name.startswith("majority (") for name in names) == 2
    found = json.loads(said(capsys, "compare", "tiny", again, "--format", "json"))
    assert found["counts"] == {"same": 5, "only_first": 5}
    assert "majority" in said(capsys, "compare", "tiny", again)
    assert exit_code(["compare", "tiny", "tiny"]) == 2
    assert "the same run twice" in capsys.readouterr().err


def test_runs_without_a_cell_in_common_leave_with_4(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workplace / "wine.yaml").write_text(SUITE.replace("iris", "wine").replace("name: tiny", "name: wines"))
    assert exit_code(["run", "wine.yaml", "-q", "-j", "1", "--model", "majority"]) == 0
    assert "Only in the first run" in said(capsys, "compare", "tiny", "wines", code=4)


def test_the_gate_from_no_baseline_to_a_pass(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "check", "tiny", "--baseline", "b.json", code=4)
    assert not (workplace / "b.json").exists()
    said(capsys, "check", "tiny", "--baseline", "b.json", "--init-baseline")
    first = (workplace / "b.json").read_bytes()
    said(capsys, "check", "tiny", "--baseline", "b.json", code=4)  # itself
    exit_code(["run", "tiny.yaml", "-q", "-j", "1", "--force", "--model", "majority"])
    found = json.loads(said(capsys, "check", "tiny", "--baseline", "b.json", "--format", "json", code=4))
    assert found["counts"] == {"not_comparable": 5, "pass": 5}
    said(capsys, "check", "tiny", "--baseline", "b.json", "--init-baseline", code=4)
    assert (workplace / "b.json").read_bytes() == first
    said(capsys, "baseline", "save", "tiny", "-o", "other.json")
    assert json.loads((workplace / "other.json").read_text())["format"] == 2


@pytest.mark.parametrize(
    "words",
    [
        ["report"],
        ["report", "--format", "json"],
        ["report", "--format", "latex"],
        ["report", "--format", "junit"],
        ["compare", "tiny", "again"],
        ["check", "tiny", "--baseline", "own.json"],
        ["baseline", "save", "tiny", "-o", "own.json"],
    ],
)
def test_reading_a_run_loads_no_framework(words: list[str], workplace: Path) -> None:
    exit_code(["baseline", "save", "tiny", "-o", "own.json"])
    probe = "import sys; from dlbench.cli.leaving import exit_code; exit_code(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "dlbench.reporting.source" in loaded
    assert not loaded & {"keras", "tensorflow", "torch", "jax", "keras_tuner"}


def test_margins_reach_the_gate(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: dict[str, Any] = {}

    class Reached(KeyboardInterrupt):
        """Ends the command where the gate would begin."""

    def check(run: str, baseline: Path, **given: Any) -> None:
        seen.update(given)
        raise Reached

    monkeypatch.setattr("dlbench.api.check", check)
    margins = ("--margin", "accuracy=0.01", "--margin", "rmse=2%", "--margin", "rmse=0.5")
    said(capsys, "check", "tiny", "--baseline", "b", *margins, "--output-dir", "there", code=130)
    wanted = {"accuracy": {"absolute": 0.01}, "rmse": {"relative": 0.02, "absolute": 0.5}}
    assert seen == {"output": "there", "margins": wanted, "inconclusive": "fail", "cost": False}


def test_runs_are_listed_also_one_that_cannot_be_read(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = workplace / "results" / "aaa" / "19990101-000000"
    torn.mkdir(parents=True, exist_ok=True)
    (torn / "run.json").write_text("{")
    runs = json.loads(said(capsys, "ls", "runs", "--format", "json"))["runs"]
    assert runs[0]["suite"] == "aaa"
    assert "cannot be read" in runs[0]["state"]
    assert next(run["state"] for run in runs if run["suite"] == "tiny") == "finished"
    (torn / "run.json").unlink()
    assert said(capsys, "ls", "runs", "-o", "empty") == "no runs under empty\n"


@pytest.mark.parametrize("what", ["models", "datasets", "metrics", "tasks", "losses"])
def test_everything_in_the_catalog_is_listed(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    names = list(getattr(catalog, what)())
    rows = json.loads(said(capsys, "ls", what, "--format", "json"))[what]
    assert [row["name"] for row in rows] == names
    assert [line.split()[0] for line in said(capsys, "ls", what).splitlines()[1:]] == names


def test_everything_in_the_catalog_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in (catalog.models(), catalog.datasets(), catalog.metrics(), catalog.tasks(), catalog.losses()):
        for name, component in kind.items():
            told = said(capsys, "info", name)
            assert told.startswith(f"{name} — {component.title}")
            assert component.paper in told


def test_info_tells_parameters_where_they_differ_and_those_of_stages(capsys: pytest.CaptureFixture[str]) -> None:
    (sheet,) = json.loads(said(capsys, "info", "svm", "--format", "json"))["found"]
    assert {(row["name"], row["for"]) for row in sheet["parameters"]} >= {("epsilon", "Values"), ("gamma", "image")}
    assert list(sheet["bias"]) == ["input structure", "sharing", "range", "memory", "paradigm"]
    told = said(capsys, "info", "pca+logistic")
    assert "pca.n_components" in told
    assert "\nC " in told


def test_the_schema_is_json_that_knows_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert "hist_gradient_boosting" in json.dumps(json.loads(said(capsys, "schema")))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_dlbench(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "_DLBENCH_COMPLETE" in said(capsys, "completion", shell)


def test_completion_offers_the_verbs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_DLBENCH_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", "dlbench re")
    monkeypatch.setenv("COMP_CWORD", "re")
    with pytest.raises(SystemExit):
        exit_code([])
    assert "report" in capsys.readouterr().out


def test_a_finished_run_with_failures_leaves_with_3(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dlbench import api
    from dlbench.engine.start import Outcome
    from dlbench.runs import find_run

    folder = find_run(Path("results"), "tiny")
    for finished, statuses, code in ((True, {"ok": 3, "failed": 1}, 3), (False, {"ok": 1}, 130)):
        outcome = Outcome(folder, finished, statuses)
        monkeypatch.setattr(api, "run", lambda suite, outcome=outcome, **given: outcome)
        assert exit_code(["run", "tiny.yaml", "--no-progress"]) == code
        assert exit_code(["run", "tiny.yaml", "--no-progress", "--exit-zero"]) == (0 if finished else code)
        told = capsys.readouterr()
        assert ("Jobs: 1 failed, 3 ok" in told.out) is finished
        assert ("the same command resumes" in told.err) is not finished
