from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.errors import DataError
from dlbench.datasets.csv import Csv
from dlbench.prepare.data import Data
from dlbench.prepare.table import Table

CSV = Csv()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def params(folder: Path, text: str | bytes, target: Any = "y", **more: Any) -> dict[str, Any]:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {"csv": str(path), "target": target, **more}


def load(folder: Path, text: str | bytes, target: Any = "y", **more: Any) -> tuple[Data, Table]:
    given = params(folder, text, target, **more)
    assert CSV.problems(given) == []
    data = CSV.load(given)
    assert isinstance(data.inputs, Table)
    return data, data.inputs


def kinds(table: Table) -> dict[str, str]:
    return {column.name: column.kind for column in table.columns}


def test_numbers_words_and_missing_values_are_told_apart(folder: Path) -> None:
    text = "age,sex,y\n1.5,m,yes\nNA,?,no\n ,f,yes\n3e2, m ,no\n"
    data, table = load(folder, text)
    assert kinds(table) == {"age": "number", "sex": "category"}
    np.testing.assert_array_equal(table.numbers.ravel(), [1.5, np.nan, np.nan, 300])
    assert table.categories.ravel().tolist() == ["m", "", "f", "m"]
    assert data.classes == ("no", "yes")
    assert data.target.tolist() == [1, 0, 1, 0]
    assert CSV.task_type(params(folder, text)) == "tabular_classification"


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["b", "a", "b"], "tabular_classification", ("a", "b")),
        (["10", "9", "10"], "tabular_classification", ("9", "10")),
        (["1.0", "1", "0"], "tabular_classification", ("0", "1")),
        (["True", "False", "True"], "tabular_classification", ("False", "True")),
        (["None", "low", "None"], "tabular_classification", ("None", "low")),
        (["0.5", "1.5", "0.5"], "tabular_regression", ()),
        ([str(i) for i in range(20)] * 2, "tabular_classification", tuple(str(i) for i in range(20))),
        ([str(i) for i in range(21)] * 2, "tabular_regression", ()),
    ],
)
def test_the_target_says_what_is_asked(folder: Path, values: list[str], task: str, classes: tuple[str, ...]) -> None:
    text = "x,y\n" + "".join(f"{i},{value}\n" for i, value in enumerate(values))
    data, _ = load(folder, text)
    assert CSV.task_type(params(folder, text)) == task
    assert data.classes == classes
    if not classes:
        assert data.target.tolist() == [float(value) for value in values]


def test_a_target_type_overrules_the_target(folder: Path) -> None:
    text = "x,y\n1,3\n2,4\n3,5\n"
    data, _ = load(folder, text, target_type="values")
    assert data.target.tolist() == [3.0, 4.0, 5.0]
    assert CSV.task_type(params(folder, text, target_type="values")) == "tabular_regression"
    assert CSV.identity(params(folder, text)) != CSV.identity(params(folder, text, target_type="values"))


def test_a_target_is_a_name_else_a_place(folder: Path) -> None:
    text = "y,1,z\n5,a,p\n6,b,q\n"
    assert load(folder, text, 1)[0].classes == ("a", "b")  # the name 1 goes before the place 1
    assert load(folder, text, "1")[0].classes == ("a", "b")
    assert load(folder, text, 0)[0].classes == ("5", "6")
    assert load(folder, text, -1)[0].classes == ("p", "q")
    assert load(folder, text, "-3")[0].classes == ("5", "6")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("given", [True, False])
def test_separators_are_found_out_or_given(folder: Path, separator: str, given: bool) -> None:
    text = separator.join(['"a b"', '"c,d; e|f"', "y"]) + "\n" + "1@2@u\n3@4@v\n".replace("@", separator)
    data, table = load(folder, text, **({"separator": separator} if given else {}))
    assert list(kinds(table)) == ["a b", "c,d; e|f"]
    assert data.classes == ("u", "v")


def test_a_table_without_header_counts_its_columns(folder: Path) -> None:
    data, table = load(folder, "1,a,0\n2,b,1\n", -1, header=False)
    assert kinds(table) == {"x0": "number", "x1": "category"}
    assert len(data) == 2


def test_named_categories_stay_words(folder: Path) -> None:
    _, table = load(folder, "zip,x,y\n01,1,u\n1,2,v\n", categories=["zip"])
    assert kinds(table) == {"zip": "category", "x": "number"}
    assert table.categories.ravel().tolist() == ["01", "1"]


def test_rows_without_a_target_are_left_out_and_the_others_keep_their_places(folder: Path) -> None:
    data, table = load(folder, "x,y\n1,a\n2,\n\n3,b\n4,NA\n5,a\n")
    assert table.numbers.ravel().tolist() == [1, 3, 5]
    assert data.item_ids.tolist() == ["0", "2", "4"]


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfx,y\r\n1,a\r\n2,b\r\n", b'x,y\n1,"a"\n2,"b"', b"x,y\n\n1, a\n \n2,b\n"])
def test_what_other_programs_write_is_read(folder: Path, text: bytes) -> None:
    data, table = load(folder, text)
    assert list(kinds(table)) == ["x"]
    assert data.classes == ("a", "b")


