"""`dlbench init` and `dlbench run DATA`: from a file and a column to a suite."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dlbench import own
from dlbench.cli.leaving import exit_code
from dlbench.core.errors import DataError, UsageError
from dlbench.suite import load_suite

ROWS = "x,c,y,z\n" + "".join(f"{i * i % 7},{'rgb'[i % 3]},{'no' if i % 3 else 'yes'},{i / 4}\n" for i in range(40))


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "my table.csv"
    path.write_text(ROWS)
    return path


def test_the_suite_of_a_file_asks_what_its_target_asks(data: Path) -> None:
    classes, values = load_suite(own.suite(data, "y")), load_suite(own.suite(data, "z"))
    assert classes.tasks[0].type == "tabular_classification"
    assert values.tasks[0].type == "tabular_regression"
    assert {"majority", "logistic", "mlp"} <= {entry.label for entry in classes.models}
    assert {"mean", "ridge", "mlp"} <= {entry.label for entry in values.models}
    assert classes.name == "my-table"


@pytest.mark.parametrize("target", ["y", "z", "0", "-1"])
def test_what_init_writes_loads_and_means_the_suite_of_a_run(data: Path, target: str, tmp_path: Path) -> None:
    (tmp_path / "test file.csv").write_text(ROWS[:200].rpartition("\n")[0])
    for test in ([], ["--test", "test file.csv"]):
        out = tmp_path / f"suite{len(test)}.yaml"
        assert exit_code(["init", str(data), "--target", target, "-o", str(out), *test]) == 0
        text = out.read_text()
        assert "# columns:" in text
        assert str(tmp_path) not in text
        written, made = load_suite(out), load_suite(own.suite(data, target, test=test[1] if test else None))
        assert written.tasks == made.tasks
        assert written.models == made.models
        assert (written.search, written.protocol, written.policy) == (made.search, made.protocol, made.policy)


def test_marks_taken_off_overrule_what_is_inferred(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "suite.yaml"
    assert exit_code(["init", str(data), "--target", "y", "-o", str(out)]) == 0
    lines = [line.replace("# columns:", "columns:").replace("#   ", "  ") for line in out.read_text().splitlines()]
    out.write_text("\n".join(lines).replace('"x": number', '"x": category'))
    assert load_suite(out).tasks[0].dataset_params["columns"] == {"x": "category", "c": "category", "z": "number"}


def test_names_that_yaml_could_misread_are_kept(tmp_path: Path) -> None:
    odd = ["yes: no", "# a", "{x}", "ünï\x85code", "é'\"", "123"]
    path = tmp_path / "odd, 'name' #1.csv"
    rows = (",".join(str(i * (j + 2) % 7) for j in range(len(odd))) for i in range(40))
    header = ",".join('"' + name.replace('"', '""') + '"' for name in odd)
    path.write_text(header + "\n" + "\n".join(rows), encoding="utf-8")
    text = own.written(own.suite(path, odd[0]), tmp_path)
    held = yaml.safe_load(text)
    assert held["tasks"][0]["dataset"] == {"csv": path.name, "target": odd[0]}
    uncommented = "\n".join(line.replace("# columns:", "columns:").replace("#   ", "  ") for line in text.split("\n"))
    assert list(yaml.safe_load(uncommented)["tasks"][0]["dataset"]["columns"]) == odd[1:]


def test_a_file_that_is_there_is_not_written_over(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "suite.yaml"
    out.write_text("mine")
    assert exit_code(["init", str(data), "--target", "y", "-o", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert exit_code(["init", str(data), "--target", "y", "-o", str(out), "--force"]) == 0


def test_without_a_target_the_columns_are_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", str(data)]) == 2
    assert "--target: y, x, c" in capsys.readouterr().err.replace("z, x, c, y", "y, x, c")
    with pytest.raises(UsageError, match="which column"):
        own.suite(data, None)


def test_a_target_goes_with_a_file_of_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["run", "quick", "--target", "y"]) == 2
    assert "'quick' is none" in capsys.readouterr().err


def test_a_dry_run_tells_the_columns_and_the_plan(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", str(data), "--target", "y", "--dry-run", "--model", "logistic", "--model", "ridge", "--folds", "2"]
    assert exit_code(words) == 0
    said = capsys.readouterr().out
    assert "taken for" in said
    assert "3 levels" in said
    assert "logistic" in said
    assert "ridge" not in said
    assert [path.name for path in data.parent.iterdir()] == [data.name]


def test_large_files_are_searched_on_fewer_rows_and_given_more_memory(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "rows" not in own.suite(data, "y")["search"]
    monkeypatch.setattr(own, "SEARCH_ROWS", 2)
    monkeypatch.setattr(own, "_LEAST_MEMORY", 10)
    made = own.suite(data, "y")
    assert made["search"]["rows"] == 2
    assert made["policy"]["memory"] % 2**30 == 0
    assert load_suite(made).policy.memory == made["policy"]["memory"]


def test_words_that_are_no_files_are_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick").mkdir()
    assert not any(own.is_data(word) for word in ("quick", "none", "suite.yaml", "a\0b", ""))
    assert all(own.is_data(word) for word in ("none.csv", "none.csv.gz", "none.PARQUET"))
    with pytest.raises(DataError, match="no such file"):
        own.suite("none.csv", "y")
