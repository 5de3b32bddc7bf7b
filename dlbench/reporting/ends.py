"""Intervals where few items are wrong, or tell two sides apart: resamples hardly vary there, the truth may."""

from __future__ import annotations

from dlbench.reporting.weighing import Weighed
from dlbench.stats.area import FEW as FEW_AREA
from dlbench.stats.area import newcombe, sizes
from dlbench.stats.interval import Interval, Paired
from dlbench.stats.paired_proportion import tango
from dlbench.stats.proportion import FEW, near_the_ends, wilson


def reaching(weighed: Weighed, found: Interval) -> Interval:
    """Return an interval that reaches as far as Wilson's, where a share has fewer than 15 items wrong, or right.

    Wilson's takes the items of all seeds for one test set, since seeds share them; what seeds add is in the resamples.
    An area under the ROC curve reaches as far as Newcombe's, where few members score below others.
    """
    if weighed.judge.shares == "pairs":
        members, others = sizes(weighed.truth.target)
        if (1 - found.mean) * min(members, others) >= FEW_AREA:
            return found
        return _joined(found, newcombe(found.mean, members, others))
    items = weighed.share_items
    if items is None or not near_the_ends(found.mean, items):
        return found
    return _joined(found, wilson(found.mean * items, items))


def reaching_apart(one: Weighed, other: Weighed, found: Paired) -> Paired:
    """Return an interval of one − other that reaches as far as Tango's, where fewer than 15 items tell them apart.

    Of a mean over classes the counts are taken at the number of items that it is worth.
    """
    items = one.share_items
    if items is None:
        return found
    only = _alone(one, other), _alone(other, one)
    if sum(only) >= FEW:
        return found
    scale = items / len(one.truth)
    low, high = tango(scale * only[0], scale * only[1], items)
    return Paired(found.difference, min(found.low, low), max(found.high, high), found.p, found.df)


def _joined(found: Interval, least: Interval) -> Interval:
    return Interval(found.mean, min(found.low, least.low), max(found.high, least.high))


def _alone(one: Weighed, other: Weighed) -> float:
    """Return how many items the first alone gets right, mean over the seeds."""
    seeds = len(one.forms)
    return sum(int((one.hits(seed) & ~other.hits(seed)).sum()) for seed in range(seeds)) / seeds
