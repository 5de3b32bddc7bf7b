"""`dlbench job`: slices of a plan that run apart and are joined."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dlbench import load_suite, plan
from dlbench.api import slices
from dlbench.cli.leaving import exit_code
from dlbench.core.errors import UsageError
from dlbench.slices import Slice

SUITE: dict[str, Any] = {
    "name": "sliced",
    "tasks": ["iris", "wine"],
    "models": ["majority", "logistic", "svm"],
    "search": {"oracle": "random", "trials": 2},
    "protocol": {"folds": 2},
}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DLBENCH_")]:
        monkeypatch.delenv(name)


def planned(**changes: Any) -> Any:
    return plan(load_suite({**SUITE, **changes}))


@pytest.mark.parametrize("of", [None, 1, 2, 5, 40])
def test_every_job_is_in_one_slice(of: int | None) -> None:
    whole = planned()
    cut = slices(whole, of)
    assert len(cut) == (of or 12)
    assert sorted(job.key for one in cut for job in one) == sorted(job.key for job in whole.jobs)


def test_slices_are_of_like_size() -> None:
    assert {len(one) for one in slices(planned(), 4)} == {3}


def test_jobs_that_share_a_search_are_in_one_slice() -> None:
    cut = slices(planned(protocol={"folds": 2, "seeds": 3}))
    searches = [{job.search_key for job in one if job.search_key} for one in cut]
    assert all(len(one) == 3 for one, keys in zip(cut, searches, strict=True) if keys)
    assert sum(map(len, searches)) == len(set().union(*searches))


def test_an_ensemble_is_with_the_searches_it_rests_on() -> None:
    whole = planned(models=["majority", "logistic", "svm", "greedy_ensemble"])
    assert any(job.needs for job in whole.jobs), "there is an ensemble"
    cut = slices(whole)
    for one in cut:
        held = {job.search_key for job in one}
        assert all(key in held for job in one for key in job.needs)
    assert sum(any(job.needs for job in one) for one in cut) == 4, "one slice a task and fold, not one for all"


def test_the_cut_does_not_change_as_jobs_are_finished(tmp_path: Path) -> None:
    suite = load_suite(SUITE)
    before = slices(plan(suite, output=tmp_path), 3)
    import dlbench

    dlbench.run(suite, output=tmp_path, part=(0, 3), jobs=1)
    assert slices(plan(suite, output=tmp_path), 3) == before


def test_a_slice_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="12 slices, numbered from 0 to 11"):
        Slice(12).jobs(planned().jobs)


def test_slices_in_folders_of_their_own_come_to_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sliced.yaml").write_text(json.dumps({**SUITE, "tasks": ["iris"], "search": {"oracle": "none"}}))
    assert exit_code(["job", "sliced.yaml", "--of", "2", "--count"]) == 0
    assert capsys.readouterr().out == "2\n"
    for index in "01":
        words = ["job", "sliced.yaml", "--of", "2", "--index", index, "-o", f"part{index}", "-j", "1", "-q"]
        assert exit_code(words) == 0
    assert exit_code(["merge", "part0", "part1", "-o", "all"]) == 0
    capsys.readouterr()
    assert exit_code(["run", "sliced.yaml", "-o", "all", "--no-progress"]) == 0
    told = capsys.readouterr().out
    assert "6 ok" in told
    assert len(list(Path("all/jobs").glob("*/*/record.json"))) == 6, "nothing was run again"


def test_without_an_index(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["job", "quick"]) == 2
    assert "--index N says which slice to run" in capsys.readouterr().err


def test_more_slices_than_groups_leaves_some_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sliced.yaml"
    path.write_text(json.dumps(SUITE))
    assert exit_code(["job", str(path), "--of", "40", "--index", "39", "-o", str(tmp_path / "out")]) == 0
    assert "empty; nothing to run" in capsys.readouterr().out
    assert not (tmp_path / "out" / "sliced").exists()
