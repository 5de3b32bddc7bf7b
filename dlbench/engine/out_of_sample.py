"""What an ensemble scores on items that had no say in choosing it.

An ensemble is never worse than its best member on the predictions it was chosen from, so that score says nothing of
whether to take it. Here it is chosen again on all parts of those items but one, and answers for the one left out, in
turn.

Source: Caruana, Munson and Niculescu-Mizil, Getting the most out of ensemble selection, ICDM 2006, on overfitting the
hillclimb set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlbench.prepare.ensemble_selection import NoScore

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth

PARTS = 5

Choose = Callable[[Sequence["Form"], "Truth"], Mapping[int, float]]


def out_of_sample(candidates: Sequence[Form], truth: Truth, rng: np.random.Generator, choose: Choose) -> Form | None:
    """Return the ensemble's answers for all items, each from a choice that had not seen the item.

    Args:
        candidates: predictions of the same n items, all of one form that blends.
        truth: of those items; of forecasts all steps of the first, then of the next.
        rng: how items are dealt into parts: classes evenly, forecasts into stretches of neighbouring origins.
        choose: from predictions and their truth to position → weight; may raise NoScore.

    Returns:
        The answers, in the items' order; None for too few items, or where a part leaves nothing to choose by.
    """
    n = _items(candidates[0])
    if n < 2 * PARTS:
        return None
    steps = len(truth) // n
    part = np.arange(n) * PARTS // n if steps > 1 else _dealt(truth.target, rng)
    answers, places = [], []
    for number in range(PARTS):
        seen, held = np.flatnonzero(part != number), np.flatnonzero(part == number)
        try:
            weights = choose([_taken(form, seen) for form in candidates], truth.take(_rows(seen, steps)))
        except NoScore:  # AUC where all but one part hold one class
            return None
        blended = [_taken(candidates[place], held) for place in weights]
        answers.append(type(blended[0]).blend(blended, list(weights.values())))
        places.append(held)
    order = np.argsort(np.concatenate(places))
    joined = {name: np.concatenate([form.arrays()[name] for form in answers])[order] for name in answers[0].arrays()}
    return type(answers[0]).from_arrays(joined)


def _items(form: Form) -> int:
    return len(next(iter(form.arrays().values())))


def _dealt(target: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) numbers of parts, every class and every stretch of values spread over all of them."""
    shuffled = rng.permutation(len(target))
    if target.ndim > 1:  # of pixels: there is no order that would spread them
        return shuffled * PARTS // len(target)
    part = np.empty(len(target), dtype=np.int64)
    part[shuffled[np.argsort(target[shuffled], kind="stable")]] = np.arange(len(target)) % PARTS
    return part


def _taken(form: Form, index: np.ndarray) -> Form:
    return type(form).from_arrays({name: array[index] for name, array in form.arrays().items()})


def _rows(items: np.ndarray, steps: int) -> np.ndarray:
    return (items[:, None] * steps + np.arange(steps)).ravel()
