"""Which origins of a forecasting task are shown, and how: from made forecasts, by hand, on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hostile import NASTY
from hypothesis import given, settings
from hypothesis import strategies as st
from made_forecasts import STEPS, forecasts

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.forms.values import Values
from dlbench.prepare.data import Data
from dlbench.prepare.series import Series
from dlbench.reporting import render
from dlbench.reporting.board import board
from dlbench.reporting.evidence.origins import apart, origins
from dlbench.reporting.evidence.reload import Reloaded
from dlbench.reporting.html.cards import Card, Group
from dlbench.reporting.html.inputs import with_inputs
from dlbench.reporting.html.line_chart import BOTTOM, LEFT, MOST_POINTS, RIGHT, TOP, Chart, Outlook
from dlbench.reporting.plain import plain
from dlbench.reporting.source import Record, Source

SHOWN = ("ridge", "gru")


class Charts(HTMLParser):
    """The charts of a page: what they tell a screen reader, and the attributes of every element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.told: list[str] = []
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {name for name, _ in attrs}
        if dict(attrs).get("class") == "lines":
            self.told.append(str(dict(attrs)["aria-label"]))


def points(line: str) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in line.split()]
    return [(float(x), float(y)) for x, y in pairs]


def alone_on_each(source: Source, judge: Metric) -> dict[str, list[float]]:
    """Return origin → what those shown score on it alone; folds that name origins alike: the first counts."""
    found: dict[str, list[float]] = {}
    for fold in range(2):
        truth = source.truth({"fingerprints": {"truth": f"truth-{fold}"}})
        for row in range(len(truth) // STEPS):
            own = truth.take(np.arange(row * STEPS, (row + 1) * STEPS))
            said = [source.predictions({"key": f"{name}-{fold}-0"}).arrays()["values"][row] for name in SHOWN]
            found.setdefault(f"t{row}", [judge.score(own, Values(values)) for values in said])
    return found


@pytest.mark.parametrize("metric", ["mase", "rmse", "r2"])
def test_the_worst_origins_are_those_on_which_the_best_scores_worst_by_the_metric_itself(metric: str) -> None:
    source = forecasts(metric=metric)
    (place,) = board(source)
    alone = alone_on_each(source, catalog.metric(metric))
    sign = 1 if catalog.metric(metric).better == "higher" else -1
    best = {key: max(sign * score for score in scores) for key, scores in alone.items()}
    found = origins(source, place, SHOWN, 2)
    assert found is not None
    title = "lowest" if sign > 0 else "highest"
    assert [one.title for one in found] == [f"{metric} {title} even for the best", f"{metric} in the middle"]
    assert found[0].ids[0] == min(best, key=lambda key: best[key])
    assert max(best[key] for key in found[0].ids) <= min(best[key] for key in found[1].ids)
    for one in found:
        assert one.total == len(alone)
        for at, key in enumerate(one.ids):
            assert [one.scores[name][at] for name in SHOWN] == pytest.approx(alone[key])


def test_origins_of_one_sort_share_no_step() -> None:
    source = forecasts(folds=1)  # forty origins, one step apart
    (place,) = board(source)
    found = origins(source, place, SHOWN, 3)
    assert found is not None
    assert len(found[0].ids) >= 2
    for one in found:
        rows = sorted(int(key[1:]) for key in one.ids)
        assert all(later - earlier >= STEPS for earlier, later in pairwise(rows))


@given(st.integers(1, 9), st.integers(1, 12))
def test_the_distance_of_origins_is_read_off_what_they_share(step: int, horizon: int) -> None:
    walk = np.random.default_rng(0).normal(size=100)
    futures = np.array([walk[begin : begin + horizon] for begin in range(0, 100 - horizon, step)])
    assert apart(futures) == -(-horizon // min(step, horizon))


def test_what_is_no_forecast_has_no_origins() -> None:
    source = forecasts()
    (place,) = board(source)

    def numbers(record: Record) -> Values:
        return Values(source.predictions(record).arrays()["values"].reshape(-1))

    assert origins(replace(source, predictions=numbers), place, SHOWN, 2) is None  # type: ignore[arg-type]
    assert origins(source, replace(place, metrics=("accuracy",)), SHOWN, 2) is None


def test_a_page_draws_them_in_words_too_and_without_items_none() -> None:
    source = forecasts(folds=1)
    page = render(source, "html")
    told = Charts(page).told
    (place,) = board(source)
    found = origins(source, place, ("ridge", "gru"), 4)
    assert found is not None
    assert len(told) == sum(len(one.ids) for one in found)
    assert told[0].startswith(f"origin {found[0].ids[0]}, at +1, +6, +12: what came ")
    for name in SHOWN:
        assert f"{name} ({found[0].scores[name][0]:.4f}) " in told[0]
        assert f"{name}: {found[0].scores[name][0]:.4f}<" in page
    assert Charts(render(source, "html", items=False)).told == []


def test_the_past_of_an_origin_is_drawn_where_the_series_can_be_read() -> None:
    values = np.arange(60.0)
    series = Series(values[:, None], horizon=2, context=30)
    data = Data(series, values, ids=np.array([f"day {step}" for step in range(60)]))
    places = {str(name): place for place, name in enumerate(data.item_ids)}
    chart = Chart(np.array([40.0, 41.0]), (Outlook("net", "deep", "1.0", np.array([39.0, 39.0])),), np.empty(0))
    group = Group("worst", 2, (Card("day 40", "", (), chart=chart), Card("unknown", "", (), chart=chart)))
    (drawn,), note = with_inputs([group], Reloaded(data, "", places), 72)
    held, bare = (card.chart for card in drawn.cards)
    assert note == ""
    assert held is not None
    assert bare is chart
    assert held.known.tolist() == list(range(16, 40))
    known, came, said = held.lines
    assert points(known.points)[-1] == points(came.points)[0] == points(said.points)[0]
    assert points(known.points)[0] == (LEFT, BOTTOM)
    assert points(came.points)[-1] == (RIGHT, TOP)
    assert points(known.points)[-1][0] == held.origin
    assert held.told == "after 39, at +1, +2: what came 40, 41; net (1.0) 39, 39"
    assert [line.what for line in bare.lines] == ["what came", "net: 1.0"]
    (kept,), reason = with_inputs([group], Reloaded(None, "gone", {}), 72)
    assert (kept, reason) == (group, "gone")


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2000), st.integers(0, 500), st.sampled_from([0.0, 1e-9, 1.0, 1e9]), st.integers(0, 99))
def test_long_lines_keep_their_ends_and_all_stay_within(horizon: int, past: int, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    came, said, known = (scale * rng.normal(size=size) for size in (horizon, horizon, past))
    chart = Chart(came, (Outlook("net", "deep", "1.0", said),), known)
    drawn = [points(line.points) for line in chart.lines]
    assert all(2 <= len(line) <= max(2, MOST_POINTS) for line in drawn)
    flat = [pair for line in drawn for pair in line]
    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in flat)
    if scale and horizon + past > 1:
        assert {TOP, BOTTOM} <= {y for _, y in flat}
    assert drawn[-1][-1][0] == (RIGHT if horizon > 1 or past else LEFT)


