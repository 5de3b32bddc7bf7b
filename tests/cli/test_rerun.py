"""`dlbench rerun`: equal to the digit, or why not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dlbench import api
from dlbench.cli.leaving import exit_code
from dlbench.core.canonical import digest
from dlbench.core.errors import DataError, UsageError
from dlbench.engine.alone import Repeated
from dlbench.engine.recorded_job import RecordedJob, find_job
from dlbench.store import read_record

SUITE = {
    "name": "again", "description": "x", "tasks": ["iris"], "models": ["logistic", "greedy_ensemble"],
    "search": {"trials": 2}, "protocol": {"folds": 2},
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("again") / "results"
    api.run(api.load_suite(SUITE), output=folder, jobs=1)
    return folder


def altered(job: RecordedJob, **changes: object) -> None:
    """Change a record, its digest with it."""
    path = job.folder / "record.json"
    record = {**read_record(path), **changes}
    record["digest"] = digest({name: value for name, value in record.items() if name != "digest"})
    path.write_text(json.dumps(record))


@pytest.mark.parametrize("model", ["logistic", "greedy_ensemble"])
def test_a_job_comes_out_equal_to_the_digit(model: str, results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["rerun", f"again:iris {model} fold 1/2", "--output-dir", str(results)]) == 0
    told = capsys.readouterr().out
    assert "equal to the digit" in told
    assert "prediction values" in told


def test_a_key_will_do_and_the_repetition_can_be_kept(results: Path) -> None:
    job = find_job("again:iris logistic fold 2/2", results)
    again = api.rerun(f"again:{job.record['key'][:10]}", output=results, keep=True)
    assert (again.exit_code, again.attempt) == (0, 2)
    assert job.store.record("jobs", job.record["key"], 2)["scores"] == job.record["scores"]
    assert find_job("again:iris logistic fold 2/2", results).record["attempt"] == 1


def test_what_another_version_or_a_failure_gives_is_not_kept_under_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.run(api.load_suite({**SUITE, "models": ["logistic"]}), output=tmp_path, jobs=1)
    job, name = find_job("again:iris logistic fold 1/2", tmp_path), "again:iris logistic fold 1/2"
    with monkeypatch.context() as patched:
        patched.setattr("dlbench.engine.rerun.keyed", lambda spec: replace(spec, key="0" * 32))
        with pytest.raises(UsageError, match="cannot be kept under the key"):
            api.rerun(name, output=tmp_path, keep=True)
    broken = Repeated({"status": "timeout", "reason": "too long"}, tmp_path, tmp_path)
    monkeypatch.setattr("dlbench.engine.rerun.repeat", lambda *_: broken)
    again = api.rerun(name, output=tmp_path, keep=True)
    assert (again.exit_code, again.attempt) == (3, None)
    assert job.store.find("jobs", job.record["key"])["attempt"] == 1


def test_another_number_is_told_with_the_cause_that_is_known(tmp_path: Path) -> None:
    api.run(api.load_suite({**SUITE, "models": ["logistic"]}), output=tmp_path, jobs=1)
    job = find_job("again:iris logistic fold 1/2", tmp_path)
    environment = {**job.record["environment"], "machine": "another"}
    altered(job, scores={**job.record["scores"], "accuracy": {"value": 0.0, "version": "x"}}, environment=environment)
    again = api.rerun("again:iris logistic fold 1/2", output=tmp_path)
    assert again.exit_code == 4
    assert [row.what for row in again.rows if not row.equal] == ["accuracy"]
    assert again.causes == ("another machine",)


def test_unknown_and_unfinished_names_are_refused_with_the_nearest(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["rerun", "again:iris logistik fold 1/2", "--output-dir", str(results)]) == 2
    assert "'iris logistic fold 1/2'" in capsys.readouterr().err
    assert exit_code(["rerun", "again", "-o", str(results)]) == 2
    assert "RUN:JOB" in capsys.readouterr().err


def test_a_record_without_its_order_is_refused(tmp_path: Path) -> None:
    api.run(api.load_suite({**SUITE, "models": ["logistic"]}), output=tmp_path, jobs=1)
    job = find_job("again:iris logistic fold 1/2", tmp_path)
    altered(job, spec=None)
    with pytest.raises(UsageError, match="kept no order"):
        api.rerun("again:iris logistic fold 1/2", output=tmp_path)


def test_changed_data_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    rows = [f"{i},{i % 3},{'ab'[i % 2]}" for i in range(40)]
    table.write_text("\n".join(["x,y,label", *rows]) + "\n")
    task = {"dataset": {"csv": str(table), "target": "label"}, "as": "t"}
    api.run(api.load_suite({**SUITE, "tasks": [task], "models": ["logistic"]}), output=tmp_path / "results", jobs=1)
    table.write_text("\n".join(["x,y,label", *rows[:-1]]) + "\n")
    with pytest.raises(DataError, match="changed"):
        api.rerun("again:t logistic fold 1/2", output=tmp_path / "results")
