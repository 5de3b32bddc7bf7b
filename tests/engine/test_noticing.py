"""What a job notices of its data and its search, and leaves in its record."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning

from dlbench import api
from dlbench.core.space import Dimension
from dlbench.engine.noticing import _still_falls, at_edge, unconverged
from dlbench.prepare.duplicates import hashes, repeated

ROWS = st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.0, 2.0, float("nan")]), st.sampled_from(["", "a", "b"])))


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS)
def test_repeated_rows_are_those_that_a_set_finds(first: list, second: list) -> None:
    def plain(row: tuple) -> tuple:
        return ("nan" if row[0] != row[0] else row[0] + 0.0, row[1])

    def blocks(rows: list) -> tuple:
        return np.array([[row[0]] for row in rows]).reshape(-1, 1), np.array([[row[1]] for row in rows]).reshape(-1, 1)

    known = {plain(row) for row in first}
    assert repeated(blocks(first), blocks(second)) == sum(plain(row) in known for row in second)


def test_hashes_of_numbers_that_differ_in_few_bits_differ() -> None:
    """Floats like 1, 2, 4 differ in their exponents alone, which a plain sum of products would lose."""
    grid = np.stack(np.meshgrid(*[2.0 ** np.arange(8)] * 4), axis=-1).reshape(-1, 4)
    assert len(np.unique(hashes([grid]))) == len(grid)


@pytest.mark.parametrize(
    ("dimension", "value", "edge"),
    [
        (Dimension("C", "float", 1.0, 0.01, 100.0, log=True), 99.0, True),
        (Dimension("C", "float", 1.0, 0.01, 100.0, log=True), 50.0, False),
        (Dimension("C", "float", 100.0, 0.01, 100.0, log=True), 100.0, False),  # the default: nothing pushed it there
        (Dimension("subsample", "float", 0.7, 0.5, 1.0, legal="> 0, <= 1"), 1.0, False),  # nothing lies beyond
        (Dimension("subsample", "float", 0.7, 0.5, 1.0, legal="> 0, <= 1"), 0.5, True),
        (Dimension("leaves", "int", 31, 7, 63, log=True, legal=">= 2"), 63, True),
        (Dimension("leaves", "int", 31, 7, 63, log=True, legal=">= 2"), 62, False),
        (Dimension("layers", "int", 2, 1, 4, legal=">= 1"), 1, False),
        (Dimension("kernel", "choice", "rbf", values=("rbf", "linear")), "linear", False),
    ],
)
def test_an_edge_is_an_end_with_legal_values_beyond(dimension: Dimension, value: object, edge: bool) -> None:
    assert at_edge(dimension, value) is edge


def test_a_loss_that_has_settled_does_not_fall() -> None:
    epochs = np.arange(1, 41)
    assert _still_falls(np.exp(-epochs / 10))
    assert not _still_falls(1 + np.exp(-epochs / 2.0))
    assert not _still_falls(np.ones(2))


def test_a_record_says_what_was_noticed(tmp_path) -> None:
    """Every row of the table stands in it twice, so its folds share rows; two classes in ten parts, nine to one."""
    rng = np.random.default_rng(0)
    half = [f"{a:.3f},{b:.3f},{'yes' if i % 10 == 0 else 'no'}" for i, (a, b) in enumerate(rng.normal(size=(60, 2)))]
    table = tmp_path / "twice.csv"
    table.write_text("\n".join(["a,b,target", *half, *half]) + "\n")
    suite = api.load_suite(
        {
            "name": "noticed",
            "tasks": [{"dataset": {"csv": str(table), "target": "target"}, "as": "twice"}],
            "models": ["majority"],
            "search": {"oracle": "none"},
            "protocol": {"folds": 2},
        }
    )
    api.run(suite, output=tmp_path / "results", jobs=1)
    records = [json.loads(path.read_text()) for path in (tmp_path / "results" / "jobs").glob("*/*/record.json")]
    assert records
    for record in records:
        assert record["first_predict_seconds"] > 0
        assert record["noticed"]["duplicates"] > 15  # of 60 test rows about half have their twin in training
        assert record["noticed"]["class_shares"] == pytest.approx([0.1, 0.9])
        assert record["noticed"]["edges"] == record["noticed"]["unfinished"] == record["noticed"]["unconverged"] == []


LEAKY = """
from dlbench.core.dataset import Dataset

class {name}(Dataset):
    name, modality, tasks = "{low}", "table", ("tabular_{question}",)
    classes, rows, source, licence = {classes}, 90, "made", "CC0 1.0"

    def identity(self, params):
        return {{"version": "1"}}

    def load(self, params):
        import numpy as np
        from dlbench.core.schema import Column
        from dlbench.prepare.data import Data
        from dlbench.prepare.table import Table

        rng = np.random.default_rng(0)
        target = rng.integers(2, size=90) if {classes} else rng.normal(size=90)
        numbers = np.column_stack([rng.normal(size=90), 10.0 * target + 3])
        words = np.where(target > 0.5, "late", "soon")[:, None]
        columns = (Column("a", "number"), Column("word", "category", 2), Column("told", "number"))
        return Data(Table(numbers, words, columns), target, {names})
