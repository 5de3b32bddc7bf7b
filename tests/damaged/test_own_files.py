"""Whatever a file holds, `dlbench run FILE --target y` plans a run or says in a sentence why it cannot."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dlbench.cli.leaving import exit_code
from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.own import reader_of
from dlbench.suite import load_suite

RUINS = range(16)
"""Seeds of the draws below: each damages each format in each manner once."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def rows(count: int = 40) -> list[tuple[str, str, str]]:
    return [(f"{i * 37 % 23 / 4}", "rgb"[i * i % 3], "yes" if i * 7 % 5 < 2 else "no") for i in range(count)]


def delimited(separator: str) -> bytes:
    return "\n".join(separator.join(row) for row in [("x", "c", "y"), *rows()]).encode() + b"\n"


def arff() -> bytes:
    head = "@relation t\n@attribute x numeric\n@attribute c {r,g,b}\n@attribute y {yes,no}\n@data\n"
    return (head + "\n".join(",".join(row) for row in rows()) + "\n").encode()


def jsonl() -> bytes:
    return "\n".join(json.dumps({"x": float(x), "c": c, "y": y}) for x, c, y in rows()).encode() + b"\n"


def parquet() -> bytes:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet as pq

    x, c, y = zip(*rows(), strict=True)
    file = io.BytesIO()
    pq.write_table(pa.table({"x": [float(value) for value in x], "c": c, "y": y}), file)
    return file.getvalue()


def excel() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("x", "c", "y"), *rows()]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


SOUND: dict[str, Callable[[], bytes]] = {
    "csv": lambda: delimited(","),
    "tsv": lambda: delimited("\t"),
    "csv.gz": lambda: gzip.compress(delimited(","), mtime=0),
    "arff": arff,
    "jsonl": jsonl,
    "parquet": parquet,
    "xlsx": excel,
}


def cut(raw: bytes, draw: random.Random) -> bytes:
    return raw[: draw.randrange(len(raw))]


