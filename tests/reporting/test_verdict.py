"""Verdicts: champions from validation, the paired test, the words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.reporting import wording
from dlbench.reporting.findings import find
from dlbench.reporting.frame import frame
from dlbench.reporting.intervals import Gap
from dlbench.reporting.verdict import Verdict, decide
from dlbench.stats.bayesian_t import correlated_t

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.95)
NET = Player("net", "deep", 0.8)


def verdict_of(game: Game, **options: object) -> Verdict:
    return find(made_run([game], **options)).verdicts[0]  # type: ignore[arg-type]


def test_the_numbers_are_those_of_the_corrected_resampled_t() -> None:
    game = Game("digits", [FLOOR, SVM, NET])
    verdict, table = verdict_of(game), frame(made_run([game]))
    wide = table[table.metric == "accuracy"].pivot_table(index="fold", columns="contestant", values="value")
    differences = (wide["net"] - wide["svm"]).to_numpy()
    error = differences.std(ddof=1) * np.sqrt(1 / 5 + 200 / 800)
    half = stats.t(4).ppf(0.975) * error
    assert verdict.difference == pytest.approx(differences.mean())
    assert (verdict.low, verdict.high) == pytest.approx((differences.mean() - half, differences.mean() + half))
    assert verdict.p == pytest.approx(2 * stats.t(4).sf(abs(differences.mean() / error)))
    assert verdict.detectable == pytest.approx(half)
    assert (verdict.answer, verdict.take, verdict.indicative) == ("classic", "svm", True)


def test_the_chances_are_those_of_the_correlated_bayesian_t() -> None:
    game = Game("digits", [FLOOR, SVM, replace(NET, skill=0.94)])
    verdict, table = verdict_of(game), frame(made_run([game]))
    wide = table[table.metric == "accuracy"].pivot_table(index="fold", columns="contestant", values="value")
    differences = (wide["net"] - wide["svm"]).to_numpy()
    assert verdict.chances is not None
    assert verdict.margin is not None
    expected = correlated_t(differences, 200 / 800, verdict.margin)
    assert verdict.chances["deep"] == pytest.approx(expected.right)
    assert verdict.chances["within"] == pytest.approx(expected.within)
    assert f"neither with {expected.within:.2f} (correlated Bayesian t)" in " ".join(verdict.sentences)
    assert verdict_of(Game("digits", [FLOOR, SVM, NET], folds=1, seeds=5)).chances is None


def test_the_sentence_says_the_same_numbers() -> None:
    verdict = verdict_of(Game("digits", [FLOOR, SVM, NET]))
    said = [
        float(number.replace("−", "-"))
        for number in re.findall(r"[−+]?\d\.\d{4}", verdict.sentences[0].split(", p ")[0])
    ]
    assert verdict.difference is not None
    assert verdict.low is not None
    assert verdict.high is not None
    expected = [verdict.classic_value, verdict.deep_value, -verdict.difference, -verdict.high, -verdict.low]
    assert said == pytest.approx(expected, abs=5e-5)


def test_lower_is_better_turns_the_difference() -> None:
    verdict = verdict_of(Game("digits", [FLOOR, SVM, NET], metrics=("log_loss",)))
    assert verdict.classic_value is not None
    assert verdict.deep_value is not None
    assert verdict.difference is not None
    assert verdict.classic_value < verdict.deep_value
    assert verdict.difference == pytest.approx(verdict.classic_value - verdict.deep_value)
    assert verdict.answer == "classic"


def test_champions_come_from_validation_even_where_test_says_otherwise() -> None:
    lucky = replace(SVM, label="lucky on test", skill=0.99, validation=0.5)
    steady = replace(SVM, label="steady", skill=0.9, validation=0.9)
    verdict = verdict_of(Game("digits", [FLOOR, lucky, steady, NET]))
    assert verdict.classic == "steady"


def test_a_contestant_without_validation_is_left_out_and_named() -> None:
    verdict = verdict_of(Game("digits", [FLOOR, replace(SVM, label="blind", validated=False), SVM, NET]))
    assert verdict.classic == "svm"
    assert any("blind could not be chosen" in sentence for sentence in verdict.sentences)


def test_a_lower_validation_loss_is_the_better_one() -> None:
    low = replace(SVM, label="low", validation=0.1)
    high = replace(SVM, label="high", validation=0.9)
    verdict = verdict_of(Game("digits", [FLOOR, low, high, NET], metrics=("log_loss", "accuracy")))
    assert verdict.classic == "low"


def test_the_only_one_of_its_kind_needs_no_validation() -> None:
    alone = [replace(SVM, validated=False), replace(NET, validated=False)]
    assert verdict_of(Game("digits", [FLOOR, *alone])).answer == "classic"


def test_without_a_deep_contestant_there_is_no_answer() -> None:
    verdict = verdict_of(Game("digits", [FLOOR, SVM]))
    assert (verdict.answer, verdict.take, verdict.difference) == ("none", "", None)
    assert "no deep contestant" in verdict.headline


def test_equal_contestants_are_equivalent_and_the_cheaper_one_is_taken() -> None:
    players = [replace(SVM, skill=1.0, spread=0), replace(NET, skill=1.0, spread=0)]
    verdict = verdict_of(Game("digits", [FLOOR, *players]))
    assert (verdict.answer, verdict.take) == ("equivalent", "svm")
    assert verdict.ratios["fit_seconds"] > 10


@pytest.mark.parametrize(("stated", "answer", "size"), [(0.1, "equivalent", 0.1), ("5%", "classic", 0.05)])
def test_the_margin_is_what_the_suite_states(stated: float | str, answer: str, size: float) -> None:
    source = made_run([Game("digits", [FLOOR, replace(SVM, skill=0.999), replace(NET, skill=0.93)], items=2000)])
    assert find(source).verdicts[0].margin == 0.02
    policy = {**source.run["suite"]["policy"], "margins": {"accuracy": stated}}
    told = find(replace(source, run={**source.run, "suite": {**source.run["suite"], "policy": policy}}))
    verdict, leader = told.verdicts[0], told.leaders[0]
    assert verdict.answer == answer
    assert leader.answer == ("equivalent" if answer == "equivalent" else "leads")
    relative = isinstance(stated, str)
    assert verdict.margin == pytest.approx(size * (verdict.classic_value or 0) if relative else size)
    assert leader.margin == pytest.approx(size * (leader.runner_value or 0) if relative else size)
    assert f"±{verdict.margin:.3g} (set by the suite)" in " ".join(verdict.sentences)


def test_two_that_do_not_beat_the_floor_are_not_recommended() -> None:
    guessing = [replace(SVM, skill=0.25, spread=0), replace(NET, skill=0.25, spread=0)]
    verdict = verdict_of(Game("digits", [FLOOR, *guessing], items=1000))
    assert verdict.answer == "none"
    assert verdict.above_floor == {"net": False, "svm": False}
    assert "floor" in verdict.headline


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (0.001, 0.01, "equivalent"),
        (-0.019, 0.019, "equivalent"),
        (0.001, 0.03, "deep"),
        (-0.05, -0.01, "classic"),
        (-0.01, 0.03, "undecided"),
        (-0.2, 0.2, "undecided"),
    ],
)
def test_equivalence_is_an_interval_inside_the_margin(low: float, high: float, answer: str) -> None:
    assert decide(Gap((low + high) / 2, low, high, 0.5, 5, 1), 0.02, {}) == answer


@pytest.mark.parametrize(
    ("folds", "seeds", "few"), [(5, 9, True), (9, 1, True), (10, 1, False), (1, 4, True), (1, 5, False)]
)
def test_few_folds_or_seeds_are_indicative(folds: int, seeds: int, few: bool) -> None:
    assert wording.indicative(Gap(0.1, 0.05, 0.15, 0.01, folds, seeds)) is few


def test_a_fixed_test_set_is_judged_by_the_crossed_bootstrap_over_the_same_items() -> None:
    verdict = verdict_of(Game("digits", [FLOOR, replace(SVM, skill=0.9), replace(NET, skill=0.5)], folds=1, items=500))
    assert verdict.answer == "classic"
    assert verdict.difference == pytest.approx((verdict.deep_value or 0) - (verdict.classic_value or 0))
    assert verdict.low is not None
    assert verdict.high is not None
    assert 0.05 < verdict.high - verdict.low < 0.2
    assert verdict.indicative


def test_the_verdict_rests_on_the_champions_records() -> None:
    source = made_run([Game("digits", [FLOOR, SVM, NET])])
    verdict = find(source).verdicts[0]
    labels = {record["key"]: record["job"]["contestant"]["label"] for record in source.records}
    assert sorted(labels[key] for key in verdict.keys) == ["net"] * 5 + ["svm"] * 5


def test_every_point_of_a_sweep_has_its_own_verdict() -> None:
    games = [Game("digits", [FLOOR, SVM, NET], point={"rows": rows}) for rows in (100, 1000)]
    assert [verdict.point for verdict in find(made_run(games)).verdicts] == ['{"rows":100}', '{"rows":1000}']


def test_unequal_grants_are_named() -> None:
    source = made_run([Game("digits", [FLOOR, SVM, NET])])
    assert "granted the same, 8 trials" in find(source).fairness
    favoured = tuple(
        {**record, "ledger": {**record["ledger"], "granted_trials": 80}}
        if record["job"]["contestant"]["kind"] == "deep"
        else record
        for record in source.records
    )
    assert "Grants differ" in find(replace(source, records=favoured)).fairness
