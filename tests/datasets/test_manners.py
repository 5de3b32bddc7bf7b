"""Numbers and dates as tables write them: whatever the manner, the same values are read."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.datasets import fast_delimited
from dlbench.datasets.date_forms import form_of
from dlbench.datasets.manners import SHAPES, Manner, manner_of
from dlbench.datasets.own_table import OwnTable
from dlbench.datasets.time_table import read as read_series

ROWS = 60
VALUES = [round((i * 7919 % 1000 - 400) * 37.25, 2) for i in range(ROWS)]
LABELS = ["no" if i * 7 % 5 < 2 else "yes" for i in range(ROWS)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def written(value: float, thousands: str, decimal: str, before: str = "", behind: str = "") -> str:
    text = f"{abs(value):,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    return f"{'-' if value < 0 else ''}{before}{text}{behind}"


def table(folder: Path, **columns: list[Any]) -> str:
    columns.setdefault("y", LABELS)
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    path = folder / "table.csv"
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in rows))
    return str(path)


def own() -> OwnTable:
    found = catalog.dataset("csv")
    assert isinstance(found, OwnTable)
    return found


def told(path: str, **more: Any) -> dict[str, dict[str, Any]]:
    return {one["column"]: one for one in own().inferred({"csv": path, "target": "y", **more})}


@pytest.mark.parametrize(("thousands", "decimal"), SHAPES)
@pytest.mark.parametrize(("before", "behind"), [("", ""), ("$", ""), ("€ ", ""), ("", "%"), ("", " kg")])
def test_a_feature_and_a_target_are_read_in_any_manner(
    tmp_path: Path, thousands: str, decimal: str, before: str, behind: str
) -> None:
    texts = [written(value, thousands, decimal, before, behind) for value in VALUES]
    path = table(tmp_path, x=texts)
    data = own().load({"csv": path, "target": "y"})
    assert data.inputs.numbers.ravel().tolist() == VALUES  # type: ignore[union-attr]
    path = table(tmp_path, x=[i * i % 7 for i in range(ROWS)], y=texts)
    assert own().problems({"csv": path, "target": "y"}) == []
    assert own().load({"csv": path, "target": "y"}).target.tolist() == VALUES
    assert own().load({"csv": path, "target": "y", "target_type": "values"}).target.tolist() == VALUES


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)), min_size=1), st.sampled_from(SHAPES))
def test_what_is_written_in_one_manner_is_read_in_it(values: list[float], shape: tuple[str, str]) -> None:
    manner = Manner("", *shape)
    assert [manner(written(value, *shape)) for value in values] == values


@pytest.mark.parametrize(
    "words",
    [
        ["a1", "a2"], ["12:30", "13:45"], ["1.2.3", "1.2.4"], ["10-20", "20-30"], ["1st", "2nd"], ["192.168.1.1"],
        ["1,2,3", "4,5,6"], ["5'11", "6'2"], ["A$1", "B$2"], ["1_000", "2_000"],
    ],
)  # fmt: skip
def test_what_is_no_number_stays_a_word(words: list[str]) -> None:
    assert manner_of(words) is None


def test_one_manner_goes_for_the_whole_column_and_for_the_test_file(tmp_path: Path) -> None:
    path = table(tmp_path, x=[written(value, ".", ",") for value in VALUES])
    test = tmp_path / "test.csv"
    test.write_text("x;y\n1.234;no\n2,5;yes\n3.5;no\n")
    data = own().load({"csv": path, "test": str(test), "target": "y"})
    np.testing.assert_array_equal(data.inputs.numbers[-3:].ravel(), [1234.0, 2.5, np.nan])  # type: ignore[union-attr]
    warning = told(path, test=str(test))["x"]["warning"]
    assert "33.3% of the test file's values are no number as the training file writes them, such as '3.5'" in warning


def test_what_was_asked_to_be_a_number_and_is_none_is_told_and_refused(tmp_path: Path) -> None:
    half = table(tmp_path, x=["1,5" if i % 2 else f"a{i % 7}" for i in range(ROWS)], z=VALUES)
    found = told(half, columns={"x": "number"})["x"]
    assert found["kind"] == "number"
    assert "50.0% of its values are no number, such as 'a0': read as missing" in found["warning"]
    few = table(tmp_path, x=["oops", *range(1, ROWS)], z=VALUES)
    assert told(few, columns={"x": "number"})["x"]["warning"] == ""
    none = table(tmp_path, x=["red", "blue"] * (ROWS // 2), z=VALUES)
    for kind in ("number", "date"):
        (problem,) = own().problems({"csv": none, "target": "y", "columns": {"x": kind}})
        assert f"columns: x: {kind}: none of its values is one, such as 'red'" in problem


def test_texts_that_begin_like_numbers_are_no_identifier_in_silence(tmp_path: Path) -> None:
    path = table(tmp_path, x=[f"{i}:{i % 7}/{i}" for i in range(ROWS)], z=VALUES)
    found = told(path)["x"]
    assert "identifier" not in found["why"]
    assert "'0:0/0' is no number" in found["warning"]


@pytest.mark.parametrize("fast", [False, True])
def test_infinite_targets_are_missing_and_told(tmp_path: Path, fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if fast:
        pytest.importorskip("pyarrow")
        monkeypatch.setattr(fast_delimited, "LARGE", 0)
    path = table(tmp_path, x=[i * i % 7 for i in range(ROWS)], y=["inf", *VALUES[1:]])
    assert "read as missing" in told(path)["y"]["why"]
    assert len(own().load({"csv": path, "target": "y"})) == ROWS - 1


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%b %d, %Y"])
def test_one_odd_word_leaves_a_date_a_date(tmp_path: Path, form: str) -> None:
    days = [date(2020, 1, 1) + timedelta(days=3 * i) for i in range(ROWS)]
    texts = [day.strftime(form) for day in days]
    path = table(tmp_path, d=[*texts[:5], "unknown", *texts[6:]])
    found = told(path)["d"]
    assert (found["kind"], found["why"]) == ("date", "mostly dates; 'unknown' read as missing")
    data = own().load({"csv": path, "target": "y"}).inputs
    place = [column.name for column in data.columns].index("d day")  # type: ignore[union-attr]
    wanted = [float((day - date(1970, 1, 1)).days) for day in days]
    wanted[5] = float("nan")
    np.testing.assert_array_equal(data.numbers[:, place], wanted)  # type: ignore[union-attr]


def test_too_many_odd_words_make_a_category(tmp_path: Path) -> None:
    days = [(date(2020, 1, 1) + timedelta(days=i)).isoformat() for i in range(ROWS)]
    path = table(tmp_path, d=["unknown" if i % 10 == 0 else day for i, day in enumerate(days)])
    assert told(path)["d"]["kind"] == "category"
    assert form_of(["2020-01-01", "b"], [1, 1], 0.95) is None


def test_a_series_is_read_in_any_manner(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    days = [(date(2020, 1, 1) + timedelta(days=i)).isoformat() for i in range(ROWS)]
    texts = [f"{written(value, '.', ',')}" for value in VALUES]
    texts[4] = "inf"
    path.write_text("day;sales\n" + "".join(f"{day};{text}\n" for day, text in zip(days, texts, strict=True)))
    found = read_series(path, "sales", "day")
    assert found.values[:, 0].tolist() == [*VALUES[:4], VALUES[3], *VALUES[5:]]
