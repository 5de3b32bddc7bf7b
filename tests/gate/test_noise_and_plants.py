"""Regressions that are planted are caught, honest noise is not: made runs of fixed test sets and of folds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.gate import Check, baseline, check

METRICS = ("accuracy", "f1_macro", "log_loss")
NET = Player("net", "deep", 0.9, spread=0.008)
FIXED = Game("digits", [NET], metrics=METRICS, folds=1, seeds=5, items=400)
FOLDS = replace(FIXED, folds=5, seeds=2, items=200)


def held(game: Game, later: Game, seed: int, margins: object = None) -> Check:
    return check(
        made_run([later], run="run-2", seed=2 * seed + 1),
        baseline(made_run([game], seed=2 * seed)),
        margins=margins,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("game", [FIXED, FOLDS], ids=["fixed", "folds"])
def test_honest_retrainings_do_not_regress(game: Game) -> None:
    codes = [held(game, game, seed).exit_code for seed in range(15)]
    assert set(codes) <= {0, 4}


@pytest.mark.parametrize("game", [FIXED, FOLDS], ids=["fixed", "folds"])
def test_a_loss_far_beyond_the_margin_is_found(game: Game) -> None:
    worse = replace(game, players=[replace(NET, skill=0.8)])
    assert {held(game, worse, seed).exit_code for seed in range(5)} == {1}


def test_twice_a_margin_of_three_hundredths_is_found_on_a_thousand_items() -> None:
    game = replace(FIXED, items=1000, metrics=("accuracy",), players=[replace(NET, spread=0.004)])
    worse = replace(game, players=[replace(game.players[0], skill=0.84)])
    codes = [held(game, worse, seed, {"accuracy": 0.03}).exit_code for seed in range(30)]
    assert codes.count(1) >= 27


def test_an_improvement_is_never_called_a_regression() -> None:
    better = replace(FIXED, players=[replace(NET, skill=0.97)])
    checked = held(FIXED, better, 0)
    assert checked.exit_code == 0
    assert all((outcome.loss or 0) < 0 for outcome in checked.outcomes)


def test_a_metric_that_does_not_add_up_is_paired_item_by_item_too() -> None:
    game = replace(FIXED, metrics=("roc_auc",), items=200)
    assert held(game, game, 0).outcomes[0].outcome in ("pass", "inconclusive")
    worse = held(game, replace(game, players=[replace(NET, skill=0.6)]), 0).outcomes[0]
    assert worse.outcome == "regressed"
    assert "paired items" in worse.reason


def test_more_cells_need_more_evidence() -> None:
    many = replace(FIXED, metrics=("accuracy",), players=[replace(NET, label=f"net {n}") for n in range(12)])
    before, after = baseline(made_run([many])), made_run([many], run="run-2", seed=1)
    one = {**before, "cells": before["cells"][:1]}
    alone, among = check(after, one).outcomes[0], check(after, before).outcomes[0]
    assert alone.low == among.low
    assert (among.detectable or 0) > (alone.detectable or 1)
    assert (among.power or 1) < (alone.power or 0)


def test_a_loss_is_regressed_alone_and_open_among_many() -> None:
    game = replace(FIXED, metrics=("accuracy",), players=[replace(NET, spread=0.0), *_others(20)])
    worse = replace(game, players=[replace(NET, spread=0.0, skill=0.848), *_others(20)])
    before, after = baseline(made_run([game])), made_run([worse], run="run-2", seed=3)
    alone = check(after, {**before, "cells": before["cells"][:1]}).outcomes[0]
    among = check(after, before).outcomes[0]
    assert alone.p == among.p
    assert (among.adjusted or 0) == pytest.approx(min(1.0, 21 * (alone.p or 0)))
    assert alone.outcome == "regressed" or (alone.p or 0) > 0.05


def _others(count: int) -> list[Player]:
    return [replace(NET, label=f"other {number}") for number in range(count)]


def test_what_the_check_could_have_seen_is_seen_that_often() -> None:
    game = replace(FIXED, metrics=("accuracy",), players=[replace(NET, spread=0.005)])
    seen = held(game, game, 0).outcomes[0].detectable or 0.0
    worse = replace(game, players=[replace(game.players[0], skill=0.9 - seen)])
    found = [held(game, worse, seed).exit_code == 1 for seed in range(1, 61)]
    assert 0.6 <= np.mean(found) <= 0.95


def test_other_test_items_are_not_comparable() -> None:
    before = baseline(made_run([FIXED]))
    for cell in before["cells"]:
        cell["items"]["digest"] = "another"
    checked = check(made_run([FIXED], run="run-2", seed=1), before)
    assert {(one.outcome, one.reason) for one in checked.outcomes} == {
        ("not_comparable", "other test items: their ids differ")
    }


def test_one_seed_counts_the_items_but_never_passes_unless_equal() -> None:
    single = replace(FIXED, seeds=1, metrics=("accuracy",))
    worse = replace(single, players=[replace(NET, skill=0.75)])
    assert held(single, worse, 0).outcomes[0].outcome == "regressed"
    for found in (held(single, single, seed).outcomes[0] for seed in range(8)):
        assert found.outcome == ("inconclusive" if found.loss else "pass")


def test_inconclusive_cells_pass_where_that_is_asked_for() -> None:
    single = replace(FIXED, seeds=1, metrics=("accuracy",))
    before, after = baseline(made_run([single])), made_run([single], run="run-2", seed=1)
    assert check(after, before).exit_code == 4
    assert check(after, before, inconclusive="pass").exit_code == 0
    worse = made_run([replace(single, players=[replace(NET, skill=0.7)])], run="run-2")
    assert check(worse, before, inconclusive="pass").exit_code == 1
    assert check(after, {**before, "cells": []}, inconclusive="pass").exit_code == 4
