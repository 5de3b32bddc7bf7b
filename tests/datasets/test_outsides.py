"""The outside of own files: remarks before the header, sheets of a workbook, series too short for their folds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlbench.core import catalog
from dlbench.core.errors import SuiteError
from dlbench.datasets import fast_delimited
from dlbench.datasets.own_table import OwnTable
from dlbench.suite import load_suite

ROWS = 40
BODY = "".join(f"{i * i % 7}|{i}.5|{'no' if i * 7 % 5 < 2 else 'yes'}\n" for i in range(ROWS))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def own(name: str = "csv") -> OwnTable:
    found = catalog.dataset(name)
    assert isinstance(found, OwnTable)
    return found


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("# made by a tool, v2\n# on a Monday\na|b|y\n", ["a", "b"]),
        ("# one\na|b|y\n", ["a", "b"]),
        ("\ufeff# one\na|b|y\n", ["a", "b"]),
        ("# one\n#a|b|y\n", ["#a", "b"]),
        ("#a|b|y\n", ["#a", "b"]),
    ],
)
def test_remarks_before_the_header_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fast: bool, head: str, names: list[str]
) -> None:
    if fast:
        pytest.importorskip("pyarrow")
        monkeypatch.setattr(fast_delimited, "LARGE", 0)
    path = tmp_path / "t.csv"
    path.write_text(head + BODY)
    data = own().load({"csv": str(path), "target": "y"})
    assert [column.name for column in data.inputs.columns] == names  # type: ignore[union-attr]
    assert data.inputs.numbers.shape == (ROWS, 2)  # type: ignore[union-attr]
    assert data.inputs.numbers[3].tolist() == [2.0, 3.5]  # type: ignore[union-attr]


def test_lines_are_counted_from_the_start_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("# one\n# two\na|b|y\n" + BODY + "1|2\n")
    (problem,) = own().problems({"csv": str(path), "target": "y"})
    assert f"t.csv:{ROWS + 4}: 2 fields, expected 3" in problem


def book(folder: Path, **sheets: list[list[Any]]) -> str:
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(folder / "t.xlsx")
    return str(folder / "t.xlsx")


TABLE = [["a", "y"], *([i * i % 7, "no" if i * 7 % 5 < 2 else "yes"] for i in range(ROWS))]


def test_the_sheet_that_has_the_target_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, readme=[["hello"], ["there"]], data=[[], [None], *TABLE])
    assert len(own("excel").load({"excel": path, "target": "y"})) == ROWS
    (problem,) = own("excel").problems({"excel": path, "target": "z"})
    assert "no sheet has a column 'z' in its first row: name one of 'readme', 'data' by `sheet`" in problem
    assert own("excel").problems({"excel": path, "target": "y", "sheet": "readme"})


def test_the_first_of_several_sheets_with_the_target_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, one=TABLE, two=TABLE[: ROWS // 2])
    assert len(own("excel").load({"excel": path, "target": "y"})) == ROWS


@pytest.mark.parametrize("more", [{"horizon": 500}, {"horizon": 30}, {"context": 90}])
def test_a_series_too_short_for_its_folds_is_refused_when_the_suite_is_loaded(
    tmp_path: Path, more: dict[str, int]
) -> None:
    path = tmp_path / "s.csv"
    path.write_text("day,sales\n" + "".join(f"{1000 + i},{i * 7 % 11}\n" for i in range(100)))
    task = {"dataset": {"series": str(path), "target": "sales", "time": "day", "season": 1, "horizon": 2, **more}}
    content = {"name": "s", "tasks": [task], "models": ["seasonal_naive"], "protocol": {"folds": 2}}
    with pytest.raises(SuiteError, match="100 steps are too few for 2 folds"):
        load_suite(content)
    task["dataset"] = {**task["dataset"], "horizon": 2, "context": 4}
    assert load_suite(content).tasks
