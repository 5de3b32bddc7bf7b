"""The widest gap between subgroups: between which two it lies, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.seeds import derive
from dlbench.reporting.board import Round, sign
from dlbench.reporting.intervals import RESAMPLES
from dlbench.reporting.source import Fold, Source, share_of_test
from dlbench.reporting.weighing import Weighed, weigh
from dlbench.stats.bootstrap import crossed_interval
from dlbench.stats.folds import corrected_interval

if TYPE_CHECKING:
    from dlbench.forms.truth import Truth

FEW = 30
MOST_PAIRS = 10


@dataclass(frozen=True)
class Group:
    """One group of the test items.

    Attributes:
        name: as the column says it.
        n: different items of it in all test parts.
        value: mean over folds of the means over seeds, over the folds that have a value; None without any.
    """

    name: str
    n: int
    value: float | None

    @property
    def few(self) -> bool:
        """Whether it has too few items to be believed."""
        return self.n < FEW


@dataclass(frozen=True)
class Ends:
    """The groups that the widest gap lies between, and from how many pairs they were picked."""

    worst: Group
    best: Group
    pairs: int


def ends(groups: Sequence[Group], direction: int) -> Ends | None:
    """Return the worst and the best group; None without two that have a value.

    Groups with few items do not take part, unless fewer than two others remain.

    Args:
        direction: 1 where higher is better, else −1.

    >>> found = ends([Group("f", 90, 0.8), Group("m", 99, 0.9), Group("x", 3, 0.0)], 1)
    >>> found.worst.name, found.best.name, found.pairs
    ('f', 'm', 1)
    """
    known = [(direction * group.value, group) for group in groups if group.value is not None]
    sound = [pair for pair in known if not pair[1].few]
    held = sorted(sound if len(sound) > 1 else known, key=lambda pair: pair[0])
    return Ends(held[0][1], held[-1][1], len(held) * (len(held) - 1) // 2) if len(held) > 1 else None


def bounds(
    source: Source, place: Round, contestant: str, between: Ends, folds: Mapping[str, Mapping[Fold, float]]
) -> tuple[float, float] | None:
    """Return the interval of best − worst, positive where the best is better; None where it has none.

    The pair was picked because it lies far apart, so the level is shared among all pairs (Bonferroni); beyond ten
    pairs the resamples would not reach that far. Folds: Nadeau–Bengio; fixed test set: crossed bootstrap, items
    resampled within their group.
    """
    if between.pairs > MOST_PAIRS:
        return None
    level, direction = 1 - 0.05 / between.pairs, sign(place.primary)
    if place.folds > 1:
        worst, best = folds[between.worst.name], folds[between.best.name]
        differences = direction * np.array([best[fold] - worst[fold] for fold in sorted(worst.keys() & best.keys())])
        found = corrected_interval(differences, share_of_test(place.jobs[contestant]), level)
    else:
        weighed = weigh(source, place.cells[contestant, place.primary], place.primary)
        names = groups_of(weighed.truth) if isinstance(weighed, Weighed) else None
        if not isinstance(weighed, Weighed) or names is None:
            return None
        inside = [names == group.name for group in (between.worst, between.best)]
        rng = np.random.default_rng(derive("subgroups", place.task, place.point, contestant))

        def difference(seed: int, weights: np.ndarray) -> float:
            lower, upper = (weighed.score(seed, weights * held) for held in inside)
            return direction * (upper - lower)

        found = crossed_interval(
            difference, *weighed.size, rng, RESAMPLES, level, strata=_strata(names, weighed), blocks=weighed.blocks
        )
    return (found.low, found.high) if math.isfinite(found.low + found.high) else None


def groups_of(truth: Truth) -> np.ndarray | None:
    """Return the (n,) names of the groups that test items belong to; None where they are not known."""
    names = getattr(truth, "groups", None)
    return None if names is None else np.asarray(names)


def _strata(names: np.ndarray, weighed: Weighed) -> np.ndarray:
    """Return the group of each item, and its class too where the metric asks for that."""
    codes = np.unique(names, return_inverse=True)[1]
    inner = weighed.strata
    return codes if inner is None else codes * (int(inner.max()) + 1) + inner
