"""How sentences call champions, tests and costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.champions import Champion
from dlbench.reporting.cost_ratios import CostRatios
from dlbench.reporting.intervals import Gap

ENOUGH_FOLDS = 10
ENOUGH_SEEDS = 5
MOST_NAMES = 3
COSTS = {
    "fit_seconds": "training time",
    "predict_seconds_per_1000": "latency",
    "peak_memory_bytes": "memory",
    "parameters": "size",
}


def called(held: Champion | None) -> str:
    """Return a champion's label; all of them with strokes between where folds chose different ones.

    >>> called(Champion("svm", 0.9, "accuracy", by_fold={(0, 0): "svm", (0, 1): "ridge"}))
    'svm/ridge'
    """
    if held is None:
        return ""
    names = list(held.counts) or [held.contestant]
    return "/".join(names[:MOST_NAMES]) + ("/…" if len(names) > MOST_NAMES else "")


def chosen(held: Champion) -> str:
    """Say in how many folds who was chosen.

    >>> chosen(Champion("svm", 0.9, "accuracy", by_fold={(0, 0): "svm", (0, 1): "ridge", (0, 2): "svm"}))
    'svm in 2 of 3 folds, ridge in 1'
    """
    counts = held.counts
    first, *others = counts or {held.contestant: 1}
    told = f"{first} in {counts.get(first, 1)} of {figures.plural(sum(counts.values()) or 1, 'fold')}"
    return ", ".join([told, *(f"{name} in {counts[name]}" for name in others)])


def mixed(held: Champion | None) -> bool:
    """Tell whether folds chose different contestants."""
    return held is not None and len(held.counts) > 1


def costs(ratios: Mapping[str, float], intervals: Mapping[str, tuple[float, float]] | None = None) -> str:
    """Return the multiples that were measured, those of times with their intervals where there are any.

    >>> costs({"fit_seconds": 31.0, "peak_memory_bytes": 2.0}, {"fit_seconds": (25.0, 38.0)})
    '31× [25×, 38×] the training time, 2.0× the memory'
    """
    spans = (intervals or {}).items()
    shown = {name: f" [{figures.times(low)}, {figures.times(high)}]" for name, (low, high) in spans}
    parts = [
        f"{figures.times(ratios[name])}{shown.get(name, '')} the {word}"
        for name, word in COSTS.items()
        if name in ratios
    ]
    return ", ".join(parts)


def cost_sentence(first: str, second: str, spent: CostRatios) -> str:
    """Return what the first costs of the second, over how many jobs, or why times are not compared; empty without.

    >>> cost_sentence("net", "svm", CostRatios({"fit_seconds": 31.0}, {"fit_seconds": (25.0, 38.0)}, 5))
    'net costs 31× [25×, 38×] the training time of svm (medians of 5 paired jobs).'
    >>> cost_sentence("net", "svm", CostRatios({"parameters": 95.0}, reason="they ran on different machines"))
    'net costs 95× the size of svm; their times are not comparable: they ran on different machines.'
    """
    parts = costs(spent.ratios, spent.intervals)
    apart = f"their times are not comparable: {spent.reason}" if spent.reason else ""
    if not parts:
        return f"{apart[:1].upper()}{apart[1:]}." if apart else ""
    over = f" (medians of {figures.plural(spent.pairs, 'paired job')})" if spent.pairs else ""
    return f"{first} costs {parts} of {second}{over}{f'; {apart}' if apart else ''}."


def margin(place: Round, size: float) -> str:
    """Return the margin of a task's primary metric, and who set it."""
    return f"±{size:.3g} ({'set by the suite' if place.primary in place.margins else 'the default'})"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return names with commas and an `and`; beyond `most` the rest is counted.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c", "d"], most=2)
    ('a, b and c', 'a, b and 2 more')
    """
    shown = list(names) if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def lead(found: Gap, p: float | None, family: int) -> str:
    """Return the size of a lead, seen from whoever is ahead, with its interval and p as it was adjusted.

    >>> lead(Gap(-0.02, -0.03, -0.01, 0.004, 5, 1), 0.008, 2)
    'by 0.0200 [+0.0100, +0.0300], p = 0.008 after Holm over 2 comparisons'
    """
    low, high = (found.low, found.high) if found.difference >= 0 else (-found.high, -found.low)
    shown = figures.probability(found.p if p is None else p)
    corrected = f" after Holm over {family} comparisons" if family > 1 else ""
    return (
        f"by {figures.score(abs(found.difference))} [{figures.signed(low)}, {figures.signed(high)}], {shown}{corrected}"
    )


def untold(folds: int, seeds: int) -> str:
    """Return why two contestants with values have no paired difference.

    >>> untold(1, 1)
    'one fold and one seed leave nothing to compare by'
    """
    if folds * seeds == 1:
        return "one fold and one seed leave nothing to compare by"
    return (
        "nothing tells chance: predictions cannot be read, test items are others or too few, or the difference is the "
        "same every time"
    )


def indicative(found: Gap | None) -> bool:
    """Tell whether a comparison is too small for more than an indication."""
    if found is None:
        return True
    return found.seeds < ENOUGH_SEEDS if found.folds == 1 else found.folds < ENOUGH_FOLDS


def caution(found: Gap | None, comparisons: int) -> str:
    """Return what a comparison rests on, and the smallest difference that it could have called one.

    >>> caution(Gap(0.03, -0.01, 0.07, 0.1, 1, 3), 1)
    'Indicative: 3 fit seeds, fewer than 5; differences under 0.0400 could not be seen.'
    """
    if found is None:
        return ""
    seen = f"differences under {figures.score(found.detectable_among(max(1, comparisons)))} could not be seen"
    if found.folds > 1:
        resting, enough = figures.plural(found.folds, "fold"), "2 × 5"
    else:
        resting, enough = figures.plural(found.seeds, "fit seed"), str(ENOUGH_SEEDS)
    return f"Indicative: {resting}, fewer than {enough}; {seen}." if indicative(found) else f"{resting}; {seen}."
