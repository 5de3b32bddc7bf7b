"""A file that is damaged: before the run nothing is written, while it runs each job leaves a record with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import dlbench
from dlbench.core.errors import DlbenchError
from dlbench.engine.events import RunOpened
from dlbench.store import Store

ROWS = [f"{i * 37 % 23 / 4},{'rgb'[i * i % 3]},{i},{'yes' if i * 7 % 5 < 2 else 'no'}" for i in range(60)]
HEAD = "x,c,id,y"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def suite(path: Path) -> dlbench.Suite:
    path.write_text("\n".join([HEAD, *ROWS]) + "\n")
    content = {
        "name": "own",
        "tasks": [{"dataset": {"csv": str(path)}, "target": "y"}],
        "models": ["majority"],
        "search": {"oracle": "none"},
        "protocol": {"folds": 2},
    }
    return dlbench.load_suite(content)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda path: path.unlink(), "t.csv"),
    "empty": (lambda path: path.write_text(""), "the file is empty"),
    "ragged": (lambda path: path.write_text("\n".join([HEAD, *ROWS, "1,2"])), "t.csv:62: 2 fields, expected 4"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 9), "t.csv"),
    "without its target": (lambda path: path.write_text("\n".join(["x,c,id,z", *ROWS])), "no column 'y'"),
    "one class": (lambda path: path.write_text(path.read_text().replace("yes", "no")), "only one class, 'no'"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_damaged_before_the_run_is_refused_and_nothing_is_written(tmp_path: Path, damage: str) -> None:
    path, root = tmp_path / "t.csv", tmp_path / "results"
    loaded = suite(path)
    harm, words = DAMAGE[damage]
    harm(path)
    with pytest.raises(DlbenchError) as caught:
        dlbench.run(loaded, output=root)
    assert words in str(caught.value)
    assert not root.exists() or not any(root.iterdir())


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_damaged_while_it_runs_leaves_records_with_the_reason(tmp_path: Path, damage: str) -> None:
    path, root = tmp_path / "t.csv", tmp_path / "results"
    harm, _ = DAMAGE[damage]

    def listener(event: object) -> None:
        if isinstance(event, RunOpened):
            harm(path)

    outcome = dlbench.run(suite(path), output=root, listener=listener)
    assert outcome.exit_code == 3
    store = Store(root)
    entries = outcome.folder.attempts()
    assert len(entries) == 2
    for key, entry in entries.items():
        record = store.record("jobs", key, entry["attempt"])
        assert record["status"] != "ok"
        assert f"{path} changed after the run was planned" in record["reason"]
        assert "Traceback" not in record["reason"]
        assert not record.get("scores")


def test_what_was_inferred_stands_in_every_record_of_a_job(tmp_path: Path) -> None:
    outcome = dlbench.run(suite(tmp_path / "t.csv"), output=tmp_path / "results")
    store = Store(tmp_path / "results")
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    assert [record["inferred"] for record in found] == 2 * [
        {"target": ["y"], "number": ["x"], "category": ["c"], "drop": ["id"]}
    ]
    json.dumps(found)