def test_hostile_names_do_nothing() -> None:
    run = forecasts(folds=1)

    def named(record: Record) -> dict[str, Any]:
        contestant = record["job"]["contestant"]
        label = NASTY[13] if contestant["label"] == "ridge" else contestant["label"]
        return {**record, "job": {**record["job"], "contestant": {**contestant, "label": label}}}

    def truth(record: Record) -> Any:
        held = run.truth(record)
        rows = range(len(held) // STEPS)
        ids = np.array([f"{NASTY[at % len(NASTY)]}{at}+{step}" for at in rows for step in range(1, STEPS + 1)])
        return replace(held, ids=ids)

    source = replace(run, records=tuple(named(record) for record in run.records), truth=truth)
    page = render(source, "html")
    read = Charts(page)
    assert len(read.told) >= 4
    assert all(plain(told) == told for told in read.told)
    assert any(plain(NASTY[13]) in told for told in read.told)
    assert not any(name.startswith("on") for name in read.names)
    assert "<script>alert" not in page


def test_charts_are_small() -> None:
    """Eight of the longest, as a page with one task has: under an eighth of what a page may hold."""
    rng = np.random.default_rng(0)
    said = tuple(Outlook(f"net {number}", "deep", "1.0", rng.normal(size=720)) for number in range(3))
    drawn = Chart(rng.normal(size=720), said, rng.normal(size=1440)).lines
    assert 24 * 8 * sum(len(line.points) for line in drawn) < 2_000_000


def test_forecasts_of_a_step_are_no_longer_items_of_a_regression() -> None:
    page = render(forecasts(folds=1), "html")
    assert "Missed furthest" not in page
    assert re.search(r"mase highest even for the best <span class=\"note\">\d of 40</span>", page)
