"""The threshold: best on validation, kept apart from what it cuts, the usual one where nothing is won."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlbench.prepare.threshold as module
from dlbench.core import catalog
from dlbench.core.form import Form, reachable
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.scores import Scores
from dlbench.forms.truth import Truth
from dlbench.prepare.threshold import apply, best_threshold

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=2, max_size=25)


def truth_of(target: np.ndarray) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), target.astype(np.int64), ("no", "yes"))


def probabilities(ones: np.ndarray) -> Probabilities:
    return Probabilities(np.column_stack([1 - ones, ones]))


def scored(truth: Truth, metric: str, form: Form) -> float:
    judge = catalog.metric(metric)
    return judge.score(truth, form.to(judge.scores))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(["accuracy", "balanced_accuracy", "f1_macro", "precision"]))
def test_no_cut_does_better_on_validation(rows: list[tuple[bool, int]], metric: str) -> None:
    target, ones = np.array([row[0] for row in rows]), np.array([row[1] for row in rows]) / 20
    truth, form = truth_of(target), probabilities(ones)
    found = scored(truth, metric, apply(best_threshold(form, lambda decided: scored(truth, metric, decided)), form))
    others = [scored(truth, metric, Labels((ones > cut).astype(int))) for cut in np.arange(-0.025, 1.05, 0.05)]
    assert found == pytest.approx(max(others))
    assert found >= scored(truth, metric, form)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_usual_threshold_gives_the_labels_of_the_form(rows: list[tuple[bool, int]]) -> None:
    ones = np.array([row[1] for row in rows]) / 20
    for form, start in ((probabilities(ones), 0.5), (Scores(np.column_stack([1 - ones, ones])), 0.0)):
        np.testing.assert_array_equal(apply(start, form).to("Labels").codes, form.to("Labels").codes)


def test_a_rare_class_is_found_by_a_low_cut_that_holds_on_new_items() -> None:
    rng = np.random.default_rng(0)

    def draw(items: int) -> tuple[Truth, Probabilities]:
        target = rng.random(items) < 0.05
        lead = rng.normal(size=items) + 2 * target + np.log(0.05 / 0.95) - 2
        return truth_of(target), probabilities(1 / (1 + np.exp(-lead)))

    (seen, valid), (unseen, test) = draw(2000), draw(4000)
    cut = best_threshold(valid, lambda form: scored(seen, "balanced_accuracy", form))
    assert cut < 0.2
    decided = apply(cut, test)
    assert scored(unseen, "balanced_accuracy", decided) > scored(unseen, "balanced_accuracy", test) + 0.15


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc", "brier", "average_precision"])
def test_what_does_not_look_at_labels_is_not_moved_and_leaves_the_usual_cut(metric: str) -> None:
    rng = np.random.default_rng(1)
    truth, form = truth_of(rng.random(50) < 0.4), probabilities(rng.random(50))
    better = catalog.metric(metric).better
    assert best_threshold(form, lambda decided: scored(truth, metric, decided), better) == 0.5
    assert scored(truth, metric, apply(0.123, form)) == scored(truth, metric, form)


def test_lower_is_better_turns_the_choice() -> None:
    truth, form = truth_of(np.array([False, True, True])), probabilities(np.array([0.1, 0.2, 0.3]))
    wrong = best_threshold(form, lambda decided: 1 - scored(truth, "accuracy", decided), "lower")
    assert wrong == pytest.approx(0.15)
    assert scored(truth, "accuracy", apply(wrong, form)) == 1.0


def test_an_undefined_score_and_no_items_leave_the_usual_cut() -> None:
    assert best_threshold(probabilities(np.array([0.2, 0.9])), lambda form: None) == 0.5
    assert best_threshold(Scores(np.empty((0, 2))), lambda form: float("nan")) == 0.0


def test_many_items_are_cut_at_most_two_hundred_times() -> None:
    calls: list[Form] = []

    def count(form: Form) -> float:
        calls.append(form)
        return 0.0

    best_threshold(probabilities(np.random.default_rng(0).random(50_000)), count)
    assert len(calls) == 203


@pytest.mark.parametrize("kind", [Probabilities, Scores])
def test_it_comes_back_from_disk_item_by_item(kind: type[Form]) -> None:
    ones = np.array([0.2, 0.4, 0.9])
    decided = apply(0.3, kind.from_arrays({"values": np.column_stack([1 - ones, ones])}))
    again = catalog.form(decided.name).from_arrays({name: a[1:] for name, a in decided.arrays().items()})
    np.testing.assert_array_equal(again.to("Labels").codes, decided.to("Labels").codes[1:])
    assert decided.problem(3) is None
    assert again.problem(3) is not None
    assert set(reachable(decided.name)) == {decided.name, *reachable(kind.name)}


def test_it_tells_what_is_wrong_inside() -> None:
    bad = Probabilities(np.array([[0.4, 0.4]]))
    assert "sum" in str(apply(0.5, bad).problem(1))
    assert "NaN" in str(apply(float("nan"), probabilities(np.array([0.1]))).problem(1))


def test_more_classes_or_no_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="two classes"):
        apply(0.5, Probabilities(np.full((2, 3), 1 / 3)))
    with pytest.raises(ValueError, match="expected Probabilities or Scores to cut, got Labels"):
        best_threshold(Labels(np.array([0, 1])), lambda form: 1.0)


def test_the_worked_case_holds() -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
