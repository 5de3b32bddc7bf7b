"""Flags, their twins in the environment, and which of them wins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dlbench.cli import run
from dlbench.cli.options import Assignment, Duration
from dlbench.cli.selection import Selection

TWINS = {
    "DLBENCH_JOBS": "3",
    "DLBENCH_OUTPUT_DIR": "elsewhere",
    "DLBENCH_MODEL": "svm, mlp  pca+*",
    "DLBENCH_TASK": "digits",
    "DLBENCH_SET": "search.epochs=5,search.rows=[1, 2] models.svm.C=1e-3",
    "DLBENCH_LIMIT": "100",
    "DLBENCH_FOLDS": "4",
    "DLBENCH_SEEDS": "2",
    "DLBENCH_SEED": "7",
    "DLBENCH_TRIALS": "6",
    "DLBENCH_BUDGET": "20m",
    "DLBENCH_DEVICE": "cpu",
    "DLBENCH_FORCE": "1",
    "DLBENCH_RETRY_FAILED": "true",
    "DLBENCH_ALLOW_CODE": "yes",
}


@pytest.fixture
def selected(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function from words and environment to the Selection that `run` got."""
    for name in [name for name in os.environ if name.startswith("DLBENCH_")]:
        monkeypatch.delenv(name)
    seen: list[Selection] = []
    monkeypatch.setattr("dlbench.cli.plan.show", lambda selection, *rest: seen.append(selection))

    def ask(*words: str, **environment: str) -> Selection:
        result = CliRunner().invoke(
            run.command, ["quick", "--dry-run", *words], env=environment, catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return seen[-1]

    return ask


def test_every_flag_has_a_twin_in_the_environment(selected: Any) -> None:
    found = selected(**TWINS)
    assert found == Selection(
        "quick",
        ("svm", "mlp", "pca+*"),
        ("digits",),
        {
            "tasks.*.limit": 100,
            "protocol.folds": 4,
            "protocol.seeds": 2,
            "protocol.seed": 7,
            "search.trials": 6,
            "search.epochs": 5,
            "search.rows": [1, 2],
            "models.svm.C": 0.001,
        },
        True,
        {"output": "elsewhere", "device": "cpu", "force": True, "retry_failed": True, "budget": 1200.0},
        3,
    )


def test_every_flag_of_run_names_its_twin() -> None:
    options = [option for option in run.command.params if isinstance(option, click.Option)]
    assert options
    for option in options:
        long = next(name for name in option.opts if name.startswith("--"))
        assert option.envvar == "DLBENCH_" + long[2:].upper().replace("-", "_")


def test_a_flag_wins_over_the_environment(selected: Any) -> None:
    words = ["--jobs", "1", "--model", "ridge", "--trials", "2", "-o", "here", "--device", "auto"]
    found = selected(*words, **TWINS)
    assert (found.jobs, found.models, found.overrides["search.trials"]) == (1, ("ridge",), 2)
    assert (found.how["output"], found.how["device"]) == ("here", "auto")


def test_set_wins_over_a_twin_but_its_own_twin_does_not_win_over_a_flag(selected: Any) -> None:
    path = "search.trials"
    assert selected("--set", f"{path}=9", DLBENCH_TRIALS="3").overrides[path] == 9
    assert selected("--set", f"{path}=9", "--trials", "3").overrides[path] == 9
    assert selected("--trials", "3", DLBENCH_SET=f"{path}=9").overrides[path] == 3


def test_without_flags_nothing_is_changed(selected: Any) -> None:
    found = selected()
    how = {"output": "results", "device": "auto", "force": False, "retry_failed": False}
    assert found == Selection("quick", (), (), {}, False, how, None)


def test_an_empty_twin_counts_as_none(selected: Any) -> None:
    assert selected(**dict.fromkeys(TWINS, "")) == selected()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b=3", 3),
        ("a.b=1e-3", 0.001),
        ("a.b=true", True),
        ("a.b=no", "no"),
        ("a.b=null", None),
        ("a.b=", None),
        ("a.b=[1, 2]", [1, 2]),
        ("a.b=x=y", "x=y"),
        ("a.b={c: 1}", {"c": 1}),
    ],
)
def test_set_reads_values_as_a_suite_does(text: str, value: Any) -> None:
    assert Assignment().convert(text, None, None) == ("a.b", value)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_durations_add_up(hours: int, minutes: int, seconds: int) -> None:
    total = hours * 3600 + minutes * 60 + seconds
    if total:
        assert Duration().convert(f"{hours}h{minutes}m{seconds}s", None, None) == total
        assert Duration().convert(str(total), None, None) == total
    else:
        with pytest.raises(click.BadParameter):
            Duration().convert("0h0m0s", None, None)


def test_a_plan_of_a_selection_has_only_what_was_selected(tmp_path: Path) -> None:
    how = {"output": str(tmp_path), "device": "cpu", "force": False, "retry_failed": False}
    plan = Selection("quick", ("logistic",), ("iris",), {"protocol.folds": 3}, False, how, None).plan()
    assert {(job.task.label, job.contestant.label) for job in plan.jobs} == {("iris", "logistic")}
    assert len(plan.jobs) == 3
