"""The protocol's one test and interval: Holm over the verdicts, Wilson at the ends, McNemar, strata of the area."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.reporting import render
from dlbench.reporting.board import board
from dlbench.reporting.findings import find
from dlbench.reporting.intervals import Gap, gap
from dlbench.reporting.rows import rows
from dlbench.reporting.verdict import decide
from dlbench.reporting.weighing import Weighed, weigh
from dlbench.stats.area import newcombe, sizes
from dlbench.stats.proportion import wilson

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.95)
NET = Player("net", "deep", 0.8)


def games(count: int, *players: Player, **options: object) -> list[Game]:
    return [Game(f"task {number}", [FLOOR, *players], **options) for number in range(count)]  # type: ignore[arg-type]


def test_p_values_of_several_verdicts_are_those_of_holm() -> None:
    close = replace(NET, skill=0.93)
    held = find(made_run(games(4, SVM, close))).verdicts
    p = [verdict.p or 0.0 for verdict in held]
    order = np.argsort(p)
    lifted = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * np.array([4, 3, 2, 1])))
    assert [held[index].p_adjusted for index in order] == pytest.approx(list(lifted))
    assert all(verdict.comparisons == 4 for verdict in held)
    assert len(set(p)) == 4


def test_the_sentence_tells_the_adjusted_p_and_the_family_only_where_there_is_one() -> None:
    alone, several = find(made_run(games(1, SVM, NET))).verdicts, find(made_run(games(3, SVM, NET))).verdicts
    assert "Holm" not in " ".join(alone[0].sentences)
    assert alone[0].p == alone[0].p_adjusted
    assert all("after Holm over 3 comparisons]" not in verdict.sentences[0] for verdict in several)
    assert all("after Holm over 3 comparisons." in verdict.sentences[0] for verdict in several)


def test_a_task_without_a_comparison_is_not_counted() -> None:
    held = find(made_run([*games(2, SVM, NET), Game("lonely", [FLOOR, SVM])])).verdicts
    assert [verdict.comparisons for verdict in held] == [2, 2, 2]
    assert held[2].p_adjusted is None
    told = json.loads(render(made_run(games(2, SVM, NET)), "json"))["verdicts"][0]
    assert told["comparisons"] == 2
    assert told["p_adjusted"] >= told["p"]


def test_a_lead_that_does_not_survive_the_family_is_undecided() -> None:
    found = Gap(0.03, 0.002, 0.06, 0.04, 5, 1)
    assert decide(found, 0.02, {}, 0.04) == "deep"
    assert decide(found, 0.02, {}, 0.12) == "undecided"
    assert decide(replace(found, high=0.01), 0.02, {}, 1.0) == "equivalent"


def test_more_comparisons_can_see_less() -> None:
    half = stats.t(4).ppf(0.975)
    found = Gap(0.0, -half, half, 1.0, 5, 1, df=4)
    assert found.detectable_among(1) == found.detectable == pytest.approx(half)
    assert found.detectable_among(19) == pytest.approx(stats.t(4).ppf(1 - 0.025 / 19))
    flat = replace(found, df=None)
    assert flat.detectable_among(2) / half == pytest.approx(stats.norm.ppf(1 - 0.0125) / stats.norm.ppf(0.975))


def test_many_comparisons_get_the_resamples_that_a_clear_lead_needs() -> None:
    game = Game("digits", [SVM, replace(NET, skill=0.4)], folds=1, items=60, metrics=("balanced_accuracy",))
    source = made_run([game])
    place = board(source)[0]
    alone = gap(source, place, "svm", "net", "balanced_accuracy")
    among = gap(source, place, "svm", "net", "balanced_accuracy", comparisons=40)
    assert alone is not None
    assert among is not None
    assert 40 * alone.p > 0.05 > 40 * among.p


@pytest.mark.parametrize("skill", [1.0, 0.995, 0.6, 0.0])
def test_accuracy_of_one_seed_has_wilsons_interval(skill: float) -> None:
    source = made_run([Game("digits", [FLOOR, replace(SVM, skill=skill, spread=0)], folds=1, items=400)])
    row = next(row for row in rows(source) if (row.contestant, row.metric) == ("svm", "accuracy"))
    assert row.value is not None
    expected = wilson(round(row.value * 400), 400)
    assert (row.low, row.high) == pytest.approx((expected.low, expected.high))
    assert row.low != row.high


@pytest.mark.parametrize(("metric", "seeds"), [("accuracy", 6), ("f1_macro", 1), ("precision", 3), ("f1_micro", 1)])
def test_without_errors_every_share_reaches_as_far_as_wilsons(metric: str, seeds: int) -> None:
    game = Game(
        "digits", [FLOOR, replace(SVM, skill=1.0, spread=0)], folds=1, seeds=seeds, metrics=(metric,), items=200
    )
    source = made_run([game])
    row = next(row for row in rows(source) if row.contestant == "svm")
    held = weigh(source, board(source)[0].cells["svm", metric], metric)
    assert isinstance(held, Weighed)
    items = held.share_items
    assert items == 200 if metric in ("accuracy", "f1_micro") else 0 < items < 200  # type: ignore[operator]
    assert row.value == 1.0
    assert (row.low, row.high) == pytest.approx((wilson(items, items).low, 1.0))  # type: ignore[arg-type]


@pytest.mark.parametrize(("skill", "joined"), [(1.0, True), (0.8, False)])
def test_an_area_near_one_reaches_as_far_as_newcombes(skill: float, joined: bool) -> None:
    game = Game("two", [replace(SVM, skill=skill, spread=0)], folds=1, metrics=("roc_auc",), items=200, classes=2)
    source = made_run([game])
    held = weigh(source, board(source)[0].cells["svm", "roc_auc"], "roc_auc")
    row = rows(source)[0]
    assert isinstance(held, Weighed)
    assert row.value is not None
    outside = newcombe(row.value, *sizes(held.truth.target))
    assert (row.low == pytest.approx(outside.low)) == joined


def test_far_from_the_ends_and_of_several_seeds_it_is_the_bootstrap() -> None:
    game = Game("digits", [FLOOR, replace(SVM, skill=0.8)], folds=1, seeds=6)
    row = next(row for row in rows(made_run([game])) if (row.contestant, row.metric) == ("svm", "accuracy"))
    assert row.value is not None
    alone = wilson(row.value * 200, 200)
    assert row.low is not None
    assert row.high is not None
    assert row.high - row.low < alone.high - alone.low  # six fits that err apart say more than one


@pytest.mark.parametrize(("metric", "seeds"), [("accuracy", 1), ("accuracy", 6), ("f1_macro", 1), ("recall", 3)])
def test_two_without_errors_are_not_equal_to_the_last_digit(metric: str, seeds: int) -> None:
    """On 100 items that both get right, either may be wrong on z²/(n + z²) of all others."""
    players = [replace(held, skill=1.0, spread=0) for held in (SVM, NET)]
    source = made_run([Game("digits", players, folds=1, seeds=seeds, metrics=(metric,), items=100)])
    place = board(source)[0]
    found = gap(source, place, "svm", "net", metric)
    held = weigh(source, place.cells["svm", metric], metric)
    assert found is not None
    assert isinstance(held, Weighed)
    square = stats.norm.ppf(0.975) ** 2
    assert found.high == pytest.approx(square / (held.share_items + square))  # type: ignore[operator]
    assert (found.low, found.difference, found.p) == (-found.high, 0.0, 1.0)


def test_the_p_of_one_seed_and_accuracy_is_that_of_exact_mcnemar() -> None:
    source = made_run([Game("digits", [replace(SVM, skill=0.9), replace(NET, skill=0.86)], folds=1, items=300)])
    place = board(source)[0]
    sides = [weigh(source, place.cells[name, "accuracy"], "accuracy") for name in ("net", "svm")]
    net, svm = (side.hits() for side in sides if isinstance(side, Weighed))
    only, others = int((net & ~svm).sum()), int((svm & ~net).sum())
    expected = stats.binomtest(only, only + others).pvalue
    found = gap(source, place, "net", "svm", "accuracy")
    assert found is not None
    assert found.p == pytest.approx(expected)


def test_resamples_of_an_area_keep_the_classes_so_a_rare_one_is_never_lost() -> None:
    game = Game("rare", [replace(SVM, skill=0.9)], metrics=("roc_auc",), folds=1, items=40, classes=12)
    source = made_run([game])
    held = weigh(source, board(source)[0].cells["svm", "roc_auc"], "roc_auc")
    assert isinstance(held, Weighed)
    np.testing.assert_array_equal(held.strata, held.truth.target)
    assert np.bincount(held.truth.target).min() <= 2  # drawn freely, most resamples would lose a class
    assert rows(source)[0].low is not None
    plain = weigh(
        source, board(made_run([replace(game, metrics=("accuracy",))]))[0].cells["svm", "accuracy"], "accuracy"
    )
    assert isinstance(plain, Weighed)
    assert plain.strata is None