"""


@pytest.mark.parametrize(
    ("question", "classes", "names", "floor", "found"),
    [("classification", 2, ("no", "yes"), "majority", ["word", "told"]), ("regression", 0, (), "mean", ["told"])],
)
def test_a_column_that_gives_the_answer_away_is_noticed_in_any_table(
    tmp_path, capsys, question: str, classes: int, names: tuple, floor: str, found: list[str]
) -> None:
    """No table of the user's: the first job of each contestant looks, the others need not; plan and report tell."""
    from dlbench.cli.leaving import exit_code

    low = f"leaky_{question}"
    code = LEAKY.format(name=low.title().replace("_", ""), low=low, question=question, classes=classes, names=names)
    (tmp_path / "leaky.py").write_text(code)
    content = {
        "name": low, "include": [str(tmp_path / "leaky.py")], "tasks": [low], "models": [floor],
        "search": {"oracle": "none"}, "protocol": {"folds": 2, "seeds": 2},
    }  # fmt: skip
    (tmp_path / "suite.yaml").write_text(json.dumps(content))
    suite = api.load_suite(tmp_path / "suite.yaml", allow_code=True)
    outcome = api.run(suite, output=tmp_path / "results", jobs=1)
    records = [json.loads(path.read_text()) for path in (tmp_path / "results" / "jobs").glob("*/*/record.json")]
    told = [one["noticed"]["columns"] for one in records if "columns" in one["noticed"]]
    assert [[column["column"] for column in columns] for columns in told] == [found]
    assert len(records) == 4
    text = api.report(outcome, output=tmp_path / "results").render("markdown")
    assert all(f"Column {name}: gives the answer away" in text for name in found)
    flags = ["--allow-code", "--output-dir", str(tmp_path / "results")]
    assert exit_code(["plan", str(tmp_path / "suite.yaml"), *flags]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in found)
    assert "gives the answer away" in shown


def test_tables_that_come_with_dlbench_have_no_such_column() -> None:
    """Also not by chance: 1,000 columns of noise are no reason to warn."""
    from types import SimpleNamespace

    from dlbench.core import catalog
    from dlbench.engine.noticing import of_columns
    from dlbench.prepare.table import Table

    def looked(inputs, target, classes):
        part = SimpleNamespace(inputs=inputs, target=target)
        return of_columns(SimpleNamespace(whole=part), classes)["columns"]  # type: ignore[arg-type]

    for name in ("iris", "wine", "breast_cancer", "diabetes", "moons", "xor"):
        data = catalog.dataset(name).load({})
        assert looked(data.inputs, data.target, len(data.classes)) == [], name
    rng = np.random.default_rng(0)
    noise = Table(rng.normal(size=(40, 1000)))
    assert looked(noise, rng.integers(2, size=40), 2) == []


def test_a_refit_that_ran_out_of_iterations_says_so_in_its_record(tmp_path) -> None:
    """Alone, or as the member of an ensemble."""
    suite = api.load_suite(
        {
            "name": "stuck",
            "tasks": [{"dataset": "breast_cancer", "limit": 100}],
            "models": [
                {"name": "logistic", "as": "hasty", "max_iter": 2},
                {"name": "logistic", "as": "patient"},
                {"name": "greedy_ensemble", "of": "hasty"},
            ],
            "search": {"trials": 1},
            "protocol": {"folds": 2},
        }
    )
    api.run(suite, output=tmp_path / "results", jobs=1)
    records = [json.loads(path.read_text()) for path in (tmp_path / "results" / "jobs").glob("*/*/record.json")]
    said = {(record["job"]["contestant"]["label"], *record["noticed"]["unconverged"]) for record in records}
    (hasty,) = [words for label, *words in said if label == "hasty"]
    assert "failed to converge after 2 iteration" in hasty[0]
    assert said == {("hasty", *hasty), ("patient",), ("greedy_ensemble", *hasty)}


def test_other_warnings_of_a_refit_go_their_way() -> None:
    with warnings.catch_warnings(record=True) as shown, unconverged() as found:
        for told, category in 3 * [("stuck\nhere", ConvergenceWarning), ("other", RuntimeWarning)]:
            warnings.warn(told, category, stacklevel=1)
    assert found == ["stuck"]
    assert [one.category for one in shown].count(ConvergenceWarning) == 1
    assert [one.category for one in shown].count(RuntimeWarning) >= 1
