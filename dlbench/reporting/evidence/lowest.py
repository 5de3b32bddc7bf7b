"""Which items of a task are worth a look, by what contestants score on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.reporting.board import sign


@dataclass(frozen=True)
class Seen:
    """An item in an answer: what is true, what was said, and what that scores."""

    truth: np.ndarray
    said: np.ndarray
    score: float

    def overlaps(self, other: Seen) -> bool:
        """Whether the items show nearly the same."""
        return False


@dataclass(frozen=True)
class Chosen:
    """m items of one sort.

    Attributes:
        title: what they have in common.
        total: how many items there are in all that were scored for every contestant shown.
        ids: (m,) names.
        truth: (m, horizon) what came, (m, height, width) codes or (m, height, width, channels) values in [0, 1].
        said: contestant → what it said of them, of the truth's shape.
        scores: contestant → (m,) scores of the primary metric on each item alone.
    """

    title: str
    total: int
    ids: tuple[str, ...]
    truth: np.ndarray
    said: dict[str, np.ndarray]
    scores: dict[str, np.ndarray]


def chosen(seen: Mapping[str, Mapping[str, Seen]], metric: str, most: int) -> tuple[Chosen, ...]:
    """Return the items of `lowest_and_middle`, no two of a sort overlapping.

    Args:
        seen: contestant → item → its answer, of one contestant at least.
        metric: whose scores these are.
        most: items of each sort.
    """
    first = next(iter(seen.values()))
    scores = {name: {key: one.score for key, one in held.items()} for name, held in seen.items()}
    picked = lowest_and_middle(scores, metric, most, lambda one, other: first[one].overlaps(first[other]))
    return tuple(
        Chosen(
            title, total, tuple(keys),
            np.stack([first[key].truth for key in keys]),
            {name: np.stack([held[key].said for key in keys]) for name, held in seen.items()},
            {name: np.array([scores[name][key] for key in keys]) for name in seen},
        )
        for title, keys, total in picked
    )  # fmt: skip


def lowest_and_middle(
    scores: Mapping[str, Mapping[str, float]],
    metric: str,
    most: int,
    alike: Callable[[str, str], bool] = lambda one, other: False,
) -> list[tuple[str, list[str], int]]:
    """Return the items on which even the best contestant scores lowest, and such as score in the middle.

    Args:
        scores: contestant → item → score; items that not all of them have are left out.
        metric: whose scores these are; where lower is better, the highest are the worst.
        most: items of each sort.
        alike: whether two items show nearly the same, so that one of them is enough.

    Returns:
        Title, items and how many there are in all, of each sort that holds any.

    >>> scores = {"one": {"a": 0.9, "b": 0.1, "c": 0.2}, "other": {"a": 0.8, "b": 0.3, "c": 0.1, "d": 0.0}}
    >>> lowest_and_middle(scores, "dice", 1)
    [('dice lowest even for the best', ['c'], 3), ('dice in the middle', ['b'], 3)]
    """
    held, better = list(scores.values()), sign(metric)
    shared = [key for key in held[0] if all(key in one for one in held)]
    best = np.array([max(better * one[key] for one in held) for key in shared])
    order = [shared[at] for at in np.argsort(best, kind="stable").tolist()]
    start = max(most, (len(order) - most) // 2)
    lowest, middle = (_unlike(part, most, alike) for part in (order[:start], order[start:]))
    worst = "lowest" if better > 0 else "highest"
    chosen = {f"{worst} even for the best": lowest, "in the middle": middle}
    return [(f"{metric} {what}", found, len(shared)) for what, found in chosen.items() if found]


def _unlike(order: Sequence[str], most: int, alike: Callable[[str, str], bool]) -> list[str]:
    """Return the first items in order, without those that are like one before.

    >>> _unlike(["a1", "a2", "b1", "b2", "c1"], 2, lambda one, other: one[0] == other[0])
    ['a1', 'b1']
    """
    found: list[str] = []
    for key in order:
        if len(found) == most:
            break
        if not any(alike(key, one) for one in found):
            found.append(key)
    return found
