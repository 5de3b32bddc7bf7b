"""Published tables: found where DLBENCH_DATA_DIR says, named, with their official test part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlbench.core import catalog
from dlbench.core.errors import DataError, DataUnavailable

PERSON = "{age}, Private, 77516, Bachelors, 13, Never-married, Sales, Own-child, White, {sex}, 0, 0, 40, ?, {income}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "adult").mkdir()
    return tmp_path / "adult"


def people(count: int, stop: str) -> str:
    return "".join(
        PERSON.format(age=20 + i, sex=("Male", "Female")[i % 2], income=("<=50K", ">50K")[i % 3 == 0] + stop)
        for i in range(count)
    )


def test_the_rows_of_the_test_file_are_the_official_test_part(folder: Path) -> None:
    (folder / "adult-train.csv").write_text(people(12, ""))
    (folder / "adult-test.csv").write_text(people(6, "."))
    data: Any = catalog.dataset("adult").load({})
    assert data.classes == ("<=50K", ">50K")
    assert data.test.tolist() == [False] * 12 + [True] * 6
    assert data.target.tolist() == [1, 0, 0] * 6
    assert {"age", "sex"} <= {column.name for column in data.inputs.columns}


def test_a_changed_test_file_changes_the_identity(folder: Path) -> None:
    adult = catalog.dataset("adult")
    published = adult.identity({})
    (folder / "adult-train.csv").write_text(people(12, ""))
    assert adult.identity({}) == published  # half of it is not the dataset
    (folder / "adult-test.csv").write_text(people(6, "."))
    here = adult.identity({})
    (folder / "adult-test.csv").write_text(people(7, "."))
    assert len({str(identity) for identity in (published, here, adult.identity({}))}) == 3


def test_files_that_are_not_here_are_named(folder: Path) -> None:
    with pytest.raises(DataUnavailable, match=r"adult/adult-train\.csv and adult/adult-test\.csv"):
        catalog.dataset("adult").load({})


def test_another_table_under_that_name_is_refused(folder: Path) -> None:
    for name in ("adult-train.csv", "adult-test.csv"):
        (folder / name).write_text("1,2,a\n3,4,b\n")
    with pytest.raises(DataError, match="3 columns, the published adult has 15"):
        catalog.dataset("adult").load({})
