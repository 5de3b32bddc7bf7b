"""Deep against the cheap classic: the strong, inexpensive reference that nobody should lose to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion
from dlbench.reporting.claim import keys_of
from dlbench.reporting.comparisons import Compared, difference
from dlbench.reporting.rows import mean_costs
from dlbench.reporting.source import Source
from dlbench.reporting.warned import Warned
from dlbench.reporting.wording import warned as words
from dlbench.reporting.wording.naming import called

CHEAP = ("hist_gradient_boosting", "hog", "tfidf", "lag_ridge", "lag_boosting")
"""Models, or stages of models, known to be strong for their price: whoever has the first of them that is there is the
cheap classic of its task. Histogram boosting for tables, HOG with a linear learner for images, word counts for texts,
lags for series."""


def rivals(source: Source, compared: Sequence[Compared]) -> Iterator[Warned]:
    """Yield a warning where the deep champion is not shown to be better than the cheap classic, of a sweep at its end.

    What holds on the way there the crossover tells.
    It is a caution at 95 % by itself, outside the family: a correction would only make it come more often. Where the
    cheap classic is the classic champion, the verdict's own comparison serves.
    """
    for held in {one.place.task: one for one in compared}.values():
        deep = held.champions["deep"]
        name = cheap_classic(held.place, deep) if deep else None
        if name is None or deep is None:
            continue
        cheap, own = Champion(name, None, ""), held.kinds
        if own is not None and all(own.second.in_fold(fold) == name for fold in held.place.all_folds):
            found = own.found
        else:
            found = difference(source, held.place, deep, cheap)
        if found is not None and found.low <= 0:
            text = words.not_above(called(deep), f"the cheap classic {name}", found.low, found.high)
            keys = keys_of([*deep.jobs(held.place), *cheap.jobs(held.place)])
            yield Warned("not_above_cheap_classic", held.place.task, held.place.point, deep.contestant, text, keys)


def cheap_classic(place: Round, deep: Champion) -> str | None:
    """Return the label of the task's cheap classic that has a value; None without one.

    Where none is known as such it is the classic that is quickest to fit, if it is quicker than the deep champion.
    """
    classics = [name for name in place.jobs if place.kind(name) == "classic" and place.has_value(name)]
    for word in CHEAP:
        for name in classics:
            asked = place.jobs[name][0]["job"]["contestant"]
            if word in [*(asked.get("stages") or ()), asked.get("model", "")]:
                return name
    seconds = {name: _seconds(place, name) for name in classics}
    quickest = min(classics, key=lambda name: seconds[name], default=None)
    return quickest if quickest is not None and seconds[quickest] < _seconds(place, deep.contestant) else None


def _seconds(place: Round, name: str) -> float:
    """Return the mean seconds of a fit; infinite where they were not measured."""
    found = mean_costs(place.jobs[name])["fit_seconds"]
    return math.inf if found is None else float(found)
