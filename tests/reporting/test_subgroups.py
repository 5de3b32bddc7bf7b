"""Subgroups: values by hand, the gap that was planted, none where none is, small groups, every format."""

from __future__ import annotations

import csv
import doctest
import importlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from made_run import HOSTILE, Game, Player, made_run
from rich.cells import cell_len

from dlbench.core.form import Form
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.reporting import render
from dlbench.reporting.board import board
from dlbench.reporting.source import Record, Source
from dlbench.reporting.subgroup_gap import Group, ends
from dlbench.reporting.subgroups import Subgroups, subgroups

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.95)
NET = Player("net", "deep", 0.9)
GAME = Game("people", [FLOOR, SVM, NET], items=400)
Naming = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Grouped(Truth):
    groups: np.ndarray | None = None


def halves(ids: np.ndarray) -> np.ndarray:
    return np.where(ids.astype(int) % 2 == 0, "f", "m")


def grouped(source: Source, naming: Naming = halves, *, worse: str = "", share: float = 0.3) -> Source:
    """Give test items groups by their ids; svm is made wrong on a share of the items of group `worse`."""

    def truth(record: Record) -> Truth:
        held = source.truth(record)
        return Grouped(held.ids, held.target, held.classes, held.inputs, groups=naming(held.ids))

    def predictions(record: Record) -> Form:
        form = source.predictions(record)
        if record["job"]["contestant"]["label"] != "svm" or not worse:
            return form
        held, values = truth(record), form.arrays()["values"].copy()
        hit = np.flatnonzero(naming(held.ids) == worse)
        hit = hit[: round(share * len(hit))]
        values[hit] = np.eye(values.shape[1])[(held.target[hit] + 1) % values.shape[1]]
        return Probabilities(values)

    run = {**source.run, "suite": {**source.run["suite"], "protocol": {"groups": "sex"}}}
    return replace(source, run=run, truth=truth, predictions=predictions)


def found_for(source: Source, contestant: str = "svm") -> Subgroups:
    return next(held for held in subgroups(source, board(source)) if held.contestant == contestant)


def test_without_groups_nothing_is_told() -> None:
    source = made_run([GAME])
    assert subgroups(source, board(source)) == ()
    assert " by sex" not in render(source, "markdown")
    assert json.loads(render(source, "json"))["subgroups"] == []


def test_values_are_means_over_folds_of_the_score_within_a_group() -> None:
    source = grouped(made_run([replace(GAME, folds=3, seeds=2)]), worse="f")
    by_fold: dict[str, dict[int, list[float]]] = {"f": {}, "m": {}}
    for record in source.records:
        if record["job"]["contestant"]["label"] == "svm":
            truth = source.truth(record)
            right = source.predictions(record).to("Labels").arrays()["codes"] == truth.target
            for name, found in by_fold.items():
                found.setdefault(record["job"]["fold"], []).append(right[halves(truth.ids) == name].mean())
    expected = {name: np.mean([np.mean(held) for held in found.values()]) for name, found in by_fold.items()}
    held = found_for(source)
    assert {group.name: group.value for group in held.groups} == pytest.approx(expected)
    assert held.gap == pytest.approx(expected["m"] - expected["f"])
    assert (held.worst, held.best, held.column, held.metric) == ("f", "m", "sex", "accuracy")


@pytest.mark.parametrize("folds", [1, 5])
def test_a_planted_gap_is_found_and_its_interval_leaves_out_zero(folds: int) -> None:
    source = grouped(made_run([replace(GAME, folds=folds)]), worse="m")
    held, other = found_for(source), found_for(source, "net")
    assert held.worst == "m"
    assert held.low is not None
    assert held.high is not None
    assert held.gap is not None
    assert 0 < held.low < held.gap < held.high
    assert other.gap is not None
    assert other.gap < 0.1


def test_without_a_gap_few_intervals_leave_out_zero() -> None:
    players = [Player(f"p{number}", "classic", 0.8, spread=0) for number in range(25)]
    source = grouped(made_run([Game("people", players, folds=1, metrics=("accuracy",))]))
    wrong = sum((held.low or 0) > 0 for held in subgroups(source, board(source)))
    assert wrong <= 4  # of 25 at 5 %: four or fewer with probability .99


def test_four_groups_are_not_told_apart_by_the_widest_pair_of_chance() -> None:
    players = [Player(f"p{number}", "classic", 0.8, spread=0) for number in range(25)]
    source = grouped(
        made_run([Game("people", players, folds=1, metrics=("accuracy",))]),
        lambda ids: (ids.astype(int) % 4).astype(str),
    )
    wrong = sum((held.low or 0) > 0 for held in subgroups(source, board(source)))
    assert wrong <= 4


