"""Which pictures of a task are worth a look, by what contestants score on each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlbench.reporting.board import sign


def lowest_and_middle(
    scores: Mapping[str, Mapping[str, float]], metric: str, most: int
) -> list[tuple[str, list[str], int]]:
    """Return the pictures on which even the best contestant scores lowest, and such as score in the middle.

    Args:
        scores: contestant → picture → score; pictures that not all of them have are left out.
        metric: whose scores these are; where lower is better, the highest are the worst.
        most: pictures of each sort.

    Returns:
        Title, pictures and how many there are in all, of each sort that holds any.

    >>> scores = {"one": {"a": 0.9, "b": 0.1, "c": 0.2}, "other": {"a": 0.8, "b": 0.3, "c": 0.1, "d": 0.0}}
    >>> lowest_and_middle(scores, "dice", 1)
    [('dice lowest even for the best', ['c'], 3), ('dice in the middle', ['b'], 3)]
    """
    held, better = list(scores.values()), sign(metric)
    shared = [key for key in held[0] if all(key in one for one in held)]
    best = np.array([max(better * one[key] for one in held) for key in shared])
    order = np.argsort(best, kind="stable").tolist()
    start = max(most, (len(order) - most) // 2)
    worst = "lowest" if better > 0 else "highest"
    chosen = {f"{worst} even for the best": order[:most], "in the middle": order[start : start + most]}
    return [(f"{metric} {what}", [shared[at] for at in found], len(shared)) for what, found in chosen.items() if found]
