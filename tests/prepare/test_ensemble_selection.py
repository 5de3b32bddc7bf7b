"""Greedy ensemble selection: what it picks, and that it depends on the predictions alone."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.core.form import Form
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.values import Values
from dlbench.prepare.ensemble_selection import select


def _values(*numbers: float) -> Values:
    return Values(np.array(numbers))


def _squares(form: Form) -> float:
    return float(np.mean((form.arrays()["values"] - np.array([1.0, 2.0, 3.0, 4.0])) ** 2))


def test_errors_that_cancel_are_averaged_away() -> None:
    above, below, far = _values(2, 3, 4, 5), _values(0, 1, 2, 3), _values(9, 9, 9, 9)
    weights, score = select([far, above, below], _squares, "lower")
    assert weights == {1: 0.5, 2: 0.5}
    assert score == 0


def test_a_perfect_model_stands_alone() -> None:
    weights, score = select([_values(1, 2, 3, 5), _values(1, 2, 3, 4), _values(0, 2, 3, 4)], _squares, "lower")
    assert weights == {1: 1.0}
    assert score == 0


def test_the_ensemble_is_never_worse_on_validation_than_its_best_candidate() -> None:
    rng = np.random.default_rng(3)
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    candidates = [Values(truth + rng.normal(0, 1, 4)) for _ in range(12)]
    weights, score = select(candidates, _squares, "lower")
    assert score <= min(map(_squares, candidates))
    blended = Values.blend([candidates[place] for place in weights], list(weights.values()))
    assert _squares(blended) == pytest.approx(score)
    assert sum(weights.values()) == pytest.approx(1)


def test_equal_accuracies_are_told_apart_by_the_tie() -> None:
    truth = np.array([0, 1])
    sure = Probabilities(np.array([[0.9, 0.1], [0.1, 0.9]]))
    unsure = Probabilities(np.array([[0.6, 0.4], [0.4, 0.6]]))

    def accuracy(form: Form) -> float:
        return float((form.arrays()["values"].argmax(axis=1) == truth).mean())

    def loss(form: Form) -> float:
        return float(-np.log(form.arrays()["values"][[0, 1], truth]).mean())

    assert select([unsure, sure], accuracy)[0] == {0: 1.0}
    assert select([unsure, sure], accuracy, ties=loss)[0] == {1: 1.0}


def test_nothing_joins_once_it_is_said_to_be_enough() -> None:
    above, below, best = _values(2, 3, 4, 5), _values(0, 1, 2, 3), _values(1, 2, 3, 4.5)
    asked = iter([False, True])
    assert select([above, below, best], _squares, "lower", enough=lambda: True)[0] == {2: 1.0}
    assert select([above, below], _squares, "lower", enough=lambda: next(asked))[0] == {0: 0.5, 1: 0.5}


def test_candidates_without_a_score_are_passed_over() -> None:
    def score(form: Form) -> float | None:
        return None if form.arrays()["values"][0] > 5 else _squares(form)

    assert select([_values(9, 2, 3, 4), _values(1, 2, 3, 3)], score, "lower")[0] == {1: 1.0}
    with pytest.raises(ValueError, match="no candidate"):
        select([_values(9, 2, 3, 4)], score, "lower")


def test_only_forms_that_blend_can_be_averaged() -> None:
    assert Probabilities.blends
    assert not Labels.blends
    with pytest.raises(NotImplementedError, match="Labels"):
        Labels.blend([Labels(np.array([0]))], [1])
    with pytest.raises(ValueError, match="unlike shapes"):
        Values.blend([_values(1), _values(1, 2)], [1, 1])
