"""The floor: where it stands in for a failed job its answers count everywhere; what does not beat it is not advised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.core.errors import CorruptRecord
from dlbench.reporting import render
from dlbench.reporting.compare import compare
from dlbench.reporting.findings import Findings, find
from dlbench.reporting.rows import Row, rows
from dlbench.reporting.source import Record, Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.85)
NET = Player("net", "deep", 0.9)
LOST = {(0, 0, seed): ("failed", "ValueError: diverged") for seed in (3, 4)}
GAME = Game("digits", [FLOOR, SVM, NET], folds=1, seeds=5, items=300, metrics=("accuracy",))
BROKEN = replace(GAME, players=[FLOOR, SVM, replace(NET, ends=LOST)])


def row_of(source: Source, contestant: str) -> Row:
    return next(row for row in rows(source) if row.contestant == contestant)


def answered_by_the_floor(source: Source, run: str = "run-1") -> Source:
    """Return a run in which the jobs of `LOST` ended well, with the answers of the floor's job of the same seed."""
    by_seed = {record["job"]["seed"]: record for record in source.records if _label(record) == "majority"}
    lost = {record["key"]: by_seed[record["job"]["seed"]] for record in source.records if _lost(record)}
    records = tuple({**record, "scores": by_seed[record["job"]["seed"]]["scores"]} if _lost(record) else record
                    for record in source.records)  # fmt: skip
    return replace(
        source,
        run={**source.run, "id": run},
        records=records,
        predictions=lambda record: source.predictions(lost.get(record["key"], record)),
    )


def _label(record: Record) -> str:
    return str(record["job"]["contestant"]["label"])


def _lost(record: Record) -> bool:
    return _label(record) == "net" and record["job"]["seed"] in (3, 4)


def test_value_interval_and_verdict_are_those_of_a_run_in_which_the_floor_had_answered() -> None:
    broken, answered = made_run([BROKEN]), answered_by_the_floor(made_run([GAME]))
    one, other = row_of(broken, "net"), row_of(answered, "net")
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)
    assert one.low is not None
    assert one.high is not None
    assert one.low < (one.value or 0.0) < one.high
    assert "the floor for 2 that failed" in one.interval_from
    mine, theirs = find(broken).verdicts[0], find(answered).verdicts[0]
    assert (mine.difference, mine.low, mine.high, mine.p) == (theirs.difference, theirs.low, theirs.high, theirs.p)
    assert mine.difference == pytest.approx((mine.deep_value or 0.0) - (mine.classic_value or 0.0))
    assert mine.answer != "deep"
    assert "svm ahead" in find(broken).summary[0].text


def test_two_runs_are_compared_with_what_stands_beside_the_difference() -> None:
    broken = compare(made_run([GAME], run="a"), made_run([BROKEN], run="b"))
    pair = next(pair for pair in broken.pairs if pair.contestant == "net")
    assert pair.outcome != "better"
    assert pair.difference == pytest.approx((pair.second or 0.0) - (pair.first or 0.0))
    assert pair.low is not None
    assert pair.low < -0.2


@pytest.mark.parametrize("error", [OSError, CorruptRecord])
def test_without_the_floors_answers_there_is_no_interval_and_no_claim(error: type[Exception]) -> None:
    source = made_run([BROKEN])

    def unreadable(record: Record) -> Any:
        if _label(record) == "majority":
            raise error("gone")
        return source.predictions(record)

    lost = replace(source, predictions=unreadable)
    row, verdict = row_of(lost, "net"), find(lost).verdicts[0]
    assert row.value == row_of(source, "net").value
    assert (row.low, row.high, row.interval_from) == (None, None, "none: the predictions cannot be read")
    assert (verdict.answer, verdict.difference, verdict.take) == ("none", None, "")


def test_a_metric_over_seeds_counts_the_floors_value_as_one_of_them() -> None:
    source = made_run([replace(BROKEN, metrics=("ece",))])
    held = {
        (_label(record), record["job"]["seed"]): record["scores"]["ece"]["value"]
        for record in source.records
        if record["status"] == "ok"
    }
    values = [held["net", seed] for seed in range(3)] + [held["majority", seed] for seed in (3, 4)]
    half = stats.t(4).ppf(0.975) * np.std(values, ddof=1) / np.sqrt(5)
    row = row_of(source, "net")
    assert row.value == pytest.approx(np.mean(values))
    assert row.high == pytest.approx(np.mean(values) + half)
    assert row.interval_from.startswith("5 fit seeds, the floor for 2")
    verdict = find(source).verdicts[0]
    assert verdict.difference == pytest.approx((verdict.classic_value or 0.0) - (verdict.deep_value or 0.0))


