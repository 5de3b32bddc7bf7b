"""An exported model reads numbers as its table wrote them, and says which it cannot read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench import api

ROWS = 60
VALUES = [round((i * 7919 % 1000 - 400) * 7.25, 2) for i in range(ROWS)]


def euro(value: float) -> str:
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table of German numbers, its `results`, and the exported model in `model`."""
    folder = tmp_path_factory.mktemp("euro")
    lines = [f"{euro(x)};{i % 7} %;{'inf' if i == 4 else euro(2 * x + i % 7)} €" for i, x in enumerate(VALUES)]
    lines[4] = lines[4].replace("inf €", "inf")
    (folder / "table.csv").write_text("# made by a tool\numsatz;anteil;preis\n" + "\n".join(lines) + "\n")
    task = {"dataset": {"csv": str(folder / "table.csv"), "target": "preis"}, "as": "t"}
    suite = {"name": "euro", "tasks": [task], "models": ["ridge"], "search": {"trials": 1}, "protocol": {"folds": 2}}
    assert api.run(api.load_suite(suite), output=folder / "results", jobs=1).exit_code == 0
    api.export("euro:t ridge fold 1/2", folder / "model", output=folder / "results")
    return folder


def test_scripts_read_the_table_as_it_was_read(place: Path, isolated: Callable[..., Any], tmp_path: Path) -> None:
    done = isolated(place / "model" / "predict.py", place / "table.csv", "-o", tmp_path / "out.csv")
    assert (done.returncode, done.stderr) == (0, "")
    found = np.genfromtxt(tmp_path / "out.csv", delimiter=",", skip_header=1)[:, 1]
    truth = np.array([2 * x + i % 7 for i, x in enumerate(VALUES)])
    assert np.corrcoef(found, truth)[0, 1] > 0.999
    done = isolated(place / "model" / "reproduce.py", place / "table.csv")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "reproduced"), done.stdout + done.stderr


def test_values_that_are_not_written_so_are_counted_on_stderr(
    place: Path, isolated: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("# made by a tool\numsatz;anteil\n1,5;3 %\n2.5;4 %\n3.25;5 %\n")
    said = (
        "Warning: column 'umsatz': 2 of 3 values are no number as the model reads it, such as '2.5': taken as missing"
    )
    done = isolated(place / "model" / "predict.py", other, "-o", tmp_path / "out.csv")
    assert (done.returncode, done.stderr.strip()) == (0, said)
    api.predict(place / "model", other, file=tmp_path / "out.csv")
    assert capsys.readouterr().err.strip() == said


def test_a_reproduction_without_its_data_names_the_argument(place: Path, isolated: Callable[..., Any]) -> None:
    done = isolated(place / "model" / "reproduce.py", place / "nowhere.csv")
    assert done.returncode == 2
    assert "nowhere.csv: No such file or directory; name the file it was learned from" in done.stderr
    assert "Traceback" not in done.stderr
