"""The gate: what regressed is caught, what is noise is not, what cannot be compared never passes."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import HOSTILE, Game, Player, made_run
from scipy import stats

from dlbench.core.errors import UnknownName, UsageError
from dlbench.forms.labels import Labels
from dlbench.gate import Check, Outcome, baseline, check, render
from dlbench.reporting.margins import margin
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
SVM = Player("svm", "classic", 0.95)
NET = Player("net", "deep", 0.97)
GAME = Game("digits", [FLOOR, SVM, NET], metrics=("accuracy",), items=1000)


def later(game: Game = GAME, **options: Any) -> Source:
    return made_run([game], run="run-2", **options)


def saved(game: Game = GAME, **options: Any) -> dict[str, Any]:
    return json.loads(json.dumps(baseline(made_run([game], **options)), allow_nan=False))


def without_items(content: Mapping[str, Any]) -> dict[str, Any]:
    cells = [{name: held for name, held in cell.items() if name != "items"} for cell in content["cells"]]
    return {**content, "cells": cells}


def values_of(content: Mapping[str, Any], contestant: str) -> np.ndarray:
    cells = [cell for cell in content["cells"] if cell["contestant"] == contestant]
    return np.array([value for cell in cells for fold in cell["folds"] for value in fold["values"].values()])


def outcomes(checked: Check) -> dict[str, Outcome]:
    return {outcome.contestant: outcome for outcome in checked.outcomes}


def test_another_execution_of_the_same_keys_passes() -> None:
    checked = check(later(), saved())
    assert checked.exit_code == 0
    assert {outcome.reason for outcome in checked.outcomes} == {"identical values"}


def test_a_planted_regression_is_caught() -> None:
    worse = replace(GAME, players=[FLOOR, replace(SVM, skill=0.85), NET])
    checked = check(later(worse), saved())
    assert checked.exit_code == 1
    found = outcomes(checked)["svm"]
    assert found.outcome == "regressed"
    assert found.loss == pytest.approx(0.1, abs=0.02)
    assert outcomes(checked)["net"].outcome == "pass"


def test_the_interval_of_the_loss_is_the_corrected_one() -> None:
    worse = replace(GAME, players=[FLOOR, replace(SVM, skill=0.85), NET])
    before, after = saved(), later(worse)
    found = outcomes(check(after, before))["svm"]
    losses = values_of(before, "svm") - values_of(baseline(after), "svm")
    error = losses.std(ddof=1) * np.sqrt(1 / 5 + 200 / 800)
    half = stats.t(4).ppf(0.95) * error
    assert found.loss == pytest.approx(losses.mean())
    assert (found.low, found.high) == pytest.approx((losses.mean() - half, losses.mean() + half))
    assert found.p == pytest.approx(stats.t(4).sf((losses.mean() - 0.02) / error))
    assert found.adjusted == pytest.approx(3 * (found.p or 0))


def test_honest_noise_is_not_called_a_regression() -> None:
    before = saved()
    codes = [check(later(seed=seed), before).exit_code for seed in range(1, 21)]
    assert 1 not in codes
    assert 3 not in codes


def test_an_improvement_passes_and_its_twin_in_a_loss_metric_too() -> None:
    game = replace(GAME, players=[FLOOR, replace(SVM, skill=0.8)], metrics=("accuracy", "log_loss"))
    better = replace(game, players=[FLOOR, replace(SVM, skill=0.95)])
    assert check(later(better), saved(game)).exit_code == 0
    worse = check(later(game), saved(better))
    assert worse.counts["regressed"] == 2


def test_a_run_against_itself_never_passes() -> None:
    checked = check(made_run([GAME]), saved())
    assert checked.exit_code == 4
    assert {outcome.outcome for outcome in checked.outcomes} == {"not_comparable"}
    assert "itself" in checked.outcomes[0].reason


def test_a_missing_cell_is_not_comparable() -> None:
    checked = check(later(replace(GAME, players=[FLOOR, SVM])), saved())
    assert checked.exit_code == 4
    assert outcomes(checked)["net"].outcome == "not_comparable"


def test_a_new_cell_does_not_count() -> None:
    checked = check(later(), saved(replace(GAME, players=[FLOOR, SVM])))
    assert checked.exit_code == 0
    assert checked.new == (("digits", "", "net", "accuracy"),)


def test_nothing_to_compare_is_no_pass() -> None:
    assert check(later(), {"format": 1, "run": "run-0", "suite": "made", "cells": []}).exit_code == 4


@pytest.mark.parametrize("fingerprint", ["data", "split"])
def test_another_fingerprint_is_not_comparable(fingerprint: str) -> None:
    source = later()
    planted = tuple(
        {**record, "fingerprints": {**record["fingerprints"], fingerprint: "other"}} for record in source.records
    )
    checked = check(replace(source, records=planted), saved())
    assert checked.exit_code == 4
    assert {outcome.outcome for outcome in checked.outcomes} == {"not_comparable"}


@pytest.mark.parametrize("fingerprint", ["data", "split"])
def test_a_missing_fingerprint_proves_nothing(fingerprint: str) -> None:
    def without(source: Source) -> Source:
        bare = [dict(record["fingerprints"]) for record in source.records]
        for prints in bare:
            del prints[fingerprint]
        return replace(
            source, records=tuple({**r, "fingerprints": f} for r, f in zip(source.records, bare, strict=True))
        )

    assert check(without(later()), baseline(without(made_run([GAME])))).exit_code == 4


def test_another_metric_version_is_not_comparable() -> None:
    before = saved()
    for cell in before["cells"]:
        cell["version"] = "v0"
    assert check(later(), before).exit_code == 4


@pytest.mark.parametrize("status", ["failed", "diverged", "timeout", "memory", "unavailable"])
def test_a_cell_that_had_a_value_and_now_fails_broke(status: str) -> None:
    broken = replace(GAME, players=[FLOOR, replace(SVM, ends={(0, 3, 0): (status, "boom")}), NET])
    checked = check(later(broken), saved())
    assert checked.exit_code == 3
    assert outcomes(checked)["svm"].outcome == "broke"
    assert "boom" in outcomes(checked)["svm"].reason


def test_what_failed_before_too_is_held_against_the_rest() -> None:
    broken = replace(GAME, players=[FLOOR, replace(SVM, ends={(0, 3, 0): ("failed", "boom")}), NET])
    assert check(later(broken), saved(broken)).exit_code == 0
    assert check(later(), saved(broken)).exit_code == 0


SEEDS = replace(GAME, folds=1, seeds=3, players=[SVM])


def test_a_seed_that_the_baseline_did_not_run_and_that_fails_now_broke() -> None:
    """Of five seeds two diverge: the three that are left say nothing of what somebody gets who fits it again."""
    lost = {(0, 0, seed): ("diverged", "the loss is not finite") for seed in (3, 4)}
    more = replace(SEEDS, seeds=5)
    assert check(later(more), saved(SEEDS)).counts == {"pass": 1}
    checked = check(later(replace(more, players=[replace(SVM, ends=lost)])), saved(SEEDS))
    assert (checked.exit_code, checked.counts) == (3, {"broke": 1})
    assert "seed 3 diverged: the loss is not finite" in checked.outcomes[0].reason


def test_a_seed_that_gave_no_value_in_the_baseline_either_did_not_break() -> None:
    broken = replace(SEEDS, players=[replace(SVM, ends={(0, 0, 1): ("failed", "boom")})])
    before = saved(broken)
    assert before["cells"][0]["folds"][0]["broken"] == [1]
    assert check(later(broken), before).exit_code == 0
    assert check(later(SEEDS), before).counts.keys() <= {"pass", "inconclusive"}
    other = replace(SEEDS, players=[replace(SVM, ends={(0, 0, 2): ("failed", "boom")})])
    assert check(later(other), before).exit_code == 3


def test_a_seed_that_fails_broke_where_the_baseline_does_not_tell_which_ones_failed() -> None:
    broken = replace(SEEDS, players=[replace(SVM, ends={(0, 0, 1): ("failed", "boom")})])
    before = saved(broken)
    del before["cells"][0]["folds"][0]["broken"]
    assert check(later(broken), before).counts == {"broke": 1}


def test_a_baseline_in_which_all_went_well_says_nothing_of_what_broke() -> None:
    assert all("broken" not in fold for cell in saved()["cells"] for fold in cell["folds"])


def test_an_interrupted_job_is_not_comparable() -> None:
    stopped = replace(GAME, players=[FLOOR, replace(SVM, ends={(0, 3, 0): ("interrupted", "")}), NET])
    checked = check(later(stopped), saved())
    assert (checked.exit_code, outcomes(checked)["svm"].outcome) == (4, "not_comparable")


def test_fewer_folds_are_not_comparable() -> None:
    assert check(later(replace(GAME, folds=3)), saved()).exit_code == 4


def test_a_regression_outranks_a_break_and_a_break_an_open_question() -> None:
    made = [Outcome("t", "", "c", "m", name, "") for name in ("pass", "inconclusive", "broke", "regressed")]
    codes = [Check("a", "b", tuple(made[: count + 1])).exit_code for count in range(4)]
    assert codes == [0, 4, 3, 1]
    assert Check("a", "b", (made[0], replace(made[0], outcome="not_comparable"))).exit_code == 4


SINGLE = replace(GAME, folds=1, players=[FLOOR, replace(SVM, spread=0), NET])


def test_one_seed_on_a_fixed_test_set_passes_by_equality_alone() -> None:
    assert check(later(SINGLE), saved(SINGLE)).exit_code == 0
    noisy = check(later(SINGLE, seed=1), saved(SINGLE))
    assert noisy.exit_code == 4
    assert outcomes(noisy)["svm"].outcome == "inconclusive"
    assert outcomes(noisy)["svm"].low is None


def test_one_seed_on_a_fixed_test_set_regresses_beyond_three_margins() -> None:
    worse = replace(SINGLE, players=[FLOOR, replace(SVM, skill=0.8), NET])
    assert outcomes(check(later(worse), saved(SINGLE)))["svm"].outcome == "regressed"


def test_seeds_alone_are_compared_by_welch_where_items_are_not_known() -> None:
    several = replace(GAME, folds=1, seeds=4, players=[SVM])
    worse = replace(several, players=[replace(SVM, skill=0.85)])
    before, after = without_items(saved(several)), later(worse)
    found = check(after, before).outcomes[0]
    old, new = (values_of(side, "svm") for side in (before, baseline(after)))
    interval = stats.ttest_ind(old, new, equal_var=False).confidence_interval(0.9)
    assert found.outcome == "regressed"
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_items_count_beside_the_seeds() -> None:
    """A contestant that always errs on the same items: its seeds agree, but other items might be lost."""
    several = replace(GAME, folds=1, seeds=3, players=[SVM])

    def stubborn(source: Source, lost: int) -> Source:
        codes = [source.truth(record).target.copy() for record in source.records]
        for one in codes:
            one[:lost] = (one[:lost] + 1) % 4
        forms = {record["key"]: Labels(one) for record, one in zip(source.records, codes, strict=True)}
        scores = {"accuracy": {"value": 1 - lost / 1000, "version": "v1"}}
        records = tuple({**record, "scores": scores, "form": "Labels"} for record in source.records)
        return replace(source, records=records, predictions=lambda record: forms[record["key"]])

    before, after = baseline(stubborn(made_run([several]), 20)), stubborn(later(several), 60)
    found, alone = (check(after, side).outcomes[0] for side in (before, without_items(before)))
    assert found.loss == alone.loss == pytest.approx(0.04)
    assert (alone.outcome, alone.low, alone.high) == ("inconclusive", None, None), "seeds that agree are no certainty"
    error = np.sqrt(0.04 * 0.96 / 999 + 1 / (1000 * 1002))
    assert found.low == pytest.approx(0.04 - stats.t(999).ppf(0.95) * error, rel=0.01)
    assert "paired items" in found.reason


def test_the_spread_stored_on_one_side_serves_a_single_seed_on_the_other() -> None:
    before = saved(replace(GAME, folds=1, seeds=5, players=[SVM]))
    found = check(later(replace(GAME, folds=1, players=[replace(SVM, skill=0.7)])), before).outcomes[0]
    assert found.outcome == "regressed"
    assert found.detectable is not None
    assert found.detectable > 0


def test_a_margin_without_a_statement_is_absolute_on_the_scale_to_one_and_relative_elsewhere() -> None:
    assert margin("accuracy", 0.9) == (0.02, "absolute")
    assert margin("bleu", 25.0)[0] == pytest.approx(0.5)
    assert margin("ter", 60.0)[0] == pytest.approx(1.2)
    assert margin("rmse", 3.0)[0] == pytest.approx(0.06)


def test_margins_are_absolute_relative_or_both() -> None:
    worse = replace(GAME, players=[FLOOR, replace(SVM, skill=0.85), NET])

    def margin_of(given: Mapping[str, Any] | None, **options: Any) -> float | None:
        return outcomes(check(later(worse), saved(), margins=given, **options))["svm"].margin

    value = outcomes(check(later(worse), saved()))["svm"].before or 0
    assert margin_of(None) == pytest.approx(0.02)
    assert margin_of(None, default_margin=0.05) == pytest.approx(0.05)
    assert margin_of({"accuracy": 0.3}) == pytest.approx(0.3)
    assert margin_of({"accuracy": {"relative": 0.1}}) == pytest.approx(0.1 * value)
    assert margin_of({"accuracy": {"relative": 0.1, "absolute": 0.2}}) == pytest.approx(0.2)
    assert check(later(worse), saved(), margins={"accuracy": 0.3}).exit_code == 0


def test_a_metric_without_an_upper_bound_has_a_relative_default() -> None:
    ridge = [Player("ridge", "classic", 0.8, "Values")]
    game = Game("diabetes", ridge, "tabular_regression", ("r2", "rmse"))
    found = {outcome.metric: outcome for outcome in check(later(game), saved(game)).outcomes}
    assert found["rmse"].margin == pytest.approx(0.02 * (found["rmse"].before or 0))
    assert found["r2"].margin == pytest.approx(0.02)


@pytest.mark.parametrize("margins", [{"acuracy": 0.1}, {"accuracy": -1}, {"accuracy": {"rel": 1}}, {"accuracy": {}}])
def test_a_margin_that_cannot_be_meant_is_refused(margins: Any) -> None:
    with pytest.raises(UsageError):
        check(later(), saved(), margins=margins)


def test_a_baseline_holds_no_cell_without_a_value_and_bends_no_json() -> None:
    gone = {(0, fold, 0): ("failed", "boom") for fold in range(5)}
    made = saved(replace(GAME, players=[FLOOR, replace(SVM, ends=gone)]))
    assert [cell["contestant"] for cell in made["cells"]] == ["majority"]
    assert made["cells"][0].keys() >= {"task", "point", "contestant", "metric", "better", "version", "fingerprints"}
    assert len(made["cells"][0]["folds"]) == 5


@pytest.mark.parametrize("damage", [{"format": 3}, {"cells": None}, {"cells": [{}]}, {"cells": [3]}])
def test_a_damaged_baseline_is_refused(damage: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError):
        check(later(), {**copy.deepcopy(saved()), **damage})


@pytest.mark.parametrize("format", ["terminal", "markdown", "json"])
def test_a_check_can_be_read_in_every_format(format: str) -> None:  # noqa: A002
    players = [FLOOR, SVM, *(Player(name, "deep", 0.9) for name in HOSTILE)]
    broken = [FLOOR, replace(SVM, skill=0.8), *(Player(name, "deep", 0.9) for name in HOSTILE[:2])]
    checked = check(later(replace(GAME, players=broken)), saved(replace(GAME, players=players)))
    text = render(checked, format, width=100, color=False)
    assert "svm" in text
    assert "egressed" in text
    if format == "json":
        assert json.loads(text)["exit_code"] == 1
    else:
        assert not [char for char in text if not char.isprintable() and char != "\n"]
        assert "<img" not in text or format == "terminal"


def test_an_unknown_format_of_a_check_is_refused() -> None:
    with pytest.raises(UnknownName):
        render(check(later(), saved()), "yaml")


@pytest.mark.parametrize("skill", [0.85, 0.5, 0.1])
def test_one_seed_without_items_to_pair_is_inconclusive_whatever_the_loss(skill: float) -> None:
    """Nothing stored tells how far honest fits of a partition lie apart, so no loss can be told from chance."""
    player = Player("kmeans", "classic", 0.9, "Clusters", spread=0)
    game = Game("blobs", [player], type="clustering", metrics=("ari",), folds=1, items=300)
    found = check(later(replace(game, players=[replace(player, skill=skill)]), seed=1), saved(game))
    (cell,) = found.outcomes
    assert (cell.outcome, found.exit_code, found.tests) == ("inconclusive", 4, 0)
    assert (cell.p, cell.adjusted, cell.low, cell.high) == (None, None, None, None)
    assert cell.loss is not None
    assert "items are not paired; run more fit seeds" in cell.reason
    assert check(later(game), saved(game)).exit_code == 0
    for form in ("json", "terminal", "markdown", "junit", "github"):
        assert "regressed" not in render(found, form).split("has regressed where")[0]


def test_a_cell_that_nothing_tests_takes_no_part_in_the_correction() -> None:
    player = Player("kmeans", "classic", 0.9, "Clusters")
    blobs = Game("blobs", [player], type="clustering", metrics=("ari",), folds=1)
    worse = replace(GAME, players=[FLOOR, replace(SVM, skill=0.85), NET])
    alone = outcomes(check(later(worse, seed=1), saved()))["svm"]
    both = check(made_run([worse, blobs], run="run-2", seed=1), baseline(made_run([GAME, blobs])))
    assert outcomes(both)["svm"].adjusted == alone.adjusted
    assert both.tests == 3


def seeded(values: tuple[float, ...], game: Game, **options: Any) -> Source:
    """Return a run whose svm scores these, seed by seed or fold by fold, and answers as ever."""
    source, left = made_run([game], **options), iter(values)
    records = tuple(
        {**record, "scores": {"accuracy": {"value": next(left), "version": "v1"}}}
        if record["job"]["contestant"]["label"] == "svm"
        else record
        for record in source.records
    )
    return replace(source, records=records)


def test_the_same_loss_on_every_small_fold_is_neither_a_regression_nor_a_pass() -> None:
    game = Game("digits", [FLOOR, SVM], metrics=("accuracy",), folds=3, items=20)
    before = json.loads(json.dumps(baseline(seeded((0.95, 0.9, 1.0), game))))
    for lost in (0.05, 0.01):
        after = seeded((0.95 - lost, 0.9 - lost, 1.0 - lost), game, run="run-2")
        sizes = tuple({**record, "sizes": {"train": 32, "valid": 8, "test": 20}} for record in after.records)
        found = outcomes(check(replace(after, records=sizes), before))["svm"]
        assert found.outcome == "inconclusive"
        assert found.p is not None
        assert found.p > 0.05


def test_the_same_loss_of_a_metric_without_steps_says_so() -> None:
    game = Game(
        "rent", [Player("ridge", "classic", 0.9, "Values")], type="tabular_regression", metrics=("rmse",), folds=3
    )
    source = made_run([game])

    def moved(by: float, run: str) -> Source:
        records = tuple(
            {**record, "scores": {"rmse": {"value": 5 + place + by, "version": "v1"}}}
            for place, record in enumerate(source.records)
        )
        return replace(source, records=records, run={**source.run, "id": run})

    (found,) = check(moved(1.0, "run-2"), json.loads(json.dumps(baseline(moved(0.0, "run-1"))))).outcomes
    assert found.outcome == "inconclusive"
    assert "the same loss on all 3 folds" in found.reason


@pytest.mark.parametrize("lost", [0.01, 0.03, 0.2])
def test_predictions_that_are_gone_are_no_certainty_where_seeds_agree(lost: float) -> None:
    def unreadable(record: Any) -> Any:
        raise ValueError("gone")

    game = Game("digits", [FLOOR, SVM], metrics=("accuracy",), folds=1, seeds=2, items=100)
    before = json.loads(json.dumps(baseline(seeded((0.9, 0.9), game))))
    after = replace(seeded((0.9 - lost, 0.9 - lost), game, run="run-2"), predictions=unreadable)
    found = outcomes(check(after, before))["svm"]
    assert found.outcome == "inconclusive"
    assert "predictions cannot be read" in found.reason
    old = outcomes(check(after, without_items(before)))["svm"]
    assert old.outcome == "inconclusive"
    assert "2 and 2 fit seeds that agree to the digit" in old.reason


def test_items_that_hang_together_are_paired_by_their_clusters() -> None:
    game = Game("digits", [FLOOR, SVM], metrics=("accuracy",), folds=1, seeds=2, items=200)

    def grouped(seed: int, run: str) -> Source:
        source = made_run([game], seed=seed, run=run)
        clusters = np.arange(200) // 10
        return replace(source, truth=lambda record: replace(source.truth(record), clusters=clusters))

    before, after = baseline(grouped(0, "run-1")), baseline(grouped(1, "run-2"))
    for content in (before, after):
        (cell,) = (cell for cell in content["cells"] if cell["contestant"] == "svm")
        assert cell["items"]["count"] == 20