def test_the_floors_first_seed_stands_where_it_has_no_other() -> None:
    source = made_run([BROKEN])
    kept = tuple(one for one in source.records if _label(one) != "majority" or one["job"]["seed"] == 0)
    held = {
        (_label(record), record["job"]["seed"]): record["scores"]["accuracy"]["value"]
        for record in kept
        if record["status"] == "ok"
    }
    jobs = [job for job in source.run["jobs"] if job["key"] in {record["key"] for record in kept}]
    row = row_of(replace(source, records=kept, run={**source.run, "jobs": jobs}), "net")
    values = [held["net", seed] for seed in range(3)] + 2 * [held["majority", 0]]
    assert row.value == pytest.approx(np.mean(values))
    assert row.low is not None


@pytest.mark.parametrize(("policy", "seeds"), [("floor", 5), ("drop", 3)])
def test_evidence_and_caution_name_the_same_seeds(policy: str, seeds: int) -> None:
    findings = find(made_run([BROKEN], policy=policy))
    assert f"(a fixed test set × {seeds} fit seeds)" in findings.summary[3].text
    assert f"{seeds} fit seeds" in " ".join(findings.verdicts[0].sentences)
    assert findings.verdicts[0].seeds == seeds


def test_what_rests_on_the_floor_names_its_records() -> None:
    source = made_run([BROKEN])
    floor = {record["key"] for record in source.records if _label(record) == "majority" and record["job"]["seed"] > 2}
    findings = find(source)
    assert floor <= set(row_of(source, "net").keys)
    assert floor <= set(findings.verdicts[0].keys)
    assert floor <= set(findings.leaders[0].keys)
    assert not floor & set(row_of(source, "svm").keys)


def told(skills: Mapping[str, float], tasks: int = 1, **game: Any) -> Findings:
    kinds = {"majority": "floor", "net": "deep", "mlp": "deep"}
    players = [Player(name, kinds.get(name, "classic"), skill) for name, skill in skills.items()]
    options = {"folds": 10, "items": 200, "metrics": ("accuracy",), **game}
    return find(made_run([Game(f"task{number}", players, **options) for number in range(tasks)]))


def test_nothing_is_recommended_where_nobody_beats_the_floor() -> None:
    findings = told({"majority": 0.6, "svm": 0.5, "net": 0.5})
    assert findings.summary[0].text.startswith("Neither: svm and net are not shown to beat the floor")
    assert findings.summary[1].text.startswith("Take nothing yet: net and svm are not shown to beat the floor; more")
    leader = findings.leaders[0]
    assert (leader.answer, leader.take, leader.above_floor) == ("none", "", {"svm": False, "net": False})
    assert findings.verdicts[0].take == ""
    document = json.loads(render(made_run([GAME]), "json"))
    assert document["leaders"][0]["above_floor"] == {"svm": True, "net": True}


def test_the_only_contestant_is_no_recommendation_below_the_floor() -> None:
    assert told({"majority": 0.6, "svm": 0.5}).summary[1].text.startswith("Take nothing yet: svm is not shown to")
    assert told({"majority": 0.6, "svm": 0.9}).summary[1].text.startswith("Take svm")


def test_nothing_is_recommended_for_several_tasks_where_nobody_beats_the_floor_on_any() -> None:
    text = told({"majority": 0.6, "svm": 0.5, "net": 0.5}, tasks=3).summary[1].text
    assert text.startswith("Take nothing yet: on task0, task1 and task2 nobody is shown to beat the floor; more")


def test_one_model_for_several_tasks_says_where_it_does_not_beat_the_floor() -> None:
    players = [Player("svm", "classic", 0.9), replace(NET, skill=0.7)]
    games = [
        Game(f"task{number}", [Player("majority", "floor", skill), *players], folds=10, metrics=("accuracy",))
        for number, skill in enumerate((0.3, 0.97, 0.3))
    ]
    text = find(made_run(games)).summary[1].text
    assert "take svm" in text
    assert text.endswith("it is not shown to beat the floor on task1.")


def test_of_two_equals_the_one_that_beats_the_floor_is_taken() -> None:
    """The cheaper one is steady in nothing: its folds spread so wide that it is not shown to be above the floor."""
    svm, net = Player("svm", "classic", 0.6, spread=0.25), Player("net", "deep", 0.6, spread=0)
    players = [Player("majority", "floor", 0.5, spread=0), svm, net]
    findings = find(made_run([Game("digits", players, folds=10, metrics=("accuracy",))], seed=1))
    leader = findings.leaders[0]
    assert leader.above_floor == {"svm": False, "net": True}
    assert leader.answer == "undecided"
    assert findings.summary[1].text.startswith("Take net, the only one shown to beat the floor and not shown to differ")


def test_a_champion_that_beats_the_floor_is_taken_where_those_that_validation_puts_first_do_not() -> None:
    svm, forest = (Player(name, "classic", 0.5, validation=told) for name, told in (("svm", 0.9), ("forest", 0.8)))
    players = [Player("majority", "floor", 0.6), svm, forest, replace(NET, validation=0.3)]
    findings = find(made_run([Game("digits", players, folds=10, metrics=("accuracy",))]))
    assert (findings.verdicts[0].take, findings.leaders[0].take) == ("net", "net")
    assert findings.summary[1].text.startswith("Take net: svm and forest, which validation puts first, are not shown")