def test_lower_is_better_turns_worst_and_best() -> None:
    held = found_for(grouped(made_run([replace(GAME, metrics=("log_loss",))]), worse="f"))
    values = {group.name: group.value or 0.0 for group in held.groups}
    assert values["f"] > values["m"]
    assert (held.worst, held.best) == ("f", "m")
    assert held.gap is not None
    assert held.gap > 0


def test_small_groups_are_shown_and_marked_but_do_not_make_the_gap() -> None:
    def naming(ids: np.ndarray) -> np.ndarray:
        return np.where(ids.astype(int) < 5, "x", halves(ids))

    source = grouped(made_run([GAME]), naming, worse="x", share=1.0)
    held = found_for(source)
    few = next(group for group in held.groups if group.name == "x")
    assert (few.n, few.few, few.value) == (5, True, 0.0)
    assert "x" not in (held.worst, held.best)
    assert "† fewer than 30 items" in render(source, "markdown")


def test_n_counts_different_items_not_folds_and_seeds() -> None:
    held = found_for(grouped(made_run([replace(GAME, folds=2, repeats=2, seeds=2)])))
    assert {group.name: group.n for group in held.groups} == {"f": 200, "m": 200}


def test_a_score_that_a_group_does_not_define_is_no_number() -> None:
    def by_class(ids: np.ndarray) -> np.ndarray:
        return np.where(ids.astype(int) == 0, "alone", "rest")

    held = found_for(grouped(made_run([replace(GAME, metrics=("roc_auc",))]), by_class))
    values = {group.name: group.value for group in held.groups}
    assert values["alone"] is None
    assert values["rest"] is not None
    assert (held.gap, held.worst, held.low) == (None, None, None)


def test_area_under_the_curve_has_a_gap_too() -> None:
    held = found_for(grouped(made_run([replace(GAME, metrics=("roc_auc",), folds=1, items=200)]), worse="m"))
    assert held.low is not None
    assert 0 < held.low < (held.gap or 0)


def test_ends_need_two_groups() -> None:
    assert ends([Group("a", 99, 0.5), Group("b", 99, None)], 1) is None
    held = ends([Group("a", 9, 0.5), Group("b", 9, 0.7), Group("c", 99, 0.1)], 1)
    assert held is not None
    assert (held.worst.name, held.best.name, held.pairs) == ("c", "b", 3)


def test_a_job_that_failed_or_cannot_be_read_is_left_out() -> None:
    ends_badly = {(0, fold, 0): ("failed", "boom") for fold in range(5)}
    source = grouped(made_run([replace(GAME, players=[FLOOR, SVM, replace(NET, ends=ends_badly)])]))
    assert [held.contestant for held in subgroups(source, board(source))] == ["majority", "svm"]

    def lost(record: Record) -> Form:
        raise OSError("predictions.npz is gone")

    assert subgroups(replace(source, predictions=lost), board(source)) == ()


def test_every_format_tells_the_gap() -> None:
    source = grouped(made_run([GAME]), worse="f")
    held = found_for(source)
    for text in (render(source, "markdown"), render(source, "terminal", width=120, color=False)):
        assert "accuracy ↑ by sex" in text
        assert "f, n = 200" in text
        assert f"{held.gap:.4f}" in text
    told = json.loads(render(source, "json"))["subgroups"]
    svm = next(entry for entry in told if entry["contestant"] == "svm")
    assert svm["gap"] == pytest.approx(held.gap)
    assert {group["name"]: group["n"] for group in svm["groups"]} == {"f": 200, "m": 200}
    assert len(list(csv.DictReader(io.StringIO(render(source, "csv"))))) == 6


def test_hostile_groups_are_harmless_and_fit() -> None:
    def naming(ids: np.ndarray) -> np.ndarray:
        return np.array((*HOSTILE, "contestant"))[ids.astype(int) % 6]

    source = grouped(made_run([replace(GAME, players=[SVM, NET])]), naming)
    source = replace(source, run={**source.run, "suite": {**source.run["suite"], "protocol": {"groups": HOSTILE[0]}}})
    markdown = render(source, "markdown")
    assert not re.search(r"<[a-zA-Z/!]", markdown)
    for width in (40, 100):
        text = render(source, "terminal", width=width, color=False)
        assert max(map(cell_len, text.splitlines())) <= width
        assert not [char for char in text if not char.isprintable() and char != "\n"]
    assert "The 4 largest of 6 groups" in markdown
    assert found_for(source).low is None  # fifteen pairs


def test_the_worked_case_holds() -> None:
    found = doctest.testmod(importlib.import_module("dlbench.reporting.subgroup_gap"))
    assert found.attempted
    assert not found.failed
