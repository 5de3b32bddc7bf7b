"""A baseline file: small, whole after a way through text, refused where it is damaged, old ones still read."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_run import Game, Player, made_run

from dlbench.core.errors import UsageError
from dlbench.gate import baseline, check
from dlbench.reporting.baseline import written
from dlbench.reporting.packed import packed, unpacked
from dlbench.stats.crossed_loss import Fits, added_to_share, crossed_loss

FIXED = Game("digits", [Player("svm", "classic", 0.9, spread=0.01)], folds=1, seeds=5, items=1000)


def test_fifty_cells_of_a_thousand_items_and_five_seeds_fit_into_git() -> None:
    players = [Player(f"contestant {number}", "classic", 0.7 + number / 100, "Values") for number in range(25)]
    game = Game("houses", players, "tabular_regression", ("rmse", "mae"), folds=1, seeds=5, items=1000)
    made = baseline(made_run([game]))
    assert len(made["cells"]) == 50
    assert all(cell["items"]["count"] == 1000 for cell in made["cells"])
    assert len(written(made).encode()) < 200_000


def test_a_diff_shows_which_cells_changed() -> None:
    made = baseline(made_run([FIXED]))
    before, after = (written({**made, "cells": cells}).splitlines() for cells in (made["cells"], made["cells"][:1]))
    assert sum(line not in after for line in before) == len(made["cells"])
    assert json.loads("\n".join(before)) == made


def test_what_is_read_back_decides_as_what_was_kept() -> None:
    made, later = baseline(made_run([FIXED])), made_run([FIXED], run="run-2", seed=1)
    assert check(later, json.loads(written(made))).outcomes == check(later, made).outcomes


def test_rounding_moves_no_bound_by_a_hundredth_of_its_width() -> None:
    game = replace(FIXED, metrics=("accuracy",))
    before, after = made_run([game]), made_run([game], run="run-2", seed=1)
    rounded = check(after, json.loads(written(baseline(before)))).outcomes[0]
    sides = []
    for source in (before, after):
        hits = np.array([_hits(source, record) for record in source.records])
        sides.append(Fits.of(hits.mean(axis=1), hits - hits.mean(axis=1, keepdims=True), added_to_share(1000)))
    exact = crossed_loss(*sides)
    assert exact is not None
    low, high = exact.bounds()
    assert (rounded.low, rounded.high) == pytest.approx((low, high), abs=0.01 * (high - low))


def _hits(source: Any, record: Any) -> np.ndarray:
    return np.asarray(source.predictions(record).to("Labels").codes == source.truth(record).target, dtype=float)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_numbers_come_back_within_half_a_step(values: list[float]) -> None:
    kept = packed(np.array(values))
    assert np.abs(unpacked(json.loads(json.dumps(kept))) - values).max() <= kept["step"] * 0.501


def test_a_thousand_normal_numbers_take_less_than_two_kilobytes() -> None:
    assert len(packed(np.random.default_rng(0).normal(size=1000))["data"]) < 2000


@pytest.mark.parametrize(
    "damage",
    [
        {"count": 999},
        {"count": 10**9},
        {"count": -1},
        {"data": "!!"},
        {"step": "nan"},
        {"data": base64.b85encode(zlib.compress(bytes(10**7))).decode()},
    ],
)
def test_items_that_are_damaged_or_swell_are_refused(damage: dict[str, Any]) -> None:
    made = json.loads(written(baseline(made_run([FIXED]))))
    made["cells"][0]["items"] |= damage
    with pytest.raises(UsageError, match="save it again"):
        check(made_run([FIXED], run="run-2"), made)


def test_a_baseline_of_format_1_still_decides() -> None:
    new = baseline(made_run([FIXED]))
    cells = [{**cell, "values": _as_format_1(cell)} for cell in new["cells"]]
    old = {"format": 1, "run": "run-1", "suite": "made", "created": None}
    old["cells"] = [{name: cell[name] for name in cell if name not in ("folds", "items")} for cell in cells]
    worse = replace(FIXED, players=[Player("svm", "classic", 0.75)])
    checked = check(made_run([worse], run="run-2"), old)
    assert {outcome.outcome for outcome in checked.outcomes} == {"regressed"}
    assert "paired items" not in checked.outcomes[0].reason
    assert check(made_run([FIXED], run="run-2"), old).exit_code == 0
    assert any("does not say" in sentence for sentence in checked.origin)


def _as_format_1(cell: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"repeat": fold["repeat"], "fold": fold["fold"], "seed": int(seed), "split": fold["split"], "value": value}
        for fold in cell["folds"]
        for seed, value in fold["values"].items()
    ]


def test_many_items_share_a_number() -> None:
    many = replace(FIXED, items=5000, seeds=2)
    cell = baseline(made_run([many]))["cells"][0]
    assert cell["items"]["count"] == 1000
    assert check(made_run([many], run="run-2", seed=1), baseline(made_run([many]))).exit_code in (0, 4)
