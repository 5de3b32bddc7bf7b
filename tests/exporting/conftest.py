"""A finished run of small contestants on a table with all kinds of columns, and on small images."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench import api

ISOLATED = """
import runpy, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "dlbench":
            raise ImportError("dlbench is not to be imported here")
sys.meta_path.insert(0, Blocked())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
ROWS = 60


def write_table(path: Path) -> None:
    """Numbers with gaps, words, dates, quotes, prose, and a target that depends on some of them."""
    rng = np.random.default_rng(0)
    lines = ["age,colour,when,cost,note,label"]
    for row in range(ROWS):
        age, colour = int(rng.integers(18, 80)), rng.choice(["red", "green", "blue"])
        day = f"{rng.integers(1, 28):02d}.{rng.integers(1, 12):02d}.2020"
        note = f"the {rng.choice(['quick', 'slow'])} animal of row {row} goes home"
        label = "" if row == 7 else ("yes" if age + 20 * (colour == "red") + 5 * rng.normal() > 50 else "no")
        lines.append(
            f'{"" if row % 7 == 3 else age},{colour},{day},"{rng.normal():.2f}",{note},{label}'.replace("'", "")
        )
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `table.csv` and a results folder with the runs `rows` and `pictures`."""
    folder = tmp_path_factory.mktemp("exporting")
    write_table(folder / "table.csv")
    search = {"trials": 2, "epochs": 2}
    task = {"dataset": {"csv": str(folder / "table.csv"), "target": "label"}, "as": "t"}
    models = ["hist_gradient_boosting", "rbf_network", "pca+svm", "mlp", "greedy_ensemble"]
    given = {"name": "rows", "description": "x", "tasks": [task], "models": models, "search": search}
    api.run(api.load_suite({**given, "protocol": {"folds": 2}}), output=folder / "results", jobs=1)
    pictures = {"dataset": "digits", "limit": 60}
    given = {"name": "pictures", "description": "x", "tasks": [pictures], "models": ["hog+logistic", "lenet5"]}
    given |= {"search": {"oracle": "none", "epochs": 1}, "policy": {"keep_models": "all"}}
    api.run(api.load_suite({**given, "protocol": {"folds": 2}}), output=folder / "results", jobs=1)
    return folder


@pytest.fixture(scope="session")
def exported(place: Path) -> Callable[[str], Any]:
    """Export a job once, by its `RUN:JOB`."""
    made: dict[str, Any] = {}

    def of(job: str) -> Any:
        if job not in made:
            made[job] = api.export(job, place / f"model-{len(made)}", output=place / "results")
        return made[job]

    return of


@pytest.fixture
def isolated(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script where dlbench cannot be imported."""
    (tmp_path / "isolated.py").write_text(ISOLATED)

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(tmp_path / "isolated.py"), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    return run
