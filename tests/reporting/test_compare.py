"""Two runs, matched: planted differences are found, noise is not, and what cannot be compared says why."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from made_run import Game, Player, made_run

from dlbench.core.errors import UnknownName
from dlbench.reporting.compare import Compared, Pair, compare
from dlbench.reporting.rows import rows
from dlbench.reporting.runs_together import names_of, together
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.93)
NET = Player("net", "deep", 0.9)


def run_of(name: str, *players: Player, seed: int = 0, **game: Any) -> Source:
    return made_run([Game("digits", players, **{"metrics": ("accuracy",), **game})], run=name, seed=seed)


def pair_of(compared: Compared, contestant: str) -> Pair:
    return next(pair for pair in compared.pairs if pair.contestant == contestant)


def test_a_loss_is_found_by_its_paired_test_and_an_equal_cell_is_the_same() -> None:
    first = run_of("a", FLOOR, SVM, NET)
    second = run_of("b", FLOOR, replace(SVM, skill=0.8), NET, seed=1)
    found = compare(first, second)
    lost = pair_of(found, "svm")
    assert (lost.outcome, lost.first, lost.second) == ("worse", *(value_of(run, "svm") for run in (first, second)))
    assert lost.difference == pytest.approx(lost.second - lost.first)
    assert lost.low < lost.difference < lost.high < 0
    assert pair_of(found, "majority").outcome == "same" or pair_of(found, "majority").difference is not None
    assert pair_of(found, "net").outcome == "undecided"
    assert found.exit_code == 0
    assert {key.split(":")[0] for key in lost.keys} == {"a", "b"}


def value_of(run: Source, contestant: str) -> float | None:
    return next(row.value for row in rows(run) if row.contestant == contestant)


def test_the_same_predictions_are_the_same_and_no_test() -> None:
    found = compare(run_of("a", FLOOR, SVM), run_of("b", FLOOR, SVM))
    assert found.counts == {"same": 2}
    assert {(pair.difference, pair.p) for pair in found.pairs} == {(0.0, None)}


def test_a_fixed_test_set_is_compared_item_by_item() -> None:
    game = {"folds": 1, "seeds": 3, "items": 400}
    found = compare(run_of("a", SVM, **game), run_of("b", replace(SVM, skill=0.97), seed=1, **game))
    pair = pair_of(found, "svm")
    assert pair.outcome == "better"
    assert pair.low is not None
    assert 0 < pair.low < pair.difference < pair.high


def test_lower_is_better_where_the_metric_says_so() -> None:
    first = run_of("a", SVM, metrics=("log_loss",))
    second = run_of("b", replace(SVM, skill=0.7), metrics=("log_loss",), seed=1)
    pair = pair_of(compare(first, second), "svm")
    assert pair.outcome == "worse"
    assert pair.low > 0


def test_what_stands_on_one_side_only_says_on_which() -> None:
    found = compare(run_of("a", FLOOR, SVM), run_of("b", FLOOR, NET))
    assert pair_of(found, "svm").outcome == "only_first"
    assert pair_of(found, "net").outcome == "only_second"


@pytest.mark.parametrize(
    ("print_", "told"),
    [("data", "the data differ"), ("truth", "the test items differ"), ("split", "the splits differ")],
)
def test_other_data_items_or_splits_are_not_comparable(print_: str, told: str) -> None:
    second = run_of("b", FLOOR, SVM, seed=1)
    keys = {record["key"]: record["fingerprints"]["truth"] for record in second.records}
    other = tuple(
        {**record, "fingerprints": {**record["fingerprints"], print_: f"x{record['fingerprints'][print_]}"}}
        for record in second.records
    )
    truth = second.truth
    second = replace(
        second,
        records=other,
        truth=lambda record: truth({**record, "fingerprints": {"truth": keys[record["key"]]}}),
    )
    found = compare(run_of("a", FLOOR, SVM), second)
    assert {(pair.outcome, pair.reason) for pair in found.pairs} == {("not_comparable", told)}
    assert found.exit_code == 4


def test_a_cell_without_a_value_says_in_which_run_and_why() -> None:
    gone = {(0, fold, 0): ("failed", "boom") for fold in range(5)}
    pair = pair_of(compare(run_of("a", SVM), run_of("b", replace(SVM, ends=gone))), "svm")
    assert pair.outcome == "not_comparable"
    assert "second run" in pair.reason
    assert "boom" in pair.reason


def test_retrained_contestants_of_equal_skill_are_seldom_told_apart() -> None:
    players = [Player(f"model {number}", "classic", 0.9) for number in range(6)]
    told = [
        pair.outcome
        for seed in range(1, 6)
        for pair in compare(run_of("a", *players), run_of("b", *players, seed=seed)).pairs
    ]
    assert len(told) == 30
    assert sum(outcome in ("better", "worse") for outcome in told) <= 2


def test_every_format_holds_every_pair() -> None:
    found = compare(run_of("a", FLOOR, SVM, NET), run_of("b", FLOOR, replace(SVM, skill=0.8), seed=1))
    held = json.loads(found.render("json"))
    assert [cell["outcome"] for cell in held["cells"]] == [pair.outcome for pair in found.pairs]
    assert sum(held["counts"].values()) == len(found.pairs)
    lines = list(csv.DictReader(io.StringIO(found.render("csv"))))
    assert [line["contestant"] for line in lines] == [pair.contestant for pair in found.pairs]
    for name in ("terminal", "markdown"):
        text = found.render(name, width=120, color=False)
        assert all(pair.contestant in text for pair in found.pairs)
        assert "Worse in the second run" in text
    with pytest.raises(UnknownName):
        found.render("yaml")


def test_runs_side_by_side_label_only_contestants_that_repeat() -> None:
    both = together([run_of("a", FLOOR, SVM), run_of("b", replace(SVM, skill=0.8), NET, seed=1)])
    held = {row.contestant: row for row in rows(both)}
    assert set(held) == {"majority", "svm (a)", "svm (b)", "net"}
    assert held["svm (a)"].value == value_of(run_of("a", SVM), "svm")
    assert all(key.startswith("b:") for key in held["net"].keys)


def test_a_contestant_whose_records_were_lent_stands_once() -> None:
    first = run_of("a", FLOOR, SVM)
    second = replace(first, run={**first.run, "id": "b"})
    both = together([first, second])
    assert {row.contestant for row in rows(both)} == {"majority", "svm"}
    assert len(both.jobs) == len(first.jobs)


def test_runs_ask_for_the_metrics_of_all_of_them() -> None:
    both = together([run_of("a", SVM), run_of("b", NET, metrics=("log_loss",))])
    held = {(row.contestant, row.metric): row.value for row in rows(both)}
    assert set(held) == {(name, metric) for name in ("svm", "net") for metric in ("accuracy", "log_loss")}
    assert all(value is not None for value in held.values())


def test_runs_are_called_by_their_ids_by_suite_and_id_or_by_number() -> None:
    one, other = run_of("a", SVM), run_of("b", SVM)
    assert names_of([one, other]) == ["a", "b"]
    renamed = replace(one, run={**one.run, "suite_name": "other"})
    assert names_of([one, renamed]) == ["made/a", "other/a"]
    assert names_of([one, one]) == ["made/a #1", "made/a #2"]
