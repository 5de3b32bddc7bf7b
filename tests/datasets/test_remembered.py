from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlbench.datasets.folders import cache_folder
from dlbench.datasets.remembered import file_digest, remembered

HOUR_AGO = 3600


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dlbench"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    write(path, "a")
    return path


def write(path: Path, text: str, age: float = HOUR_AGO) -> None:
    path.write_text(text)
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))


def ask(path: Path, purpose: str = "file") -> tuple[str, int]:
    calls: list[int] = []
    value = remembered(purpose, [path], lambda: calls.append(1) or file_digest(path))  # type: ignore[func-returns-value]
    return value, len(calls)


def test_an_unchanged_file_is_hashed_once_a_purpose(file: Path) -> None:
    assert [ask(file)[1], ask(file)[1], ask(file, "other")[1], ask(file)[1]] == [1, 0, 1, 0]
    assert ask(file)[0] == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"  # FIPS 180 of "a"


def test_a_changed_file_is_hashed_again(file: Path) -> None:
    before = ask(file)[0]
    write(file, "b", age=10)
    assert ask(file)[0] != before


def test_a_file_just_written_is_not_believed(file: Path) -> None:
    write(file, "b", age=0)
    assert ask(file)[1] == ask(file)[1] == 1


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"x": 1}', "\udcff"])
def test_a_broken_cache_only_costs_time(file: Path, cache: Path, content: str) -> None:
    cache.mkdir(parents=True)
    (cache / "hashes.json").write_bytes(content.encode(errors="surrogateescape"))
    assert [ask(file)[1], ask(file)[1]] == [1, 0]
    assert [path.name for path in cache.iterdir()] == ["hashes.json"]


def test_a_cache_that_cannot_be_written_only_costs_time(file: Path, cache: Path) -> None:
    cache.parent.write_text("a file where the folder should be")
    assert [ask(file)[1], ask(file)[1]] == [1, 1]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ask(tmp_path / "none")


def test_the_cache_lies_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_folder() == tmp_path / "cache" / "dlbench"
    for value in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert cache_folder() == tmp_path / ".cache" / "dlbench"
