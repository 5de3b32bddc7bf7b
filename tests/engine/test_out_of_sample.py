"""An ensemble's validation score: every item is answered by a choice that had not seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from dlbench.core.form import Form
from dlbench.engine.out_of_sample import PARTS, out_of_sample
from dlbench.forms.forecast import Forecast
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values
from dlbench.prepare.ensemble_selection import NoScore, select


def truth_of(target: np.ndarray) -> Truth:
    return Truth(np.arange(len(target)).astype(str), target)


def mse(form: Form, truth: Truth) -> float:
    return float(np.mean((form.arrays()["values"].reshape(-1) - truth.target) ** 2))


def greedy(forms: Sequence[Form], truth: Truth) -> Mapping[int, float]:
    return select(forms, lambda form: mse(form, truth), "lower")[0]


def test_among_candidates_of_pure_noise_the_choice_flatters_itself_and_its_answers_here_do_not() -> None:
    rng = np.random.default_rng(0)
    inside, outside = [], []
    for _ in range(20):
        truth = truth_of(rng.normal(size=60))
        candidates = [Values(truth.target + rng.normal(size=60)) for _ in range(30)]
        weights = greedy(candidates, truth)
        blended = Values.blend([candidates[place] for place in weights], list(weights.values()))
        answers = out_of_sample(candidates, truth, rng, greedy)
        assert answers is not None
        inside.append(mse(blended, truth))
        fresh = truth_of(rng.normal(size=60))
        again = [Values(fresh.target + rng.normal(size=60)) for _ in range(30)]
        outside.append(
            (mse(answers, truth), mse(Values.blend([again[i] for i in weights], list(weights.values())), fresh))
        )
    told, true = np.mean(outside, axis=0)
    assert np.mean(inside) < 0.8 * true, "in sample the ensemble looks better than it is"
    assert told == pytest.approx(true, rel=0.2)
    assert told > np.mean(inside)


def test_no_item_has_a_say_in_its_own_answer() -> None:
    rng = np.random.default_rng(1)
    truth = truth_of(rng.normal(size=50))
    candidates = [Values(truth.target + rng.normal(size=50)) for _ in range(4)]
    seen: list[np.ndarray] = []

    def watched(forms: Sequence[Form], held: Truth) -> Mapping[int, float]:
        seen.append(held.ids)
        return {len(seen) % 4: 1.0}

    answers = out_of_sample(candidates, truth, rng, watched)
    assert answers is not None
    assert len(seen) == PARTS
    for number, ids in enumerate(seen, start=1):
        left_out = np.flatnonzero(~np.isin(truth.ids, ids))
        given, asked = answers.arrays()["values"], candidates[number % 4].values
        assert np.array_equal(given[left_out], asked[left_out])
    assert sorted(np.concatenate([np.setdiff1d(truth.ids, ids) for ids in seen])) == sorted(truth.ids)


def test_every_part_holds_every_class() -> None:
    rng = np.random.default_rng(2)
    target = np.repeat([0, 1, 2], [5, 10, 35])
    candidates = [Probabilities(rng.dirichlet(np.ones(3), 50))]
    parts: list[np.ndarray] = []

    def watched(forms: Sequence[Form], held: Truth) -> Mapping[int, float]:
        parts.append(np.bincount(held.target, minlength=3))
        return {0: 1.0}

    answers = out_of_sample(candidates, truth_of(target), rng, watched)
    assert answers is not None
    assert np.array_equal(answers.arrays()["values"], candidates[0].values)
    assert [list(part) for part in parts] == [[4, 8, 28]] * PARTS


def test_origins_of_forecasts_stay_together_with_their_neighbours() -> None:
    rng = np.random.default_rng(3)
    truth = truth_of(np.arange(60.0))
    forecasts = [Forecast(truth.target.reshape(20, 3) + shift) for shift in (0.0, 1.0)]
    held: list[np.ndarray] = []

    def watched(forms: Sequence[Form], seen: Truth) -> Mapping[int, float]:
        held.append(np.setdiff1d(truth.target, seen.target))
        return greedy(forms, seen)

    answers = out_of_sample(forecasts, truth, rng, watched)
    assert answers is not None
    assert np.array_equal(answers.arrays()["values"], forecasts[0].values)
    assert all(np.array_equal(part, np.arange(part[0], part[-1] + 1)) for part in held)


def test_too_few_items_or_nothing_to_choose_by_give_none() -> None:
    rng = np.random.default_rng(4)

    def nothing(forms: Sequence[Form], truth: Truth) -> Mapping[int, float]:
        raise NoScore("one class")

    assert out_of_sample([Values(np.zeros(9))], truth_of(np.zeros(9)), rng, greedy) is None
    assert out_of_sample([Values(np.zeros(10))], truth_of(np.zeros(10)), rng, nothing) is None
