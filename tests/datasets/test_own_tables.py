"""The user's own table in every shape in which it comes: what it is taken for, and what is made of it."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlbench.api import plan
from dlbench.core import catalog
from dlbench.datasets import fast_delimited
from dlbench.datasets.own_table import OwnTable
from dlbench.prepare.data import Data
from dlbench.suite import load_suite

ROWS = 40
LABELS = ["no" if i * 7 % 5 < 2 else "yes" for i in range(ROWS)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def reader(name: str = "csv") -> OwnTable:
    found = catalog.dataset(name)
    assert isinstance(found, OwnTable)
    return found


def table(folder: Path, name: str = "table.csv", **columns: list[Any]) -> str:
    columns.setdefault("y", LABELS)
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    path = folder / name
    path.write_text("\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n")
    return str(path)


def kinds(path: str, **more: Any) -> dict[str, str]:
    return {one["column"]: one["kind"] for one in reader().inferred({"csv": path, "target": "y", **more})}


def load(path: str, **more: Any) -> Data:
    params = {"csv": path, "target": "y", **more}
    assert reader().problems(params) == []
    return reader().load(params)


CYCLE = [i * i % 7 for i in range(ROWS)]
TAKEN: dict[str, tuple[list[Any], str]] = {
    "numbers": ([i / 4 for i in CYCLE], "number"),
    "spelled missing": ([["1", "N/A", "2.5", "nan", "NULL", "#N/A", "?"][i] for i in CYCLE], "number"),
    "missing among numbers": ([["1", "none", "2.5", "-", "3", "unknown", "."][i] for i in CYCLE], "number"),
    "infinite": ([["1", "inf", "2.5", "-inf", "3", "4", "5"][i] for i in CYCLE], "number"),
    "none is a level": ([["None", "Gravel", "Paved"][i % 3] for i in CYCLE], "category"),
    "words": (["rgb"[i % 3] for i in CYCLE], "category"),
    "days": ([f"2020-0{i + 1}-15" for i in CYCLE], "date"),
    "moments": ([f"2020-01-15 0{i}:30:00" for i in CYCLE], "date"),
    "zones": ([f"2020-01-15T0{i}:30:00+02:00" for i in CYCLE], "date"),
    "german days": ([f"{i + 10}.03.2021" for i in CYCLE], "date"),
    "american days": ([f"03/{i + 10}/2021" for i in CYCLE], "date"),
    "years": ([1990 + i for i in CYCLE], "number"),
    "a row's number": (list(range(ROWS)), "number"),
    "user_id": (list(range(100, 100 + ROWS)), "drop"),
    "PassengerId": (list(range(ROWS)), "drop"),
    "names": ([f"Person {i}" for i in range(ROWS)], "drop"),
    "text": ([f"this is a long remark of number {i}" for i in range(ROWS)], "text"),
    "constant": (["same"] * ROWS, "drop"),
    "constant number": ([7] * ROWS, "drop"),
    "nothing": ([None] * ROWS, "drop"),
    "mostly numbers": ([*range(ROWS - 1), "oops"], "number"),
    "many levels": ([f"c{i // 2}" for i in range(ROWS)], "category"),
}


@pytest.mark.parametrize("fast", [False, True])
def test_columns_are_taken_for_what_they_are(tmp_path: Path, fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if fast:
        pytest.importorskip("pyarrow")
        monkeypatch.setattr(fast_delimited, "LARGE", 0)
    path = table(tmp_path, **{name: cells for name, (cells, _) in TAKEN.items()})
    assert kinds(path) == {"y": "target", **{name: kind for name, (_, kind) in TAKEN.items()}}


SPELLED = ["1", "2.5", "-3e2", "", "?", "none", "red", "a b", "2020-01-02", "2020-01-02 03:04:05", "'x'", "007"]
CELLS = st.lists(st.sampled_from(SPELLED), min_size=25, max_size=25)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELLS, CELLS)
def test_the_fast_reader_reads_what_the_strict_one_reads(tmp_path: Path, one: list[str], other: list[str]) -> None:
    pytest.importorskip("pyarrow")
    path = table(tmp_path, a=one, b=other, z=[i * i % 7 for i in range(25)], y=LABELS[:25])
    strict = load(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_delimited, "LARGE", 0)
        fast = load(path)
    assert fast.inputs.columns == strict.inputs.columns
    np.testing.assert_array_equal(fast.inputs.numbers, strict.inputs.numbers)
    assert fast.inputs.categories.tolist() == strict.inputs.categories.tolist()
    assert fast.target.tolist() == strict.target.tolist()


def test_the_fast_reader_reads_numbers_and_quoted_line_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(fast_delimited, "LARGE", 0)
    path = table(tmp_path, a=[i / 8 for i in range(ROWS)], b=[f'"l{i % 3}\nm"' for i in range(ROWS)])
    data = load(path)
    assert data.inputs.numbers.ravel().tolist() == [i / 8 for i in range(ROWS)]
    assert data.inputs.categories.ravel().tolist()[:2] == ["l0\nm", "l1\nm"]


@pytest.mark.parametrize(
    ("row", "words"), [("1,2,3", "3 fields"), ("1,\0b", "control character"), ('1,"no', "fields|only|unexpected")]
)
def test_what_the_fast_reader_cannot_read_the_strict_one_explains(
    tmp_path: Path, row: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path, x=CYCLE)
    Path(path).write_text(Path(path).read_text() + row + "\n")
    strict = reader().problems({"csv": path, "target": "y"})
    monkeypatch.setattr(fast_delimited, "LARGE", 0)
    Path(path).write_text(Path(path).read_text() + "\n")
    fast = reader().problems({"csv": path, "target": "y"})
    assert fast == strict
    assert not strict or any(word in strict[0] for word in words.split("|"))


def test_dates_become_day_month_weekday_and_hour(tmp_path: Path) -> None:
    cells = [f"2024-{i % 12 + 1:02}-{i % 28 + 1:02} {i % 24:02}:30" for i in range(ROWS)]
    data = load(table(tmp_path, when=cells))
    numbers = dict(zip([column.name for column in data.inputs.columns], data.inputs.numbers.T, strict=True))
    days = [date.fromisoformat(cell[:10]) for cell in cells]
    assert (numbers["when day"] // 1).tolist() == [(day - date(1970, 1, 1)).days for day in days]
    assert numbers["when month"].tolist() == [day.month for day in days]
    assert numbers["when weekday"].tolist() == [day.weekday() for day in days]
    assert numbers["when hour"].tolist() == [i % 24 for i in range(ROWS)]


def test_decimal_commas_are_numbers_where_another_separator_stands_between_fields(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b;y\n" + "".join(f"{i},5;{i};{LABELS[i]}\n" for i in range(ROWS)))
    assert load(str(path)).inputs.numbers[:, 0].tolist() == [i + 0.5 for i in range(ROWS)]


def test_free_text_is_counted_without_learning_from_other_rows(tmp_path: Path) -> None:
    remarks = [f"the quick brown fox jumps {i} times over" for i in range(ROWS)]
    whole = load(table(tmp_path, remark=remarks)).inputs.numbers
    changed = load(table(tmp_path, "other.csv", remark=[*remarks[:-1], "one two three four five six"])).inputs.numbers
    np.testing.assert_array_equal(whole[:-1], changed[:-1])
    assert whole[:, 0].tolist() == [len(remark) for remark in remarks]


def test_the_suite_overrules_what_is_inferred(tmp_path: Path) -> None:
    path = table(tmp_path, id=list(range(ROWS)), c=CYCLE, d=["1", "x"] * (ROWS // 2))
    asked = {"id": "number", "c": "category", "d": "number"}
    assert kinds(path, columns=asked) == {"y": "target", **asked}
    data = load(path, columns=asked)
    assert data.inputs.categories.ravel().tolist() == [str(i) for i in CYCLE]
    np.testing.assert_array_equal(data.inputs.numbers[:2], [[0, 1], [1, np.nan]])
    assert reader().identity({"csv": path}) != reader().identity({"csv": path, "columns": asked})
    problems = reader().problems({"csv": path, "target": "y", "columns": {"idd": "number", "c": "word"}})
    assert len(problems) == 2
    assert "did you mean 'id'?" in "".join(problems)
    assert "expected number, category, date, text or drop, got 'word'" in "".join(problems)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([label.upper() for label in LABELS], True),
        ([f"{label}{i % 2}" for i, label in enumerate(LABELS)], True),
        ([(3.5 if label == "yes" else 1.5) + i % 5 / 10 for i, label in enumerate(LABELS)], True),
        (CYCLE, False),
        (["abc"[i % 3] for i in range(ROWS)], False),
        ([f"c{i // 2}" for i in range(ROWS)], False),
    ],
)
def test_a_column_that_gives_the_answer_away_is_pointed_out_not_dropped(
    tmp_path: Path, cells: list[Any], found: bool
) -> None:
    path = table(tmp_path, x=cells, z=[i * i % 11 for i in range(ROWS)])
    warnings = {one["column"]: one["warning"] for one in reader().inferred({"csv": path, "target": "y"})}
    assert ("gives the answer away" in warnings["x"]) == found
    assert warnings["z"] == ""
    assert "x" in [column.name for column in load(path).inputs.columns]


def test_a_column_in_the_order_of_a_number_gives_it_away(tmp_path: Path) -> None:
    values = [i * 13 % 37 + i / 50 for i in range(ROWS)]
    path = table(tmp_path, log=[round(np.log1p(value), 9) for value in values], z=CYCLE, y=values)
    warned = [one["column"] for one in reader().inferred({"csv": path, "target": "y"}) if one["warning"]]
    assert warned == ["log"]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (b"1,a,0\n2,b,1\n3,a,0\n", ["x0", "x1"]),
        (b"M,0.4,15\nF,0.5,7\nM,0.6,9\n", ["x0", "x1"]),
        (b"a,b,c\nu,v,w\nx,v,z\n", ["a", "b"]),
        (b"a,b,c\n1,v,w\n2,v,z\n3,w,z\n", ["a", "b"]),
        (b"1990,1991,c\n1,5,w\n2,7,z\n", ["1990", "1991"]),
        (b"u,v,w\nu,v,z\nx,w,z\n", ["x0", "x1"]),
    ],
)
def test_a_header_is_told_from_data(tmp_path: Path, raw: bytes, names: list[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    taken = reader().inferred({"csv": str(path), "target": -1})
    assert [one["column"] for one in taken[1:]] == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("large", [fast_delimited.LARGE, 0])
def test_encodings_are_found_out(
    tmp_path: Path, encoding: str, packed: bool, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_delimited, "LARGE", large)
    text = "größe,y\n" + "".join(f"{'süß' if i % 3 else 'herb'},{LABELS[i]}\n" for i in range(ROWS))
    raw = ("\ufeff" if encoding == "utf-16-le" else "").encode("utf-16-le") + text.encode(encoding)
    path = tmp_path / ("t.csv.gz" if packed else "t.csv")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    data = load(str(path))
    assert [column.name for column in data.inputs.columns] == ["größe"]
    assert set(data.inputs.categories.ravel()) == {"süß", "herb"}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":", " ", "~"])
def test_any_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "t.csv"
    rows = [("a", "b", "y"), *((i, CYCLE[i], LABELS[i]) for i in range(ROWS))]
    path.write_text("\n".join(separator.join(map(str, row)) for row in rows))
    assert load(str(path)).inputs.shape == (2,)


def formats(folder: Path) -> dict[str, Path]:
    pa = pytest.importorskip("pyarrow")
    openpyxl = pytest.importorskip("openpyxl")
    from pyarrow import parquet

    numbers = [None if i == 3 else i / 4 for i in CYCLE]
    words = [None if i == 4 else "rgb"[i % 3] for i in CYCLE]
    days = [date(2020, 1 + i, 2) for i in CYCLE]
    rows = list(zip(numbers, words, days, LABELS, strict=True))
    paths = {name: folder / f"t.{name}" for name in ("csv", "tsv", "jsonl", "arff", "parquet", "xlsx")}
    for name, separator in (("csv", ","), ("tsv", "\t")):
        lines = [("n", "c", "d", "y"), *rows]
        paths[name].write_text(
            "\n".join(separator.join("" if cell is None else str(cell) for cell in row) for row in lines)
        )
    lines = [json.dumps({"n": n, "c": c, "d": d.isoformat(), "y": y}) for n, c, d, y in rows]
    paths["jsonl"].write_text("\n".join(lines))
    head = "@RELATION t\n% a remark\n@ATTRIBUTE n real\n@ATTRIBUTE c {r,g,b}\n"
    head += "@ATTRIBUTE 'd' DATE 'yyyy-MM-dd'\n@ATTRIBUTE y {no, yes}\n@DATA\n"
    body = [
        ",".join("?" if cell is None else f"'{cell}'" if cell == "r" else str(cell) for cell in row) for row in rows
    ]
    paths["arff"].write_text(head + "\n".join(body))
    coded = pa.array(words).dictionary_encode()
    parquet.write_table(pa.table({"n": numbers, "c": coded, "d": days, "y": LABELS}), paths["parquet"])
    book = openpyxl.Workbook()
    for row in [("n", "c", "d", "y"), *rows]:
        book.active.append(row)
    book.save(paths["xlsx"])
    return paths


def test_all_formats_hold_the_same_table(tmp_path: Path) -> None:
    loaded = {}
    for ending, path in formats(tmp_path).items():
        name = "excel" if ending == "xlsx" else ending
        suite = load_suite({"name": "t", "tasks": [{"dataset": {name: str(path)}, "target": "y"}], "models": ["mlp"]})
        assert suite.tasks[0].type == "tabular_classification"
        assert suite.tasks[0].label == "t"
        loaded[name] = reader(name).load(suite.tasks[0].dataset_params)
    prints = {name: data.fingerprint() for name, data in loaded.items()}
    assert len(loaded) == 6
    assert len(set(prints.values())) == 1, prints


def test_sparse_arff_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.arff"
    head = "@relation t\n@attribute a numeric\n@attribute 'b c' numeric\n@attribute y {no,yes}\n@data\n"
    path.write_text(head + "".join(f"{{0 {i}, 2 {LABELS[i]}}}\n{{1 5, 2 yes}}\n" for i in range(1, 20)))
    data = reader("arff").load({"arff": str(path), "target": "y"})
    assert data.inputs.numbers[:2].tolist() == [[1, 0], [0, 5]]


def test_a_workbook_without_its_reader_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    (tmp_path / "t.xlsx").write_bytes(b"PK\x03\x04")
    (problem,) = reader("excel").problems({"excel": str(tmp_path / "t.xlsx"), "target": "y"})
    assert "pip install 'dlbench[excel]'" in problem


def test_the_test_file_is_the_official_test_part(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE, c=["rgb"[i % 3] for i in CYCLE])
    test = table(tmp_path, "test.csv", c=["r", "b", "q"], y=["no.", "yes.", "yes."], x=[1, "bad", 3])
    suite = load_suite(
        {"name": "t", "tasks": [{"dataset": {"csv": path, "test": test}, "target": "y"}], "models": ["mlp"]}
    )
    assert suite.tasks[0].split == "official"
    data = reader().load(suite.tasks[0].dataset_params)
    assert data.test is not None
    assert data.test.tolist() == [False] * ROWS + [True] * 3
    assert data.classes == ("no", "yes")
    assert data.target[-3:].tolist() == [0, 1, 1]
    assert data.item_ids[-4:].tolist() == [str(ROWS - 1), "t0", "t1", "t2"]
    np.testing.assert_array_equal(data.inputs.numbers[-3:].ravel(), [1, np.nan, 3])
    assert data.inputs.categories[-1, 0] == "q"
    target = reader().inferred({"csv": path, "test": test, "target": "y"})[0]
    assert "full stops" in target["why"]


def test_test_rows_change_nothing_of_what_columns_are_taken_for(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE, z=CYCLE)
    test = table(tmp_path, "test.csv", x=["a", "b"], z=["2020-01-01", "?"], y=["no", "yes"])
    assert kinds(path, test=test) == kinds(path)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"y": ["no", "maybe"], "x": [1, 2]}, "class 'maybe' of the test file"),
        ({"y": ["no", "yes"], "z": [1, 2]}, "test.csv: no column 'x'"),
        ({"y": [None, None], "x": [1, 2]}, "no row of the test file has a value"),
    ],
)
def test_a_test_file_that_does_not_fit_is_refused(tmp_path: Path, columns: dict[str, list[Any]], words: str) -> None:
    path = table(tmp_path, x=CYCLE)
    test = table(tmp_path, "test.csv", **columns)
    (problem,) = reader().problems({"csv": path, "test": test, "target": "y"})
    assert words in problem


def test_fold_group_and_time_columns_become_bonds_not_features(tmp_path: Path) -> None:
    path = table(
        tmp_path, x=CYCLE, part=[i % 3 + 1 for i in range(ROWS)], who=[f"p{i // 4}" for i in range(ROWS)],
        day=[f"2021-01-{i % 28 + 1:02}" for i in range(ROWS)],
    )  # fmt: skip
    data = load(path, fold_column="part", columns={"who": "drop", "day": "drop"})
    assert data.folds is not None
    assert data.folds.tolist() == [i % 3 for i in range(ROWS)]
    assert [column.name for column in data.inputs.columns] == ["x"]
    data = load(path, group_column="who")
    assert data.groups is not None
    assert len(set(data.groups.tolist())) == 10
    data = load(path, time_column="day")
    assert data.times is not None
    assert (np.diff(data.times[:28]) == 86400).all()
    assert "who" in [column.name for column in data.inputs.columns]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"group_column": "whom"}, "did you mean 'who'?"),
        ({"time_column": "who"}, "expected a date or a number in every row"),
        ({"group_column": "who", "time_column": "x"}, "got both"),
        ({"fold_column": "one"}, "fewer than two folds"),
    ],
)
def test_bonds_that_cannot_be_meant_are_refused(tmp_path: Path, more: dict[str, str], words: str) -> None:
    path = table(tmp_path, x=list(range(ROWS)), who=[f"p{i // 4}" for i in range(ROWS)], one=[1] * ROWS, z=CYCLE)
    (problem,) = reader().problems({"csv": path, "target": "y", **more})
    assert words in problem


def test_given_folds_must_be_as_many_as_the_protocol_says(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE, part=[i % 3 for i in range(ROWS)])
    suite = {
        "name": "t",
        "tasks": [{"dataset": {"csv": path, "fold_column": "part"}, "target": "y"}],
        "models": ["mlp"],
    }
    with pytest.raises(Exception, match=r"set protocol\.folds: 3"):
        load_suite(suite)
    assert load_suite({**suite, "protocol": {"folds": 3}}).tasks


def test_quoted_labels_lose_their_quotes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{i * i % 7},{i},'{1 if i % 3 else -1}'\n" for i in range(ROWS)))
    data = reader().load({"csv": str(path), "target": -1})
    assert data.classes == ("-1", "1")


def test_long_words_in_many_rows_take_no_more_than_they_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path, c=[f"{'long' * (i % 3 * 20)}!" for i in range(ROWS)])
    small = load(path)
    monkeypatch.setattr("dlbench.prepare.table.WIDEST", 0)
    large = load(path)
    assert large.inputs.categories.dtype == object
    assert large.inputs.categories.tolist() == small.inputs.categories.tolist()
    assert large.fingerprint() == load(path).fingerprint()


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE)
    assert kinds(path)["x"] == "number"
    Path(path).write_text(Path(path).read_text().replace("x,y\n0", "x,y\nred"))
    table(tmp_path, x=["rgb"[i % 3] for i in CYCLE])
    assert kinds(path)["x"] == "category"


def test_groups_on_both_sides_of_a_given_split_are_pointed_out(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE, who=[f"p{i // 4}" for i in range(ROWS)])
    apart = table(tmp_path, "apart.csv", x=CYCLE, who=[f"q{i // 4}" for i in range(ROWS)])
    mixed = table(tmp_path, "mixed.csv", x=CYCLE, who=["p1", "p2"] + ["q"] * (ROWS - 2))

    def warning(test: str | None) -> str:
        more = {"test": test} if test else {}
        told = reader().inferred({"csv": path, "target": "y", "group_column": "who", **more})
        return next(str(one["warning"]) for one in told if one["column"] == "who")

    assert warning(mixed) == (
        "2 of 11 groups stand in the training file and in the test file: what is learned of them there is tested here"
    )
    assert warning(apart) == warning(None) == ""


def test_a_column_of_weights_is_no_feature_and_goes_with_its_rows(tmp_path: Path) -> None:
    weights = [i % 5 / 2 for i in range(ROWS)]
    labels = [None if i == 3 else label for i, label in enumerate(LABELS)]
    path = table(tmp_path, x=CYCLE, w=weights, y=labels)
    data = load(path, weight_column="w")
    assert data.weights is not None
    assert data.weights.tolist() == weights[:3] + weights[4:]
    assert [column.name for column in data.inputs.columns] == ["x"]
    assert data.fingerprint() != load(path, columns={"w": "drop"}).fingerprint()
    assert load(path).weights is None


@pytest.mark.parametrize("first", [-1, "a", None, 0])
def test_weights_that_are_none_are_refused(tmp_path: Path, first: Any) -> None:
    path = table(tmp_path, x=CYCLE, w=[first, *[0 if first == 0 else 1] * (ROWS - 1)])
    (problem,) = reader().problems({"csv": path, "target": "y", "weight_column": "w"})
    assert "weight column 'w': expected a number from 0 on in every row with a target, not all 0" in problem


def test_models_that_cannot_weigh_are_skipped_with_the_reason(tmp_path: Path) -> None:
    path = table(tmp_path, x=CYCLE, w=[1 + i % 3 for i in range(ROWS)])
    models = ["majority", "logistic", "k_neighbors", "mlp"]
    for more, skipped in (({}, []), ({"weight_column": "w"}, ["k_neighbors"])):
        task = {"dataset": {"csv": path, "target": "y", **more}}
        found = plan(load_suite({"name": "t", "tasks": [task], "models": models})).skipped
        assert [one.contestant for one in found] == skipped
        assert all("takes no weights" in one.reason for one in found)
