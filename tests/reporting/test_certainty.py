"""What does not vary by chance of the protocol is not certain: no verdict rests on a spread that could not be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.core.errors import CorruptRecord
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.reporting.board import board
from dlbench.reporting.findings import find
from dlbench.reporting.intervals import Gap, gap
from dlbench.reporting.rows import rows
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.9, spread=0)
NET = Player("net", "deep", 0.91, spread=0)
GAME = Game("digits", [FLOOR, SVM, NET], metrics=("accuracy",), folds=1, seeds=3, items=100)


def same_for_every_seed(source: Source) -> Source:
    """Return a source whose contestants answer every fit seed alike, as deterministic ones do."""
    first = {(one["job"]["contestant"]["label"], one["job"]["fold"]): one for one in reversed(source.records)}

    def stand_in(record: Any) -> Any:
        return first[record["job"]["contestant"]["label"], record["job"]["fold"]]

    records = tuple(
        record if record["status"] != "ok" else {**record, "scores": stand_in(record)["scores"]}
        for record in source.records
    )
    return replace(source, records=records, predictions=lambda record: source.predictions(stand_in(record)))


def difference(source: Source, metric: str = "accuracy") -> Gap | None:
    return gap(source, board(source)[0], "net", "svm", metric)


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_a_job_that_is_missing_leaves_the_items_of_the_others(status: str) -> None:
    whole = same_for_every_seed(made_run([replace(GAME, seeds=2)], policy="drop"))
    ends = replace(SVM, ends={(0, 0, 2): (status, "why")})
    broken = same_for_every_seed(made_run([replace(GAME, players=[FLOOR, ends, NET])], policy="drop"))
    expected, found = difference(whole), difference(broken)
    assert expected is not None
    assert found == expected
    assert found.p > 0.05, "a few of 100 items are no proof, however often they are counted"


def test_predictions_that_cannot_be_read_leave_no_test_and_no_interval() -> None:
    def unreadable(record: Any) -> Any:
        raise CorruptRecord("gone")

    source = replace(made_run([replace(GAME, players=[FLOOR, SVM, NET])]), predictions=unreadable)
    assert difference(source) is None
    row = next(row for row in rows(source) if row.contestant == "svm")
    assert (row.low, row.high) == (None, None)
    (verdict,) = find(source).verdicts
    assert verdict.headline == (
        "No answer: nothing tells chance: predictions cannot be read, test items are others or too few, or the "
        "difference is the same every time."
    )


def with_values(source: Source, label: str, values: list[float]) -> Source:
    """Return a source in which a contestant scores these, fold by fold."""
    left = iter(values)
    records = tuple(
        {**one, "scores": {"accuracy": {"value": next(left), "version": "v1"}}}
        if one["job"]["contestant"]["label"] == label
        else one
        for one in source.records
    )
    return replace(source, records=records)


def test_one_item_more_on_each_of_three_folds_is_not_certain() -> None:
    source = made_run([replace(GAME, folds=3, seeds=1, items=50)])
    source = with_values(with_values(source, "svm", [0.9, 0.92, 0.94]), "net", [0.92, 0.94, 0.96])
    source = replace(
        source, records=tuple({**one, "sizes": {"train": 80, "valid": 20, "test": 50}} for one in source.records)
    )
    found = difference(source)
    assert found is not None
    error = 0.02 / np.sqrt(12) * np.sqrt(1 / 3 + 50 / 100)
    assert found.p == pytest.approx(2 * stats.t(2).sf(0.02 / error))
    assert found.low < 0 < found.high


def test_all_right_on_every_fold_is_shown_to_beat_the_floor() -> None:
    source = made_run([replace(GAME, folds=5, seeds=1)])
    source = with_values(with_values(source, "svm", [1.0] * 5), "majority", [0.25] * 5)
    found = gap(source, board(source)[0], "svm", "majority", "accuracy")
    assert found is not None
    assert found.p < 1e-6
    row = next(row for row in rows(source) if row.contestant == "svm")
    assert row.low is not None
    assert row.low < 1.0 == row.high


def test_other_test_items_are_not_paired() -> None:
    for folds in (1, 3):
        source = made_run([replace(GAME, folds=folds)])
        assert difference(source) is not None
        records = tuple(
            {**one, "fingerprints": {**one["fingerprints"], "truth": "digits-0-0-other"}}
            if one["job"]["contestant"]["label"] == "svm" and one["job"]["fold"] == 0
            else one
            for one in source.records
        )
        assert difference(replace(source, records=records)) is None


def test_what_few_seeds_could_not_see_grows_with_their_few_degrees() -> None:
    """Where fits lie far apart and items say nearly all, the interval is that of t with 2 degrees."""
    source = made_run([replace(GAME, players=[replace(SVM, spread=0.1), replace(NET, spread=0.1)], items=4000)])
    found = difference(source)
    assert found is not None
    half = (found.high - found.low) / 2
    grown = found.detectable_among(19) / half
    assert grown == pytest.approx(stats.t(2).ppf(1 - 0.025 / 19) / stats.t(2).ppf(0.975), rel=0.2)
    assert grown > 2 * stats.norm.ppf(1 - 0.025 / 19) / stats.norm.ppf(0.975)


def clustered(source: Source, clusters: np.ndarray) -> Source:
    """Return a source whose test items hang together, right and wrong by whole clusters."""
    right = {
        label: np.random.default_rng(seed).random(clusters.max() + 1) < 0.8 for seed, label in enumerate(("svm", "net"))
    }

    def prediction(record: Any) -> Any:
        truth = source.truth(record)
        hit = right.get(record["job"]["contestant"]["label"], np.zeros(clusters.max() + 1, bool))[clusters]
        codes = np.where(hit, truth.target, (truth.target + 1) % 4)
        return Probabilities(np.eye(4)[codes] * 0.9 + 0.025)

    def truth(record: Any) -> Truth:
        return replace(source.truth(record), clusters=clusters)

    return replace(source, predictions=prediction, truth=truth)


def test_items_that_hang_together_are_drawn_together() -> None:
    game = replace(GAME, seeds=1, items=400)
    alone, whole = np.arange(400), np.repeat(np.arange(20), 20)
    widths = {}
    for name, clusters in (("alone", alone), ("whole", whole)):
        row = next(row for row in rows(clustered(made_run([game]), clusters)) if row.contestant == "svm")
        assert row.low is not None
        assert row.high is not None
        widths[name] = row.high - row.low
    assert widths["whole"] == pytest.approx(np.sqrt(20) * widths["alone"], rel=0.35)


def test_the_test_of_items_that_hang_together_is_not_that_of_the_items() -> None:
    game = replace(GAME, seeds=1, items=400)
    source = clustered(made_run([game]), np.repeat(np.arange(20), 20))
    found = difference(source)
    assert found is not None
    apart = difference(replace(source, truth=made_run([game]).truth))
    assert apart is not None
    assert found.difference == apart.difference != 0
    assert found.p > 20 * apart.p


def test_few_groups_give_no_interval() -> None:
    source = clustered(made_run([replace(GAME, items=400)]), np.repeat(np.arange(4), 100))
    row = next(row for row in rows(source) if row.contestant == "svm")
    assert row.low is None
    assert difference(source) is None