def flipped(raw: bytes, draw: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(draw.randint(1, 12)):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def inserted(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    odd = draw.choice([b"\0", b'"', b"'", b"\r", b"\n\n", b",,,", b"\xff\xfe", b"\xc3", b"{", b"\x1b[2J", b"\x00" * 64])
    return raw[:at] + odd * draw.randint(1, 3) + raw[at:]


def spliced(raw: bytes, draw: random.Random) -> bytes:
    one, other = sorted(draw.randrange(len(raw)) for _ in range(2))
    return raw[:one] + raw[other:] + raw[one:other]


DAMAGES = {damage.__name__: damage for damage in (cut, flipped, inserted, spliced)}


def told(path: Path, *more: str) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = exit_code(["run", str(path), "--target", "y", "--dry-run", *more])
    return code, said.getvalue()


def refused_or_read(path: Path) -> None:
    """Load as `run` does; a refusal names the file and has the exit code of a mistake of the user's."""
    name, reader = reader_of(path)
    suite, refusal = None, None
    try:
        suite = load_suite({"name": "t", "tasks": [{"dataset": {name: str(path), "target": "y"}}], "models": ["mlp"]})
    except DlbenchError as error:
        refusal = error
    if suite is None:
        assert refusal is not None
        assert refusal.exit_code == 2
        assert path.name in str(refusal)
        assert all(len(line) < 900 for line in str(refusal).splitlines())
        return
    params = suite.tasks[0].dataset_params
    data = reader.load(params)
    assert len(data) >= 2
    assert len(set(data.target.tolist())) >= 2
    assert reader.identity(params)["sha256"]


@pytest.mark.parametrize("seed", RUINS)
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("ending", SOUND)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(tmp_path: Path, ending: str, damage: str, seed: int) -> None:
    path = tmp_path / f"table.{ending}"
    path.write_bytes(DAMAGES[damage](SOUND[ending](), random.Random(f"{ending} {damage} {seed}")))
    refused_or_read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", SOUND)
def test_the_undamaged_files_are_planned(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    path.write_bytes(SOUND[ending]())
    assert told(path) == (0, "")
    data = reader_of(path)[1].load({reader_of(path)[0]: str(path), "target": "y"})
    assert (len(data), data.classes) == (40, ("no", "yes"))
    assert [(column.name, column.kind) for column in data.inputs.columns] == [("x", "number"), ("c", "category")]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("table.csv", delimited(","))
    return file.getvalue()


def numbered(count: int, row: str) -> bytes:
    return ("x,c,y\n" + "".join(row.format(i=i) + "\n" for i in range(count))).encode()


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "blank": (b"\n\n  \n", "the file is empty"),
    "a byte order mark": (b"\xef\xbb\xbf", "the file is empty"),
    "half a byte order mark": (b"\xff\xfe\x00", "not UTF-16"),
    "header alone": (b"x,c,y\n", "no row has a value"),
    "one row": (b"x,c,y\n1,2,3\n", "only one class"),
    "one class": (numbered(30, "{i},a,no"), "only one class, 'no'"),
    "a constant": (numbered(30, "{i},a,0.5"), "all its values are equal"),
    "no value": (numbered(30, "{i},a,?"), "no row has a value"),
    "names": (numbered(30, "{i},a,n{i}"), "30 classes in 30 rows"),
    "nothing to learn from": (numbered(30, "?,a,{i}"), "no column is left to learn from"),
    "ragged": (b"x,c,y\n1,2,3\n1,2\n", ":3: 2 fields, expected 3"),
    "a longer row": (b"x,c,y\n1,2,3\n1,2,3,4\n", ":3: 4 fields, expected 3"),
    "names twice": (b"x,x,y\n1,2,3\n2,3,4\n", ":1: column 'x' stands there twice"),
    "names without a name": (b",,y\n1,2,3\n2,3,4\n", ":1: several columns have no name"),
    "no such column": (b"x,c,z\n1,2,3\n2,3,4\n", "no column 'y'"),
    "one column": (b"y\n1\n2\n", "only one column"),
    "NUL": (b"x,c,y\n1,2,a\n2,\0,b\n", ":3: not text: it holds the control character"),
    "an escape": (b"x,c,y\n1,\x1b[2J,a\n2,3,b\n", ":2: not text"),
    "binary": (bytes(range(256)) * 20, "not UTF-8"),
    "a huge field": (b"x,c,y\n1,2,a\n2," + b"z" * 200_000 + b",b\n", ":3: field larger"),
    "a quote without end": (b'x,c,y\n1,2,a\n2,"3,b\n4,5,a\n', ":3: "),
    "gzip cut short": (gzip.compress(delimited(","))[:90], "gzip file that is cut short"),
    "gzip head alone": (b"\x1f\x8b", "gzip file"),
    "zip": (zipped(), "a zip archive"),
    "parquet under another name": (b"PAR1" + b"\0" * 40, "read it as `parquet:`"),
    "pickle": (b"\x80\x04\x95" + b"a" * 20, "never opened"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "no header": (b"5.1,3.5,a\n4.9,3.0,b\n5.0,3.1,a\n", "columns go by place"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, name: str) -> None:
    raw, words = BAD[name]
    path = tmp_path / "table.csv"
    path.write_bytes(raw)
    code, said = told(path)
    assert code == 2
    assert words in said
    assert "table.csv" in said
    assert "Traceback" not in said
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


OTHERS: dict[str, tuple[str, bytes, str]] = {
    "no rows": ("t.arff", b"@relation t\n@attribute x numeric\n@attribute y {a,b}\n@data\n", "no row has a value"),
    "no data": ("t.arff", b"@relation t\n@attribute x numeric\n", "no @data line"),
    "odd line": ("t.arff", b"@relation t\nattribute x\n@data\n", ":2: expected @relation"),
    "odd attribute": ("t.arff", b"@attribute x\n@data\n", ":1: expected @attribute NAME TYPE"),
    "ragged": ("t.arff", b"@attribute x numeric\n@attribute y {a,b}\n@data\n1,a\n2\n", ":5: 1 fields"),
    "sparse": ("t.arff", b"@attribute x numeric\n@attribute y {a,b}\n@data\n{9 1}\n", ":4: expected pairs"),
    "no JSON": ("t.jsonl", b'{"x": 1, "y": 2}\n{"x": 1,\n', ":2: not JSON"),
    "a list": ("t.jsonl", b'{"x": 1, "y": 2}\n[1]\n', "line 2: expected an object"),
    "numbers": ("t.json", b"[1, 2]", "item 1: expected an object"),
    "deep": ("t.jsonl", b"[" * 100_000, "objects in objects"),
    "latin": ("t.jsonl", b'{"x": "\xff", "y": 1}', "not UTF-8"),
    "no workbook": ("t.xlsx", b"x,y\n1,2\n", "not a sound Excel workbook"),
    "a zip": ("t.xlsx", zipped(), "not a sound Excel workbook"),
    "no parquet": ("t.parquet", b"x,y\n1,2\n", "not a sound Parquet file"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_wrong_with_other_formats_is_said_with_its_place(tmp_path: Path, name: str) -> None:
    file, raw, words = OTHERS[name]
    (tmp_path / file).write_bytes(raw)
    code, said = told(tmp_path / file)
    assert code == 2
    assert words in said
    assert file in said


@pytest.mark.parametrize("columns", [10_000])
def test_ten_thousand_columns_are_read(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "wide.csv"
    names = ",".join([*(f"v{i}" for i in range(columns)), "y"])
    body = (",".join([*(str((i * row) % 7) for i in range(columns)), "ab"[row % 2]]) for row in range(6))
    path.write_text("\n".join([names, *body]))
    data = catalog.dataset("csv").load({"csv": str(path), "target": "y"})
    assert data.inputs.shape[0] > columns // 2


def test_a_hundred_thousand_and_one_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(",".join(f"{row}{i}" for i in range(100_001)) for row in "ab"))
    code, said = told(path)
    assert code == 2
    assert "100001 columns" in said


@pytest.fixture
def special(tmp_path: Path) -> dict[str, Path]:
    pipe, folder, link = tmp_path / "pipe.csv", tmp_path / "folder.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to("/dev/zero")
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    return {"pipe": pipe, "folder": folder, "device": link, "loop": loop, "nothing": tmp_path / "none.csv"}


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "loop", "nothing"])
@pytest.mark.parametrize("role", ["data", "test"])
def test_special_files_are_never_read(special: dict[str, Path], tmp_path: Path, kind: str, role: str) -> None:
    sound = tmp_path / "sound.csv"
    sound.write_bytes(delimited(","))
    path = special[kind] if role == "data" else sound
    code, said = told(path, *(["--test", str(special[kind])] if role == "test" else []))
    assert code == 2
    assert special[kind].name in said
    name = {"csv": str(path), "target": "y", **({"test": str(special[kind])} if role == "test" else {})}
    assert catalog.dataset("csv").identity(name)["unavailable"]


@pytest.mark.parametrize(("name", "more"), [("csv", {}), ("series", {"time": "x"})])
def test_a_table_too_large_for_the_policy_is_refused_before_it_is_read(
    tmp_path: Path, name: str, more: dict[str, str]
) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"x,y\n")
    os.truncate(path, 2 << 30)
    task = {"dataset": {name: str(path), "target": "y", **more}}
    with pytest.raises(DlbenchError, match=r"2\.0 GiB.*set policy\.memory: 12GiB") as caught:
        load_suite({"name": "t", "tasks": [task], "models": ["mlp"]})
    assert caught.value.exit_code == 2


def test_a_table_too_large_for_the_machine_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlbench.datasets.regular_file.room", lambda: 1 << 20)
    path = tmp_path / "large.csv"
    path.write_bytes(delimited(",") * 1000)
    code, said = told(path)
    assert code == 2
    assert "are too many" in said
    path = tmp_path / "packed.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n" + b"1,2\n" * 500_000))
    code, said = told(path)
    assert code == 2
    assert "are too many" in said
