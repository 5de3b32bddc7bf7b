"""Time and memory are held against a baseline only where that means something, and then found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.gate import Check, baseline, check, render
from dlbench.reporting.source import Source

GAME = Game("digits", [Player("net", "deep", 0.9)], metrics=("accuracy",), folds=1, seeds=6)


def timed(
    run: str, *, slower: float = 1.0, load: float = 1.0, machine: str = "here", beside: int = 1, game: Game = GAME
) -> Source:
    """Return a run whose jobs took `slower` times as long, on a machine `load` times as slow."""
    source = made_run([game], run=run)
    rng = np.random.default_rng(len(run) + round(100 * slower))
    records = []
    for record in source.records:
        fit = 2.0 * slower * load * rng.uniform(0.95, 1.05)
        told: dict[str, Any] = {"pace_seconds": 0.01 * load, "predict_seconds_per_1000": 0.02 * slower * load}
        environment = {"machine": machine, "beside": beside}
        ledger = {**record["ledger"], "fit_seconds": fit}
        records.append({**record, **told, "ledger": ledger, "environment": environment})
    return replace(source, records=tuple(records))


def held(before: Source, after: Source) -> Check:
    return check(after, baseline(before), cost=True)


def reused(source: Source, *contestants: str) -> Source:
    """Return a run that took the records of some contestants from an earlier one."""
    jobs = [{**entry, "reused": entry["contestant"]["label"] in contestants} for entry in source.run["jobs"]]
    return replace(source, run={**source.run, "jobs": jobs})


def found(checked: Check) -> dict[str, str]:
    return {cost.measure: cost.outcome for cost in checked.costs}


BEFORE = timed("run-1")


def test_costs_are_not_looked_at_unless_asked_for() -> None:
    assert check(timed("run-2", slower=3), baseline(BEFORE)).costs == ()


def test_slower_code_is_found_and_a_slower_machine_is_not() -> None:
    slower = held(BEFORE, timed("run-2", slower=1.6))
    assert found(slower)["fit_seconds"] == "regressed"
    assert slower.exit_code == 1
    busy = held(BEFORE, timed("run-2", load=1.6))
    assert found(busy) == {"fit_seconds": "pass", "predict_seconds_per_1000": "pass", "peak_memory_bytes": "pass"}
    assert busy.exit_code == 0


def test_less_than_the_factor_is_accepted() -> None:
    assert found(held(BEFORE, timed("run-2", slower=1.1)))["fit_seconds"] == "pass"


def test_more_memory_is_found() -> None:
    after = timed("run-2")
    greedy = replace(
        after, records=tuple({**r, "peak_memory_bytes": 2 * r["peak_memory_bytes"]} for r in after.records)
    )
    assert found(held(BEFORE, greedy))["peak_memory_bytes"] == "regressed"


@pytest.mark.parametrize(("more", "why"), [({"machine": "there"}, "machine"), ({"beside": 2}, "side by side")])
def test_other_circumstances_are_not_comparable(more: dict[str, Any], why: str) -> None:
    checked = held(BEFORE, timed("run-2", slower=5, **more))
    assert set(found(checked).values()) == {"not_comparable"}
    assert all(why in cost.reason for cost in checked.costs)
    assert checked.exit_code == 4


def test_records_of_an_earlier_run_have_no_time_of_this_one() -> None:
    checked = held(BEFORE, reused(timed("run-2"), "net"))
    assert set(found(checked).values()) == {"not_comparable"}
    assert all("run it with --force" in cost.reason for cost in checked.costs)


@pytest.mark.parametrize("inconclusive", ["fail", "pass"])
@pytest.mark.parametrize(
    "content",
    [
        baseline(reused(BEFORE, "net")),
        {name: held for name, held in {**baseline(BEFORE), "format": 1}.items() if name != "costs"},
    ],
    ids=["its records were of an earlier run", "of format 1"],
)
def test_a_baseline_without_costs_is_no_pass(content: dict[str, Any], inconclusive: str) -> None:
    assert not content.get("costs")
    checked = check(timed("run-2"), content, cost=True, inconclusive=inconclusive)
    assert {cell.outcome for cell in checked.outcomes} == {"pass"}
    assert set(found(checked).values()) == {"not_comparable"}
    assert checked.exit_code == 4
    for form in ("terminal", "markdown", "json", "junit", "github"):
        told = " ".join(render(checked, form, width=400, color=False).split()).replace("\\", "")
        assert "run the suite with --force and save the baseline again" in told
        assert form not in ("terminal", "markdown") or "1 pass; costs: 3 not comparable (exit code 4)" in told
    assert check(timed("run-2"), content, inconclusive=inconclusive).exit_code == 0


def test_a_contestant_that_the_baseline_took_from_an_earlier_run_is_told_beside_one_that_it_measured() -> None:
    game = replace(GAME, players=[*GAME.players, Player("svm", "classic", 0.9)])
    before = baseline(reused(timed("run-1", game=game), "svm"))
    checked = check(timed("run-2", game=game), before, cost=True)
    outcomes = {(cost.contestant, cost.outcome) for cost in checked.costs}
    assert outcomes == {("net", "pass"), ("svm", "not_comparable")}
    assert checked.exit_code == 4


def test_a_contestant_that_no_repeat_measured_is_told() -> None:
    before, after = reused(timed("run-1"), "net"), reused(timed("run-2"), "net")
    checked = check(after, baseline(before), cost=True, repeats=[(before, after)] * 5)
    assert {(cost.contestant, cost.outcome, cost.reason) for cost in checked.costs} == {
        ("net", "not_comparable", "not measured in every repeat")
    }
    assert checked.exit_code == 4


def test_few_repeats_and_a_pace_that_nobody_took_decide_nothing() -> None:
    few = timed("run-1")
    few = replace(few, records=few.records[:4])
    assert set(found(held(few, timed("run-2"))).values()) == {"not_comparable"}
    after = timed("run-2")
    without = tuple({name: held for name, held in record.items() if name != "pace_seconds"} for record in after.records)
    told = found(held(BEFORE, replace(after, records=without)))
    assert (told["fit_seconds"], told["peak_memory_bytes"]) == ("not_comparable", "pass")


def interleaved(slower: float, **more: Any) -> list[tuple[Source, Source]]:
    """Return five repeats of both sides on a machine that is busier with each of them."""
    loads = (1.0, 1.2, 1.5, 2.0, 3.0)
    return [
        (
            timed(f"before-{number}", load=load),
            timed(f"after-{number}-", slower=slower, load=load, **(more if number == 3 else {})),
        )
        for number, load in enumerate(loads)
    ]


@pytest.mark.parametrize(("slower", "outcome"), [(1.1, "pass"), (1.6, "regressed")])
def test_repeats_in_turn_are_pairs_and_decide(slower: float, outcome: str) -> None:
    repeats = interleaved(slower)
    checked = check(repeats[0][1], baseline(repeats[0][0]), cost=True, repeats=repeats)
    fit = next(cost for cost in checked.costs if cost.measure == "fit_seconds")
    assert (fit.outcome, fit.pairs) == (outcome, 5)
    assert fit.ratio == pytest.approx(slower, rel=0.1)
    assert "5 interleaved repeats of 6 jobs" in fit.reason


def test_repeats_decide_over_what_a_single_pair_of_runs_shows() -> None:
    """The first runs look as if nothing had changed; the other four show what has."""
    repeats = interleaved(1.6)
    repeats[0] = (repeats[0][0], timed("after-first"))
    alone = check(repeats[0][1], baseline(repeats[0][0]), cost=True)
    judged = check(repeats[0][1], baseline(repeats[0][0]), cost=True, repeats=repeats)
    assert found(alone)["fit_seconds"] == "pass"
    assert found(judged)["fit_seconds"] != "pass"


def test_a_repeat_elsewhere_or_with_nothing_measured_is_not_comparable() -> None:
    moved = check(BEFORE, baseline(timed("x")), cost=True, repeats=interleaved(1.6, machine="there"))
    assert {cost.reason for cost in moved.costs} == {"another machine"}
    lost = interleaved(1.6)
    lost[2] = (lost[2][0], replace(lost[2][1], records=()))
    missing = check(BEFORE, baseline(timed("x")), cost=True, repeats=lost)
    assert {(cost.outcome, cost.reason) for cost in missing.costs} == {
        ("not_comparable", "not measured in every repeat")
    }


def test_the_pace_is_a_time() -> None:
    from dlbench.engine.pace import pace

    assert 0 < pace() < 5
