"""Rows: means, intervals, policies and ranks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.reporting.cell import Cell, cell
from dlbench.reporting.frame import frame
from dlbench.reporting.rows import Row, ranks, rows
from dlbench.reporting.scores import Score, scored
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.95)
FOREST = Player("forest", "classic", 0.9)
NET = Player("net", "deep", 0.93)


def row_of(source: Source, contestant: str, metric: str = "accuracy") -> Row:
    return next(row for row in rows(source) if (row.contestant, row.metric) == (contestant, metric))


def test_value_is_the_mean_over_folds_of_the_means_over_seeds() -> None:
    source = made_run([Game("digits", [FLOOR, SVM], folds=3, seeds=2)])
    table = frame(source)
    found = table[(table.contestant == "svm") & (table.metric == "accuracy")]
    by_fold = found.groupby("fold").value.mean()
    row = row_of(source, "svm")
    assert row.value == pytest.approx(by_fold.mean())
    assert (row.n, row.jobs, row.status) == (6, 6, "ok")


def test_interval_over_folds_is_that_of_nadeau_and_bengio() -> None:
    source = made_run([Game("digits", [FLOOR, FOREST])])
    row = row_of(source, "forest")
    values = np.array([score.value for score in scored(source) if score.metric == "accuracy"])
    values = values[
        [
            score.record["job"]["contestant"]["label"] == "forest"
            for score in scored(source)
            if score.metric == "accuracy"
        ]
    ]
    half = stats.t(4).ppf(0.975) * values.std(ddof=1) * np.sqrt(1 / 5 + 200 / 800)
    assert row.low == pytest.approx(row.value - half)
    assert row.high == pytest.approx(min(1.0, row.value + half))


def test_interval_of_a_fixed_test_set_agrees_with_the_binomial() -> None:
    row = row_of(made_run([Game("digits", [FLOOR, FOREST], folds=1, items=1000)]), "forest")
    assert row.value is not None
    half = 1.96 * np.sqrt(row.value * (1 - row.value) / 1000)
    assert row.low == pytest.approx(row.value - half, abs=0.006)
    assert row.high == pytest.approx(row.value + half, abs=0.006)


def test_a_metric_of_seeds_alone_has_no_interval_from_one_seed_and_one_from_three() -> None:
    game = Game("digits", [Player("svm", "classic", 0.8, spread=0.05)], metrics=("ece",), folds=1, seeds=1)
    assert row_of(made_run([game]), "svm", "ece").low is None
    row = row_of(made_run([replace(game, seeds=3)]), "svm", "ece")
    assert row.low is not None
    assert row.low < row.value < row.high


@pytest.mark.parametrize("seeds", [1, 2])
def test_a_metric_that_repeats_no_item_has_its_interval_from_subsamples(seeds: int) -> None:
    grouping = Player("kmeans", "classic", 0.8, "Clusters", spread=0.05)
    game = Game("groups", [grouping], "clustering", ("ari", "silhouette")[: 3 - seeds], folds=1, seeds=seeds)
    for metric in ("ari", "silhouette")[: 3 - seeds]:
        row = row_of(made_run([game]), "kmeans", metric)
        assert row.low is not None
        assert row.low < row.value < row.high
        assert row.interval_from.startswith("subsamples of 100 items")
    few = row_of(made_run([replace(game, items=30, seeds=1)]), "kmeans", "ari")
    assert (few.low, few.interval_from) == (None, "none: too few items for subsamples")


@pytest.mark.parametrize("policy", ["floor", "drop"])
def test_a_failed_job_counts_as_the_policy_says(policy: str) -> None:
    ends = {(0, 2, 0): ("diverged", "loss is NaN")}
    source = made_run([Game("digits", [FLOOR, replace(NET, ends=ends)])], policy=policy)
    table = frame(source)
    held = table[(table.metric == "accuracy") & (table.contestant == "net")].sort_values("fold").value.to_numpy()
    floor = table[(table.metric == "accuracy") & (table.contestant == "majority") & (table.fold == 2)].value.item()
    assert np.isnan(held[2])
    expected = np.nanmean(held) if policy == "drop" else np.where(np.isnan(held), floor, held).mean()
    row = row_of(source, "net")
    assert row.value == pytest.approx(expected)
    assert (row.status, row.n, row.stood_in) == ("partial", 4, int(policy == "floor"))
    assert "diverged: loss is NaN" in row.reason


def test_no_data_is_never_zero() -> None:
    everywhere = {(0, fold, 0): ("failed", "boom") for fold in range(5)}
    gone = dict.fromkeys(everywhere, ("unavailable", "no such file"))
    game = Game("digits", [FLOOR, replace(NET, ends=everywhere), replace(SVM, ends=gone)])
    dropped = row_of(made_run([game], policy="drop"), "net")
    assert (dropped.value, dropped.rank, dropped.status, dropped.low) == (None, None, "failed", None)
    floored = made_run([game])
    assert row_of(floored, "net").value == row_of(floored, "majority").value
    missing = row_of(floored, "svm")
    assert (missing.value, missing.status, missing.rank) == (None, "unavailable", None)


def test_without_a_floor_a_failed_job_is_left_out() -> None:
    source = made_run([Game("digits", [replace(NET, ends={(0, 0, 0): ("timeout", "")}), SVM])])
    row = row_of(source, "net")
    assert (row.stood_in, row.status, row.n) == (0, "partial", 4)
    assert row.value is not None
    assert row.value > 0.85


def test_ranks_under_both_policies_stand_side_by_side() -> None:
    ends = {(0, 2, 0): ("failed", "boom")}
    row = row_of(made_run([Game("digits", [FLOOR, replace(SVM, skill=0.99, ends=ends), FOREST])]), "svm")
    assert (row.rank, row.rank_dropped) == (2, 1)


def test_a_running_job_is_pending_and_never_floored() -> None:
    source = made_run([Game("digits", [FLOOR, SVM, NET])], finished=None)
    kept = tuple(r for r in source.records if r["job"]["contestant"]["label"] != "net" or r["job"]["fold"] < 2)
    row = row_of(replace(source, records=kept), "net")
    assert (row.n, row.jobs, row.stood_in, row.status) == (2, 5, 0, "partial")
    kept = tuple(record for record in kept if record["job"]["contestant"]["label"] != "net")
    row = row_of(replace(source, records=kept), "net")
    assert (row.status, row.value, row.kind) == ("pending", None, "deep")


def test_a_score_of_another_metric_version_or_none_is_computed_from_the_prediction() -> None:
    source = made_run([Game("digits", [FLOOR, SVM])])
    honest = row_of(source, "svm").value
    bent = [dict(record, scores={"accuracy": {"value": 0.123, "version": "v1"}}) for record in source.records]
    assert row_of(replace(source, records=tuple(bent)), "svm").value == pytest.approx(0.123)
    newer = replace(source, records=tuple(bent), metric_version=lambda name: "v2")
    assert row_of(newer, "svm").value == pytest.approx(honest)
    assert row_of(newer, "svm", "log_loss").value == pytest.approx(row_of(source, "svm", "log_loss").value)


def test_a_prediction_that_cannot_be_read_leaves_a_reason_not_a_number() -> None:
    def lost(record: Any) -> Any:
        raise OSError("predictions.npz is gone")

    source = made_run([Game("digits", [FLOOR, SVM])])
    bare = tuple({**record, "scores": {}} for record in source.records)
    row = row_of(replace(source, records=bare, predictions=lost), "svm")
    assert (row.value, row.status) == (None, "undefined")
    assert "predictions.npz is gone" in row.reason


def test_a_form_that_cannot_answer_a_metric_has_no_row() -> None:
    source = made_run([Game("digits", [FLOOR, replace(SVM, form="Scores")])])
    held = {(row.contestant, row.metric) for row in rows(source)}
    assert ("svm", "accuracy") in held
    assert ("svm", "log_loss") not in held


def test_labels_are_those_of_the_run_not_of_the_suite_that_left_the_record() -> None:
    source = made_run([Game("digits", [FLOOR, SVM])])
    jobs = [{**job, "task": "ziffern"} for job in source.run["jobs"]]
    suite = {**source.run["suite"], "tasks": [{"as": "ziffern", "metrics": ["accuracy"]}]}
    found = rows(replace(source, run={**source.run, "jobs": jobs, "suite": suite}))
    assert {(row.task, row.metric) for row in found} == {("ziffern", "accuracy")}


def test_two_contestants_may_share_one_record() -> None:
    source = made_run([Game("digits", [FLOOR, SVM])])
    twins = [
        {**job, "contestant": {**job["contestant"], "label": "twin"}}
        for job in source.run["jobs"]
        if job["contestant"]["label"] == "svm"
    ]
    found = replace(source, run={**source.run, "jobs": [*source.run["jobs"], *twins]})
    assert row_of(found, "twin").value == row_of(found, "svm").value
    assert row_of(found, "twin").rank == row_of(found, "svm").rank == 1


@given(st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.sampled_from([0.1, 0.5, 0.9])), max_size=6))
@settings(max_examples=60, deadline=None)
def test_ranks_order_values_and_equals_share(values: dict[str, float | None]) -> None:
    cells = {name: Cell((), {} if value is None else {(0, 0): value}) for name, value in values.items()}
    held = {name: value for name, value in values.items() if value is not None}
    for direction in (1, -1):
        found = ranks(cells, direction)
        assert found.keys() == held.keys()
        assert not found or min(found.values()) == 1
        for a in held:
            for b in held:
                assert (found[a] < found[b]) == (direction * held[a] > direction * held[b])


def test_the_mean_of_a_cell_weighs_folds_not_jobs() -> None:
    def score(fold: int, seed: int, value: float) -> Score:
        return Score({"status": "ok", "job": {"repeat": 0, "fold": fold, "seed": seed}}, "accuracy", value)

    held = cell([score(0, 0, 1.0), score(0, 1, 1.0), score(1, 0, 0.0)], "drop", {})
    assert held.value == pytest.approx(0.5)
