"""Rows that are on both sides of a split, and rows whose order is that of time, are pointed out."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlbench.core import catalog
from dlbench.datasets.own_table import OwnTable

ROWS = 60


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def lines(count: int, shift: int = 0) -> list[str]:
    return [f"{i},{(i + shift) * 37 % 101},{'rgb'[i % 3]},{'no' if i * 7 % 5 < 2 else 'yes'}" for i in range(count)]


def warning(folder: Path, rows: list[str], tested: list[str] | None = None, **more: Any) -> str:
    (folder / "t.csv").write_text("\n".join(["id,x,c,y", *rows]) + "\n")
    params = {"csv": str(folder / "t.csv"), "target": "y", **more}
    if tested is not None:
        (folder / "test.csv").write_text("\n".join(["id,x,c,y", *tested]) + "\n")
        params["test"] = str(folder / "test.csv")
    found = catalog.dataset("csv")
    assert isinstance(found, OwnTable)
    return str(found.inferred(params)[0]["warning"])


def test_test_rows_that_stand_in_the_training_file_are_counted(tmp_path: Path) -> None:
    rows = lines(ROWS)
    copies = [f"9{row}" for row in rows[:7]]  # under another number, which is no feature
    assert warning(tmp_path, rows, [*copies, "900,1000,r,no"]).startswith("7 of 8 test rows stand in the training file")
    assert warning(tmp_path, rows, ["900,1000,r,no", "901,-3.5,g,yes"]) == ""
    assert warning(tmp_path, rows, rows).startswith(f"{ROWS} of {ROWS} test rows")


def test_rows_that_stand_there_twice_are_counted_where_folds_are_drawn(tmp_path: Path) -> None:
    rows = lines(ROWS)
    found = warning(tmp_path, [*rows, *(f"9{row}" for row in rows[:6])])
    assert found.startswith(f"12 of {ROWS + 6} rows stand there more than once (18.2%)")
    assert "group_column" in found
    assert warning(tmp_path, rows) == ""
    assert warning(tmp_path, [*rows, *(f"9{row}" for row in rows[:6])], group_column="c") == ""


@pytest.mark.parametrize("back", [False, True])
def test_rows_in_the_order_of_their_dates_are_pointed_out(tmp_path: Path, back: bool) -> None:
    days = [(date(2020, 1, 1) + timedelta(days=i)).isoformat() for i in range(ROWS)]
    days = days[::-1] if back else days

    def warned(days: list[str], **more: Any) -> str:
        (tmp_path / "t.csv").write_text(
            "day,x,y\n" + "".join(f"{day},{i * 37 % 41},{i * 29 % 53}.5\n" for i, day in enumerate(days))
        )
        found = catalog.dataset("csv")
        assert isinstance(found, OwnTable)
        told = found.inferred({"csv": str(tmp_path / "t.csv"), "target": "y", **more})
        return next(str(one["warning"]) for one in told if one["column"] == "day")

    assert "write `time_column: day`" in warned(days)
    assert warned(days, time_column="day") == ""
    assert warned([*days[1:], days[0]]) == ""
    assert warned([*days[:-1], days[-2]]) == ""