BAD = {
    "empty": ("", "y", {}, "the file is empty"),
    "header alone": ("x,y\n", "y", {}, "target 'y': no row has a value"),
    "no target at all": ("x,y\n1,\n2,NA\n", "y", {}, "no row has a value"),
    "one class": ("x,y\n1,a\n2,a\n", "y", {}, "only one class, 'a'"),
    "constant": ("x,y\n1,.5\n2,0.50\n", "y", {}, "all its values are equal"),
    "no such column": ("x,price\n1,2\n2,3\n", "prise", {}, "no column 'prise'; did you mean 'price'?"),
    "no such place": ("x,y\n1,2\n2,3\n", 7, {}, "no column 7: there are 2"),
    "a boolean": ("x,y\n1,2\n2,3\n", True, {}, "got True"),
    "no such category": ("colour,y\n1,2\n2,3\n", "y", {"categories": ["color"]}, "did you mean 'colour'?"),
    "ragged": ("x,y\n1,2\n2,3,4\n", "y", {}, "table.csv:3: 3 fields, expected 2"),
    "ragged behind a quoted line break": ('x,y\n"1\n1",2\n2\n', "y", {}, "table.csv:4: 1 fields"),
    "twice": ("x,x,y\n1,2,3\n", "y", {}, "column 'x' stands there twice"),
    "one column": ("y\n1\n2\n", "y", {}, "only one column"),
    "not text": (b"PK\x03\x04\xff\xfe", "y", {}, "not UTF-8"),
    "a long separator": ("x,y\n1,2\n2,3\n", "y", {"separator": "::"}, "expected one character"),
    "a word among values": ("x,y\n1,2\n2,b\n", "y", {"target_type": "values"}, "'b' in line 3 is no finite number"),
    "infinite alone": ("x,y\n1,inf\n2,inf\n", "y", {"target_type": "values"}, "'inf' in line 2 is no finite number"),
    "another type": ("x,y\n1,2\n2,3\n", "y", {"target_type": "class"}, "expected classes or values"),
    "names": ("x,y\n" + "".join(f"{i},n{i}\n" for i in range(30)), "y", {}, "30 classes in 30 rows"),
    "no header": ("5.1,3.5,a\n4.9,3.0,b\n", "species", {}, "columns go by place, 0 to 2"),
    "a header of numbers": ("1,2,y\n1,a,u\n2,b,v\n", "species", {"header": True}, "set `header: false`"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_with_its_place_before_anything_runs(folder: Path, name: str) -> None:
    text, target, more, words = BAD[name]
    given = params(folder, text, target, **more)
    (problem,) = CSV.problems(given)
    assert words in problem
    assert "table.csv" in problem or "separator" in problem
    with pytest.raises(DataError):
        CSV.load(given)


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    assert len(CSV.problems(params(folder, "x,y\n1,a\n2,a\n", categories=["u", "v"]))) == 3


def test_a_file_that_is_not_there_is_named_with_its_neighbour(folder: Path) -> None:
    given = params(folder, "x,y\n1,2\n2,3\n")
    assert CSV.problems({**given, "csv": str(folder / "tabel.csv")}) == [
        f"{folder / 'tabel.csv'}: no such file; did you mean 'table.csv'?"
    ]
    assert "no folder" in CSV.problems({**given, "csv": str(folder / "none" / "t.csv")})[0]
    assert "cannot be read" in CSV.problems({**given, "csv": str(folder)})[0]
    assert CSV.identity({**given, "csv": str(folder / "tabel.csv")})["unavailable"]


def test_the_identity_follows_the_content_not_the_name(folder: Path) -> None:
    given = params(folder, "x,y\n1,2\n2,3\n")
    before = CSV.identity(given)
    moved = folder / "moved.csv"
    moved.write_bytes(Path(given["csv"]).read_bytes())
    assert CSV.identity({**given, "csv": str(moved)}) == before
    assert CSV.identity(params(folder, "x,y\n1,2\n2,4\n")) != before


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12), separator=st.sampled_from(",;\t|"))
def test_any_text_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], separator: str
) -> None:
    import csv

    path = tmp_path_factory.mktemp("any") / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([("a", "b", "y"), *rows])
    given = {"csv": str(path), "target": "y", "separator": separator}
    if CSV.problems(given):
        with pytest.raises(DataError):
            CSV.load(given)
    else:
        data = CSV.load(given)
        assert data.inputs.shape[0] >= 1
        assert 2 <= len(data) <= len(rows)
        assert len(set(data.target.tolist())) >= 2


def test_looking_at_a_file_loads_no_library_of_frames_or_models(folder: Path) -> None:
    given = params(folder, "x,y\n1,a\n2,b\n3,a\n")
    code = (
        "import sys; from dlbench.datasets.csv import Csv; c = Csv(); p = eval(sys.argv[1]); "
        "assert c.identity(p); light = 'numpy' in sys.modules; assert not c.problems(p) and c.task_type(p); "
        "print([light, *(name for name in ('pandas', 'sklearn', 'pooch', 'pyarrow') if name in sys.modules)])"
    )
    done = subprocess.run([sys.executable, "-c", code, repr(given)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False]"
