"""Greedy ensemble selection from validation predictions.

Source: Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries of models, ICML 2004: start with
the best model, add with replacement whatever betters the mean prediction most, keep the best ensemble on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlbench.core.form import Form


class NoScore(ValueError):
    """No candidate has a score on the items it was to be chosen by."""


STEPS = 25
"""Members counted with repetition: weights are multiples of a twenty-fifth at the finest."""

LIBRARY = 40
"""Candidates that are looked at: the best ones by themselves."""


def select(
    candidates: Sequence[Form],
    score: Callable[[Form], float | None],
    better: str = "higher",
    *,
    ties: Callable[[Form], float | None] | None = None,
    steps: int = STEPS,
    library: int = LIBRARY,
    enough: Callable[[], bool] = lambda: False,
) -> tuple[dict[int, float], float]:
    """Return weights by position of the chosen candidates, summing to 1, and the score of their mean.

    Of ensembles that score and tie alike the one with fewer steps stands, of candidates that do the earlier one, so
    the same predictions give the same ensemble.

    Args:
        candidates: validation predictions of the same items, all of one form that blends.
        score: of a prediction against the validation truth; None where it is not defined.
        better: higher or lower.
        ties: a loss that decides between equal scores: an accuracy moves in steps, a log loss does not.
        steps: members at most, counted with repetition.
        library: how many of the best candidates are looked at.
        enough: asked before each step; the ensemble that was best so far stands where it says yes.

    Raises:
        NoScore: no candidate has a score.
    """
    sign = 1.0 if better == "higher" else -1.0

    def merit(form: Form) -> tuple[float, float]:
        return _rank(score(form), sign), (_rank(ties(form), -1.0) if ties else 0.0)

    alone = {place: merit(form) for place, form in enumerate(candidates)}
    pool = sorted(
        (place for place in alone if alone[place][0] > -math.inf), key=lambda place: alone[place], reverse=True
    )
    if not pool:
        raise NoScore("no candidate has a score on the validation part")
    chosen, best, most = [pool[0]], [pool[0]], alone[pool[0]]
    mean = candidates[pool[0]]
    for step in range(1, steps):
        if enough():
            break
        tried = {place: _joined(mean, candidates[place], step) for place in pool[:library]}
        merits = {place: merit(form) for place, form in tried.items()}
        place = max(merits, key=lambda place: merits[place])
        chosen.append(place)
        mean = tried[place]
        if merits[place] > most:
            best, most = list(chosen), merits[place]
    return {place: best.count(place) / len(best) for place in dict.fromkeys(best)}, sign * most[0]


def _joined(mean: Form, added: Form, members: int) -> Form:
    """Return the mean of `members` predictions with one more."""
    return type(mean).blend([mean, added], [members, 1])


def _rank(value: float | None, sign: float) -> float:
    """Return a value so that larger is better, and what is not defined worst of all."""
    return sign * value if value is not None and math.isfinite(value) else -math.inf
