"""What a check says, in every output: complete, true, and harmless whatever things are called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
from click.testing import CliRunner
from made_run import HOSTILE, Game, Player, made_run

from dlbench.cli.check import command as verb
from dlbench.cli.checked import tell
from dlbench.gate import OUTCOMES, Check, Outcome, baseline, check, render
from dlbench.gate.outcome import CostOutcome
from dlbench.reporting.gate.annotations import command
from dlbench.reporting.gate.markdown import LONGEST, MARK

NAMES = (*HOSTILE, "::error::owned", "##[error]owned", "100 %, a:b", "</testcase>\x00\x08")


def outcome(name: str, contestant: str = "svm", number: int = 0) -> Outcome:
    return Outcome(
        f"task {number}", "", contestant, "accuracy", name, "because", 0.9, 0.8, 0.1, 0.08, 0.12, 0.02, "absolute",
        0.0004, 0.0012, 0.05, 0.6,
    )  # fmt: skip


def made(*outcomes: Outcome, **more: object) -> Check:
    return Check("run-2", "run-1", outcomes, tests=len(outcomes), **more)  # type: ignore[arg-type]


EVERY = made(
    *map(outcome, OUTCOMES),
    costs=(CostOutcome("task 0", "", "svm", "fit_seconds", "pass", "fine", 1.1, 0.9, 1.2, 1.3, 5),),
)


def test_a_regressed_cell_is_named_with_size_bounds_and_p() -> None:
    for format in ("terminal", "markdown", "junit", "github"):  # noqa: A001
        text = render(EVERY, format, width=160, color=False)
        for part in ("svm", "+0.1000 [0.0800, 0.1200]", "0.02", "0.0012"):
            assert part in text.replace("\\", ""), (format, part)


def test_power_is_printed() -> None:
    text = render(EVERY, "terminal", width=400, color=False)
    assert "What this check could have seen" in text
    assert "0.60 in the middle" in text
    assert "little power" in text


def test_junit_counts_what_makes_the_check_fail() -> None:
    suite = ElementTree.fromstring(render(EVERY, "junit"))[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6", "failures": "3", "errors": "1", "skipped": "0",
    }  # fmt: skip
    lenient = ElementTree.fromstring(render(replace(EVERY, inconclusive="pass"), "junit"))[0]
    assert (lenient.get("failures"), lenient.get("skipped")) == ("2", "1")


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_stay_text(name: str) -> None:
    checked = made(outcome("regressed", name), replace(outcome("broke", name), task=name, reason=name))
    names = [case.get("name") or "" for case in ElementTree.fromstring(render(checked, "junit")).iter("testcase")]
    assert len(names) == 2
    lines = render(checked, "github").splitlines()
    assert len(lines) == 2
    assert all(re.fullmatch(r"::error title=dlbench%3A (regressed|broke)::[^\r\n]+", line) for line in lines)
    assert "<img" not in render(checked, "markdown")
    for format in ("terminal", "markdown", "junit", "github", "json"):  # noqa: A001
        assert not [char for char in render(checked, format) if not char.isprintable() and char != "\n"]


def test_no_format_holds_a_command_that_may_stand_anywhere_in_a_line() -> None:
    name = "##vso[task.complete]x ##[error]y"
    checked = made(replace(outcome("regressed", name), task=name, reason=name))
    for format in ("terminal", "markdown", "junit", "github", "json"):  # noqa: A001
        assert "##" not in render(checked, format).replace("## ", "").replace("### ", "")
    assert json.loads(render(checked, "json"))["outcomes"][0]["contestant"] == name


def test_commands_are_escaped_as_github_asks() -> None:
    assert command("error", "a:b,c", "50 %\r\n::x") == "::error title=a%3Ab%2Cc::50 %25\\r ::x"


def test_at_most_ten_annotations_of_a_kind() -> None:
    lines = render(made(*(outcome("regressed", number=n) for n in range(40))), "github").splitlines()
    assert len(lines) == 10
    assert "31 more cells" in lines[-1]


def test_a_comment_is_never_too_long() -> None:
    checked = made(*(outcome(OUTCOMES[n % 5], f"contestant {n}" + "x" * 80, n) for n in range(3000)))
    text = render(checked, "markdown")
    assert len(text) < LONGEST
    assert text.startswith(MARK)
    assert "more lines are left out" in text
    assert text.count("<details>") == text.count("</details>")


def _told(checked: Check, form: str, files: Mapping[Path, str] | None = None) -> str:
    @click.command()
    def telling() -> None:
        tell(checked, form, files or {})

    done = CliRunner().invoke(telling, catch_exceptions=False)
    return done.output


def test_a_github_job_gets_summary_and_annotations_and_reads_no_command_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    hostile = made(replace(outcome("regressed"), task="::add-mask::x"))
    lines = _told(hostile, "terminal").splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    end = lines.index(f"::{token}::")
    assert [line for line in lines[end + 1 :] if not line.startswith("::error title=")] == []
    assert len(lines) > end + 1
    assert summary.read_text().startswith("before\n" + MARK)


def test_files_are_written_by_their_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    files = [tmp_path / name for name in ("check.md", "check.json", "check.xml")]
    _told(EVERY, "terminal", dict(zip(files, ("markdown", "json", "junit"), strict=True)))
    assert files[0].read_text().startswith(MARK)
    assert json.loads(files[1].read_text())["exit_code"] == 1
    assert ElementTree.parse(files[2]).getroot().tag == "testsuites"


def test_age_and_mismatches_are_named() -> None:
    game = Game("digits", [Player("svm", "classic", 0.9)])
    before = baseline(made_run([game], machine="one", hardware={"backend": "jax"}, git={"dirty": True}))
    later = made_run(
        [game], run="run-2", finished="2026-03-01T00:00:00Z", machine="two", hardware={"backend": "tensorflow"},
        versions={"dlbench": "0.2.0"},
    )  # fmt: skip
    told = " ".join(check(later, before).origin)
    for part in (
        "2026-01-02, 57 days",
        "dlbench 0.1.0 → 0.2.0",
        "Another machine",
        "jax → tensorflow",
        "not committed",
    ):
        assert part in told
    assert told in render(check(later, before), "terminal", width=2000).replace("\n  ", " ")


@pytest.mark.parametrize(
    "arguments",
    [["x"], ["x", "--baseline", "b", "--against-ref", "main"], ["x", "--baseline", "b", "-o", "check.html"]],
)
def test_what_cannot_be_meant_is_refused_before_anything_runs(arguments: list[str]) -> None:
    done = CliRunner().invoke(verb, arguments)
    assert done.exit_code == 2
    assert "expected" in done.output


def test_flags_of_a_comparison_with_a_revision_reach_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def against(suite: str, revision: str, **given: Any) -> Check:
        asked.update(given, suite=suite, revision=revision)
        return made(outcome("pass"))

    monkeypatch.setattr("dlbench.api.check_against", against)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    flags = ["--run-flags", "--seeds 5 --set 'search.epochs=3'", "--pip-flags", "--no-index", "--allow-code"]
    done = CliRunner().invoke(
        verb, ["s.yaml", "--against-ref", "main", *flags, "--share-packages", "--margin", "rmse=2%"]
    )
    assert done.exit_code == 0
    assert (asked["suite"], asked["revision"], asked["share"]) == ("s.yaml", "main", True)
    assert asked["run_flags"] == ["--seeds", "5", "--set", "search.epochs=3", "--allow-code"]
    assert asked["pip_flags"] == ["--no-index"]
    assert asked["margins"] == {"rmse": {"relative": 0.02}}
