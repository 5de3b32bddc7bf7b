"""Reading a suite's files: bounds, includes, code by consent, and what YAML means here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dlbench.core import catalog
from dlbench.core.errors import SuiteError
from dlbench.suite import load_suite
from dlbench.suite.reading import parse
from dlbench.suite.tree import Mistakes, Place

PLAIN = "name: t\ntasks: [iris]\nmodels: [logistic]\n"

CODE = """
from dlbench.core.model import Floor

class Always(Floor):
    name = "always"
    title = "the same answer"
    gives = ("Labels",)
"""


def refused(path: Path, **how: bool) -> str:
    with pytest.raises(SuiteError) as caught:
        load_suite(path, **how)
    return str(caught.value)


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "suite.yaml"


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return PLAIN + "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(bomb(9), "more than 20000 values", id="billion laughs"),
        pytest.param(PLAIN + "search: &s {a: *s}\n", "nested deeper", id="mapping in itself"),
        pytest.param(PLAIN + "search: &s [*s, *s]\n", "nested deeper", id="list in itself"),
        pytest.param(PLAIN + "search: " + "[" * 500_000, "nested deeper", id="brackets"),
        pytest.param(PLAIN + "search: " + "{a: " * 200_000, "nested deeper", id="braces"),
        pytest.param(PLAIN + "search:\n  " + "? " * 200_000, "nested deeper", id="keys in keys"),
        pytest.param(PLAIN + "search:\n  " + "- " * 200_000, "nested deeper", id="dashes"),
        pytest.param(PLAIN + "search: [" + "1," * 300_000 + "]", "more than 20000 values", id="long list"),
        pytest.param(PLAIN + "#" * 2**20, "larger than 1 MiB", id="large file"),
    ],
)
def test_bombs_end_soon_in_a_mistake(text: str, message: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    assert message in refused(written(tmp_path, suite=text))
    assert time.perf_counter() - start < 10


def test_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes(PLAIN.encode() + b"description: caf\xe9\n")
    assert f"{path}:4: expected UTF-8" in refused(path)


def test_a_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode())
    assert load_suite(path).name == "t"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "not a file" in refused(tmp_path / "folder.yaml")
    assert "no such file" in refused(tmp_path / "gone.yaml")
    assert "did you mean 'vision'" in refused(Path("vison"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E5", 1e5),
        (".5", 0.5),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("no", "no"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("2020-01-01", "2020-01-01"),
        ("1_000", "1_000"),
        ("True", True),
        ("~", None),
        ('"1"', "1"),
        ("!!str 1", "1"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    """The values are those of the YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3)."""
    tree = parse(f"a: {text}", Place("f", 0, Path()), Mistakes())
    assert tree is not None
    found = tree.plain()["a"]
    assert found == value
    assert type(found) is type(value)


def test_aliases_and_merge_keys_are_written_out(tmp_path: Path) -> None:
    text = """name: t
tasks: [iris]
models:
  - &one {name: svm, C: 2.0, gamma: 0.1}
  - {<<: *one, as: wide, gamma: 1.0}
"""
    _, wide = load_suite(written(tmp_path, suite=text)).models
    assert wide.contestant.parameters == {"C": 2.0, "gamma": 1.0}


def test_includes_merge_freely(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        suite="include: [shared.yaml, more.yaml]\nname: own\ntasks: [wine]\nsearch: {trials: 2}\n",
        shared="name: shared\ndescription: d\ntasks: [iris]\nmodels: [logistic]\nsearch: {trials: 9, epochs: 3}\n",
        more="models: [svm]\nsearch: {epochs: 4}\n",
    )
    suite = load_suite(path)
    assert (suite.name, suite.description) == ("own", "d")
    assert [task.label for task in suite.tasks] == ["iris", "wine"]
    assert [model.label for model in suite.models] == ["logistic", "svm"]
    assert (suite.search.trials, suite.search.epochs) == (2, 4)


def test_a_mistake_in_an_included_file_stands_there(tmp_path: Path) -> None:
    path = written(tmp_path, suite="include: [more.yaml]\n" + PLAIN, more="search:\n  trials: many\n")
    assert f"{tmp_path / 'more.yaml'}:2: search.trials" in refused(path)


def test_a_file_included_twice_counts_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        suite="include: [a.yaml, b.yaml]\nname: t\ntasks: [iris]\n",
        a="include: [c.yaml]\n",
        b="include: [c.yaml]\n",
        c="models: [svm]\n",
    )
    assert [model.label for model in load_suite(path).models] == ["svm"]


@pytest.mark.parametrize("ring", [["suite"], ["a", "suite"], ["a", "b", "c", "suite"]])
def test_include_cycles_are_refused(ring: list[str], tmp_path: Path) -> None:
    files = {name: f"include: [{after}.yaml]\n" for name, after in zip(["suite", *ring], ring, strict=False)}
    files["suite"] += PLAIN
    assert "includes itself" in refused(written(tmp_path, **files))


def test_too_many_includes_are_refused(tmp_path: Path) -> None:
    chain = {f"f{i}": f"include: [f{i + 1}.yaml]\n" for i in range(100)}
    assert "more than 64 files" in refused(written(tmp_path, suite="include: [f0.yaml]\n" + PLAIN, **chain))


def test_code_runs_only_by_consent(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CODE)
    path = written(tmp_path, suite="include: [mine.py]\nname: t\ntasks: [iris]\nmodels: [always]\n")
    message = refused(path)
    assert "--allow-code" in message
    assert "always" not in catalog.models()
    suite = load_suite(path, allow_code=True)
    assert suite.include == ((tmp_path / "mine.py").resolve(),)
    assert suite.models[0].contestant.kind == "floor"
    assert suite.resolved()["include"] == ["mine.py"]


def test_broken_code_is_a_mistake_of_the_suite(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("1 / 0")
    path = written(tmp_path, suite=PLAIN + "include:\n  - mine.py\n")
    assert ":5: include[0]" in refused(path, allow_code=True)
    assert "ZeroDivisionError" in refused(path, allow_code=True)


def test_paths_start_at_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "flowers.csv").write_text("a,b,y\n" + "1,2,red\n3,1,blue\n" * 20)
    (tmp_path / "deep" / "more.yaml").write_text("tasks:\n  - dataset: {csv: flowers.csv, target: y}\n")
    suite = load_suite(written(tmp_path, suite="include: [deep/more.yaml]\nname: t\nmodels: [logistic]\n"))
    (task,) = suite.tasks
    assert task.label == "flowers"
    assert task.type == "tabular_classification"
    assert task.dataset_params["csv"] == str((tmp_path / "deep" / "flowers.csv").resolve())
    assert suite.resolved()["tasks"][0]["dataset"]["csv"] == "deep/flowers.csv"


@pytest.mark.parametrize("path", ["/dev/zero", "a\0b", "x" * 5000, "~nobody-of-that-name/x", "", "."])
def test_own_files_that_are_none_end_soon(path: str) -> None:
    task = {"dataset": {"csv": path, "target": "y"}}
    with pytest.raises(SuiteError) as caught:
        load_suite({"name": "t", "tasks": [task], "models": ["mlp"]})
    (mistake,) = caught.value.mistakes
    assert mistake.path.startswith("tasks[0].dataset")
    assert len(mistake.message) < 700
