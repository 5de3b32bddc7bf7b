"""What the command line says of the user's file decides which contestants meet on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dlbench.cli.leaving import exit_code


@pytest.fixture
def counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "counts.csv"
    path.write_text("a,b,n\n" + "".join(f"{i * 37 % 41}.5,{i * i % 13},{i * 7 % 9}\n" for i in range(80)))
    return str(path)


@pytest.fixture
def invoke(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def said(*arguments: str) -> str:
        assert exit_code(list(arguments)) == 0
        return capsys.readouterr().out

    return said


@pytest.mark.parametrize("task", ["tasks.0", "tasks[0]", "tasks.*", "tasks.counts"])
def test_an_overridden_target_type_chooses_the_contestants(counts: str, task: str, invoke: Callable[..., str]) -> None:
    assert "logistic" in invoke("run", counts, "--target", "n", "--dry-run")
    found = invoke("run", counts, "--target", "n", "--set", f"{task}.dataset.target_type=values", "--dry-run")
    assert "ridge" in found
    assert "logistic" not in found
    assert "tabular_regression" in found or "values" in found


def test_an_overridden_column_is_told_as_overridden(counts: str, invoke: Callable[..., str]) -> None:
    found = invoke("run", counts, "--target", "n", "--set", "tasks.0.dataset.columns={b: category}", "--dry-run")
    assert "as the suite says" in found


def test_init_writes_the_line_that_makes_values_of_classes(counts: str, invoke: Callable[..., str]) -> None:
    assert "# target_type: values" in invoke("init", counts, "--target", "n")
    assert "# target_type: classes" in invoke("init", counts, "--target", "a")
