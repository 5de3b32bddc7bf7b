"""Each doubt of a reviewer is raised where it is planted, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any

import pytest
from made_run import Game, Player, made_run

from dlbench.reporting import figures
from dlbench.reporting.findings import find
from dlbench.reporting.source import Source
from dlbench.reporting.warned import KINDS, Warned

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.8)
NET = Player("net", "deep", 0.95)
Change = Callable[[dict[str, Any]], dict[str, Any]]


def changed(source: Source, change: Change, label: str = "") -> Source:
    """Return a source whose records (of one contestant) are changed."""
    return replace(
        source,
        records=tuple(
            {**record, **change(dict(record))} if label in ("", record["job"]["contestant"]["label"]) else record
            for record in source.records
        ),
    )


def noticed(**told: Any) -> Change:
    return lambda record: {"noticed": {**record.get("noticed", {}), **told}}


def raised(source: Source, kind: str) -> list[Warned]:
    return [warned for warned in find(source).warnings if warned.kind == kind]


@pytest.fixture
def clean() -> Source:
    source = made_run([Game("digits", [FLOOR, SVM, NET], seeds=2)])
    return changed(source, noticed(duplicates=0, class_shares=[0.2, 0.3], edges=[], unfinished=[]))


def test_a_clean_run_raises_nothing(clean: Source) -> None:
    assert find(clean).warnings == ()


def test_records_that_do_not_say_what_was_noticed_raise_nothing() -> None:
    assert find(made_run([Game("digits", [FLOOR, SVM, NET])])).warnings == ()


def test_duplicates_across_the_split_are_counted_once_a_fold(clean: Source) -> None:
    (warned,) = raised(changed(clean, noticed(duplicates=20)), "duplicates")
    assert "100 of 1,000 test items (10 %)" in warned.text
    assert len(warned.keys) == 5
    assert not raised(changed(clean, noticed(duplicates=1)), "duplicates")  # 1 of 200 is below what one asks about


@pytest.mark.parametrize(
    ("metric", "shares", "word"),
    [
        ("accuracy", [0.05, 0.9], "balanced_accuracy"),
        ("roc_auc", [0.005, 0.5], "average_precision"),
        ("accuracy", [0.3, 0.7], ""),
        ("balanced_accuracy", [0.05, 0.9], ""),
    ],
)
def test_a_metric_that_does_not_suit_the_classes(metric: str, shares: list[float], word: str) -> None:
    source = made_run([Game("digits", [FLOOR, SVM, NET], metrics=(metric,))])
    found = raised(changed(source, noticed(class_shares=shares)), "metric_unfit")
    assert [word in warned.text for warned in found] == ([True] if word else [])


def test_a_best_setting_at_the_end_of_its_space(clean: Source) -> None:
    (warned,) = raised(changed(clean, noticed(edges=["C"]), "svm"), "edge_of_space")
    assert (warned.contestant, "best C" in warned.text, "10 of 10 jobs" in warned.text) == ("svm", True, True)


def test_training_that_was_not_over(clean: Source) -> None:
    (warned,) = raised(changed(clean, noticed(unfinished=["net"]), "net"), "not_converged")
    assert "last epoch in 10 of 10 jobs" in warned.text
    late = changed(clean, lambda record: {"ledger": {**record["ledger"], "stopped": "deadline"}}, "net")
    (warned,) = raised(late, "not_converged")
    assert "stopped by its deadline in 10 of 10 jobs" in warned.text
    stuck = changed(changed(clean, noticed(unconverged=[])), noticed(unconverged=["lbfgs failed to converge"]), "svm")
    (warned,) = raised(stuck, "not_converged")
    assert warned.text == "svm did not converge within its iterations in 10 of 10 jobs; more of them may help it."


@pytest.mark.parametrize("luck", range(8))
def test_seeds_that_spread_wider_than_the_gap(luck: int) -> None:
    close = [replace(SVM, skill=0.85, spread=0.05), replace(NET, skill=0.87, spread=0.001)]
    source = made_run([Game("digits", [FLOOR, *close], folds=1, seeds=5)], seed=luck)
    values = {
        name: [
            record["scores"]["accuracy"]["value"]
            for record in source.records
            if record["job"]["contestant"]["label"] == name
        ]
        for name in ("svm", "net")
    }
    gap = abs(fmean(values["svm"]) - fmean(values["net"]))
    spread = max(map(stdev, values.values()))
    found = raised(source, "seed_spread")
    assert bool(found) == (spread > gap)
    if found:
        assert (
            f"by {figures.score(spread)} (standard deviation), more than its gap of {figures.score(gap)}"
            in found[0].text
        )


def test_a_champion_not_above_the_floor() -> None:
    guessing = replace(NET, skill=0.25, spread=0)
    (warned,) = raised(made_run([Game("digits", [FLOOR, SVM, guessing], items=1000)]), "not_above_floor")
    assert warned.text == "net is not shown to be above the floor."


def test_deep_not_above_the_cheap_classic() -> None:
    def named(source: Source) -> Source:
        def boosting(record: dict[str, Any]) -> dict[str, Any]:
            contestant = {**record["job"]["contestant"], "model": "hist_gradient_boosting"}
            return {"job": {**record["job"], "contestant": contestant}}

        jobs = [
            {**job, "contestant": {name: job["contestant"][name] for name in ("label", "kind")}}
            for job in source.run["jobs"]
        ]
        return changed(replace(source, run={**source.run, "jobs": jobs}), boosting, "boosting")

    cheap = replace(SVM, label="boosting", skill=0.97, validation=0.1)
    dear = replace(SVM, label="dear", validation=0.9)
    (warned,) = raised(named(made_run([Game("digits", [FLOOR, dear, cheap, NET])])), "not_above_cheap_classic")
    assert "net is not shown to be above the cheap classic boosting" in warned.text
    weak = replace(cheap, skill=0.5)
    assert not raised(named(made_run([Game("digits", [FLOOR, dear, weak, NET])])), "not_above_cheap_classic")


@pytest.mark.parametrize("label", ["hog_windows", "pixel_forest", "patch_pca", "somebodys_own"])
def test_the_quickest_classic_is_the_cheap_one_whatever_it_is_called(label: str) -> None:
    def seconds(source: Source, label: str, used: float) -> Source:
        return changed(
            source, lambda record: {"ledger": {**record["ledger"], "search": 0, "used_seconds": used}}, label
        )

    strong = replace(SVM, label=label, skill=0.97, validation=0.1)
    source = made_run([Game("digits", [FLOOR, replace(SVM, label="dear", validation=0.9), strong, NET])])
    (warned,) = raised(seconds(source, "dear", 9.0), "not_above_cheap_classic")
    assert f"net is not shown to be above the cheap classic {label}" in warned.text
    assert not raised(seconds(source, label, 9.0), "not_above_cheap_classic")
    assert not raised(seconds(seconds(source, label, 900.0), "dear", 900.0), "not_above_cheap_classic")


def test_cells_that_the_floor_stands_in_for_and_the_ranking_without_them() -> None:
    ends = {(0, 0, 0): ("failed", "boom"), (0, 1, 0): ("timeout", "late")}
    source = made_run([Game("digits", [FLOOR, replace(SVM, ends=ends, skill=0.97), NET])])
    (warned,) = raised(source, "imputed")
    assert "stands for 2 of 5 jobs that failed; where they are left out its rank is 1 rather than 2" in warned.text


def test_times_of_an_earlier_run_or_of_another_machine(clean: Source) -> None:
    jobs = [{**job, "reused": job["contestant"]["label"] == "svm"} for job in clean.run["jobs"]]
    (warned,) = raised(replace(clean, run={**clean.run, "jobs": jobs}), "timings_elsewhere")
    assert "Times of svm come from an earlier run (10 of 30 jobs)" in warned.text
    here = changed(clean, lambda record: {"environment": {"machine": "a"}})
    assert not raised(here, "timings_elsewhere")
    (warned,) = raised(changed(here, lambda record: {"environment": {"machine": "b"}}, "net"), "timings_elsewhere")
    assert "2 machines" in warned.text


def test_what_the_plan_noticed_comes_first(clean: Source) -> None:
    told = {"digits": [{"column": "id", "warning": "gives the answer away: it alone tells the target"}]}
    source = changed(replace(clean, run={**clean.run, "inferred": told}), noticed(duplicates=20))
    found = find(source).warnings
    assert [warned.kind for warned in found] == ["gives_answer_away", "duplicates"]
    assert found[0].text.startswith("Column id: gives the answer away")


def test_a_column_that_a_job_saw_to_give_the_answer_away_is_told_once(clean: Source) -> None:
    told = [{"column": "sum", "warning": "gives the answer away: it alone tells the target"}]
    source = changed(clean, noticed(columns=told))
    (warned,) = raised(source, "gives_answer_away")
    assert warned.text.startswith("Column sum: gives the answer away")
    assert warned.keys
    planned = replace(source, run={**source.run, "inferred": {"digits": [{"column": "x", "warning": ""}]}})
    assert not raised(planned, "gives_answer_away")


def test_every_kind_has_a_place_in_the_order_and_a_short_name() -> None:
    from dlbench.reporting.wording.summary import _SHORT

    assert set(_SHORT) == set(KINDS)
