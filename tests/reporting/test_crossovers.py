"""The crossover along a sweep: found where it is planted, none where there is none, the same draws at every point."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.reporting import render
from dlbench.reporting.crossover import Crossover
from dlbench.reporting.findings import find
from dlbench.reporting.source import Source
from dlbench.stats.fold_draws import corrected_draws

FLOOR = Player("majority", "floor", 0.25, spread=0)
ROWS = (100, 300, 1000, 3000)


def swept(deep: Sequence[float], axis: str = "rows", at: Sequence[float] = ROWS, **game: Any) -> Source:
    """Return a run in which classic stays at .8 and deep has the given skills along an axis."""
    games = [
        Game(
            "digits",
            [FLOOR, Player("svm", "classic", 0.8, spread=0), Player("net", "deep", skill, spread=0)],
            point={axis: x},
            items=600,
            **game,
        )
        for x, skill in zip(at, deep, strict=True)
    ]
    return made_run(games)


def only(source: Source) -> Crossover:
    (found,) = find(source).crossovers
    return found


@pytest.mark.parametrize("protocol", [{"folds": 5}, {"folds": 1, "seeds": 3}, {"folds": 1, "seeds": 5}])
def test_a_planted_crossing_lies_in_its_interval(protocol: dict[str, int]) -> None:
    """From .7 at 300 to .9 at 1,000 the skills meet half way, on a log axis at the root of 300 · 1,000."""
    found = only(swept([0.5, 0.7, 0.9, 0.98], **protocol))
    assert (found.answer, found.axis, found.log) == ("crosses", "rows", True)
    assert found.share is not None
    assert found.share > 0.99
    assert found.at is not None
    assert found.low is not None
    assert found.high is not None
    assert 300 < found.at < 1000
    assert found.low < found.at < found.high
    assert found.low < (300 * 1000) ** 0.5 < found.high
    assert [x for x, *_ in found.points] == list(ROWS)
    assert "Deep leads from about" in found.text


def test_no_crossing_in_range_is_an_answer() -> None:
    behind, ahead = only(swept([0.4, 0.5, 0.55, 0.6])), only(swept([0.9, 0.95, 0.97, 0.99]))
    for found in (behind, ahead):
        assert (found.answer, found.at, found.low, found.high, found.share) == ("none", None, None, None, 0.0)
    assert "No crossover in range, 100 rows to 3,000 rows: deep is ahead at no point" in behind.text
    assert "deep is ahead at every point" in ahead.text


def test_an_interval_that_leaves_the_range_says_so() -> None:
    found = only(swept([0.5, 0.6, 0.7, 0.81]))
    assert found.high is None
    assert "beyond 3,000 rows" in found.text or "not ruled out" in found.text


def test_points_tell_the_differences_of_the_verdicts() -> None:
    source = swept([0.5, 0.7, 0.9, 0.98])
    found, verdicts = only(source), find(source).verdicts
    assert [point[1:] for point in found.points] == [(one.difference, one.low, one.high) for one in verdicts]
    assert set(found.keys) == {key for one in verdicts for key in one.keys}


def test_trials_are_read_on_a_plain_axis() -> None:
    found = only(swept([0.7, 0.9], axis="trials", at=(2, 10)))
    assert (found.axis, found.log) == ("trials", False)
    assert found.at is not None
    assert 2 < found.at < 10


def test_two_axes_give_a_crossover_along_each_at_every_value_of_the_other() -> None:
    players = [FLOOR, Player("svm", "classic", 0.8), Player("net", "deep", 0.9)]
    games = [
        Game("digits", players, point={"rows": rows, "trials": trials}) for rows in (100, 1000) for trials in (2, 8)
    ]
    held = {(one.axis, one.beside) for one in find(made_run(games)).crossovers}
    rows = {("rows", '{"trials":2}'), ("rows", '{"trials":8}')}
    assert held == rows | {("trials", '{"rows":100}'), ("trials", '{"rows":1000}')}


def test_one_side_alone_has_no_crossover_to_tell() -> None:
    games = [Game("digits", [FLOOR, Player("svm", "classic", 0.8)], point={"rows": rows}) for rows in (100, 1000)]
    assert only(made_run(games)).answer == "unknown"
    assert "fewer than two points" in only(made_run(games)).text


def test_without_a_sweep_there_is_none() -> None:
    assert find(made_run([Game("digits", [FLOOR, Player("svm", "classic", 0.8)])])).crossovers == ()


def test_every_format_tells_it_in_the_same_words() -> None:
    source = swept([0.5, 0.7, 0.9, 0.98])
    text = only(source).text
    assert text in " ".join(render(source, "terminal", width=200, color=False).split())
    assert text.replace("[", "\\[") in render(source, "markdown")
    assert json.loads(render(source, "json"))["crossovers"][0]["text"] == text
    assert text in find(source).summary[3].text


def test_each_point_is_as_wide_as_its_own_share_of_test_items() -> None:
    """With few rows to fit on, folds share nearly nothing but their luck counts more: the first points spread wider."""
    source = swept([0.76, 0.8, 0.82, 0.84], folds=5)

    def sized(fitted: Callable[[float], float]) -> Source:
        records = [
            {**record, "sizes": {"train": fitted(record["job"]["point"]["rows"]), "valid": 0, "test": 750}}
            for record in source.records
        ]
        return replace(source, records=tuple(records))

    own, last = only(sized(lambda rows: rows)), only(sized(lambda rows: 3000))
    assert own.at == last.at
    assert own.points[-1] == last.points[-1]
    assert own.share is not None
    assert last.share is not None
    assert own.share < last.share
    table = np.random.default_rng(0).normal(size=(5, 2))
    shares = np.array([7.5, 0.25])
    drawn = corrected_draws(table, shares, np.random.default_rng(1))
    for at, share in enumerate(shares):
        alone = corrected_draws(table, float(share), np.random.default_rng(1))
        assert drawn[:, at] == pytest.approx(alone[:, at])
