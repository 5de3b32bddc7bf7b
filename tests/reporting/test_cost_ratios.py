"""What one contestant costs over another: medians over pairs, on one machine, and "cheaper" only where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import median
from typing import Any

import pytest
from made_run import Game, Player, made_run

from dlbench.reporting.board import board
from dlbench.reporting.cost_ratios import cost_ratios
from dlbench.reporting.findings import find
from dlbench.reporting.source import Record, Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM, NET = Player("svm", "classic", 1.0, spread=0), Player("net", "deep", 1.0, spread=0)
FOLDS = 5
Told = Callable[[str, int], Mapping[str, Any]]


def run(fits: Mapping[str, list[float]], more: Told = lambda label, fold: {}, folds: int = FOLDS) -> Source:
    """Return a run of equals in which a job of a fold took as long as `fits` says of its contestant."""
    source = made_run([Game("digits", [FLOOR, SVM, NET], folds=folds)])

    def timed(record: Record) -> Record:
        label, fold = record["job"]["contestant"]["label"], record["job"]["fold"]
        if label not in fits:
            return record
        ledger = {**record["ledger"], "fit_seconds": fits[label][fold]}
        return {**record, "ledger": ledger, **more(label, fold)}

    return replace(source, records=tuple(timed(record) for record in source.records))


def test_the_ratio_is_that_of_medians_and_its_interval_stands_in_the_sentence() -> None:
    fits = {"net": [20.0, 21.0, 22.0, 23.0, 900.0], "svm": [1.0, 1.1, 1.2, 1.3, 1.1]}
    verdict = find(run(fits)).verdicts[0]
    assert verdict.ratios["fit_seconds"] == pytest.approx(median(fits["net"]) / median(fits["svm"]))
    low, high = verdict.ratio_intervals["fit_seconds"]
    assert 1 < low < verdict.ratios["fit_seconds"] < high
    told = next(sentence for sentence in verdict.sentences if "costs" in sentence)
    assert f"net costs 20× [{low:.0f}×, " in told
    assert "medians of 5 paired jobs" in told
    assert verdict.headline == "Equivalent: take svm, the cheaper one."


@pytest.mark.parametrize(
    ("net", "svm", "taken"),
    [
        ([0.99] * 5, [1.0] * 5, ""),  # quicker, but by next to nothing
        ([1.29] * 5, [1.0] * 5, ""),
        ([1.31] * 5, [1.0] * 5, "svm"),
        ([1.0] * 5, [1.31] * 5, "net"),
        ([1.5, 0.2, 1.6, 0.2, 9.0], [1.0, 1.1, 0.1, 1.0, 1.0], ""),  # by half, but that may be chance
    ],
)
def test_cheaper_is_a_factor_of_a_third_that_is_no_chance(net: list[float], svm: list[float], taken: str) -> None:
    findings = find(run({"net": net, "svm": svm}))
    verdict, leader = findings.verdicts[0], findings.leaders[0]
    assert (verdict.answer, verdict.take, leader.cheaper) == ("equivalent", taken, taken)
    if not taken:
        why = "alike" if abs(median(net) / median(svm) - 1) < 0.3 else "not shown to differ"
        assert f"their training times are {why}" in verdict.headline
        assert why in leader.claims[0].text
        assert why in findings.summary[1].text
    assert leader.take == (taken or leader.contestant)


def test_fewer_than_five_pairs_have_a_ratio_and_no_interval() -> None:
    verdict = find(run({"net": [3.0] * 4, "svm": [1.0] * 4}, folds=4)).verdicts[0]
    assert (verdict.ratios["fit_seconds"], verdict.ratio_intervals, verdict.take) == (pytest.approx(3), {}, "svm")


def elsewhere(label: str, fold: int) -> dict[str, Any]:
    return {"environment": {"machine": "there" if label == "net" else "here", "beside": 1}}


def beside(label: str, fold: int) -> dict[str, Any]:
    return {"environment": {"machine": "here", "beside": 2 if label == "net" else 1}}


def nowhere(label: str, fold: int) -> dict[str, Any]:
    return {"environment": {}}


@pytest.mark.parametrize(
    ("more", "why"), [(elsewhere, "different machines"), (beside, "jobs ran beside"), (nowhere, "is not recorded")]
)
def test_times_of_other_circumstances_are_not_compared_and_nobody_is_called_cheaper(more: Told, why: str) -> None:
    findings = find(run({"net": [30.0] * 5, "svm": [1.0] * 5}, more))
    verdict, leader = findings.verdicts[0], findings.leaders[0]
    assert verdict.ratios.keys() == {"parameters"}
    assert (verdict.take, leader.cheaper) == ("", "")
    said = [verdict.headline, next(one for one in verdict.sentences if "size" in one), findings.summary[2].text]
    assert all(f"not comparable: {verdict.cost_apart}" in one and why in one for one in said)


def test_times_of_an_earlier_run_are_not_held_against_times_of_this_one() -> None:
    source = run({"net": [30.0] * 5, "svm": [1.0] * 5})

    def lent(*labels: str) -> Source:
        jobs = [{**job, "reused": job["contestant"]["label"] in labels} for job in source.run["jobs"]]
        return replace(source, run={**source.run, "jobs": jobs})

    assert "earlier run" in cost_ratios(board(lent("svm"))[0], "net", "svm").reason
    assert cost_ratios(board(lent("svm", "net"))[0], "net", "svm").ratios["fit_seconds"] == pytest.approx(30)


def test_only_folds_that_both_finished_on_one_machine_are_paired() -> None:
    def some(label: str, fold: int) -> dict[str, Any]:
        if fold == 0 and label == "net":
            return {"status": "failed", "reason": "boom"}
        return elsewhere(label, fold) if fold == 1 else {}

    found = cost_ratios(board(run({"net": [9, 9, 4, 4, 4], "svm": [1, 1, 2, 2, 2]}, some))[0], "net", "svm")
    assert (found.pairs, found.ratios["fit_seconds"], found.reason) == (3, pytest.approx(2), "")


def test_the_cost_table_shows_the_first_call_beside_the_warm_ones() -> None:
    from dlbench.reporting.tables import costs

    findings = find(made_run([Game("digits", [FLOOR, SVM, NET])]))
    table = costs(findings, findings.rounds[0])
    assert table is not None
    shown = {line[0]: line[table.columns.index("first call") :][:2] for line in table.lines}
    assert shown["net"] == ("800 ms", "50 ms")
    assert "cold" in table.notes[0]
