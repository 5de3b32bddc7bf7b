"""One file outside the package adds a model, another a dataset, another a metric: by `include:` and by entry point."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
COMPONENTS = {"model": "nearest_mean", "dataset": "rings", "metric": "hit_rate_at_2"}


def dlbench(*arguments, cwd, **environment):
    import os

    command = [sys.executable, "-m", "dlbench", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment})


def test_included_files_take_part_in_a_run(tmp_path):
    done = dlbench("run", EXAMPLES / "own.yaml", "--allow-code", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(dlbench("report", "own", "--format", "json", cwd=tmp_path).stdout)
    cells = {(row["task"], row["contestant"], row["metric"]): row["value"] for row in report["rows"]}
    assert cells["rings", "nearest_mean", "accuracy"] is not None
    assert cells["iris", "logistic", "hit_rate_at_2"] >= cells["iris", "logistic", "accuracy"]
    skipped = {(skip["task"], skip["contestant"], skip["metric"]) for skip in report["skipped"]}
    assert ("iris", "nearest_mean", "hit_rate_at_2") in skipped


def test_code_is_not_run_without_consent(tmp_path):
    done = dlbench("run", EXAMPLES / "own.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "--allow-code" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def distribution(tmp_path):
    """Return a folder that looks like an installed distribution whose entry points name the example components."""
    for name in COMPONENTS.values():
        shutil.copy(EXAMPLES / f"{name}.py", tmp_path)
    info = tmp_path / "somebody_else-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: somebody-else\nVersion: 1.0\n")
    points = "".join(f"[dlbench.{kind}s]\n{name} = {name}\n" for kind, name in COMPONENTS.items())
    (info / "entry_points.txt").write_text(points)
    return tmp_path


@pytest.mark.parametrize("kind", COMPONENTS)
def test_an_entry_point_joins_the_catalog(distribution, kind):
    done = dlbench("ls", f"{kind}s", "--format", "json", cwd=distribution, PYTHONPATH=str(distribution))
    assert done.returncode == 0, done.stderr
    assert COMPONENTS[kind] in {entry["name"] for entry in json.loads(done.stdout)[f"{kind}s"]}


def test_a_broken_entry_point_is_an_error_that_names_it(distribution):
    (distribution / "rings.py").write_text("import nothing_of_that_name\n")
    done = dlbench("ls", "datasets", cwd=distribution, PYTHONPATH=str(distribution))
    assert done.returncode == 2
    assert "rings" in done.stderr
    assert "nothing_of_that_name" in done.stderr


def test_a_name_that_is_taken_is_refused(tmp_path):
    source = (EXAMPLES / "nearest_mean.py").read_text().replace('name = "nearest_mean"', 'name = "svm"')
    (tmp_path / "mine.py").write_text(source)
    (tmp_path / "s.yaml").write_text("name: s\ninclude: [mine.py]\ntasks: [iris]\nmodels: [svm]\n")
    done = dlbench("validate", "s.yaml", "--allow-code", cwd=tmp_path)
    assert done.returncode == 2
    assert "defined twice" in done.stderr + done.stdout
