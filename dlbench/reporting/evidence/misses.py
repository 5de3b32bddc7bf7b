"""Items of a regression that are worth a look: those that even the best contestant missed by far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import answers
from dlbench.reporting.source import Source

MOST = 12


@dataclass(frozen=True)
class Misses:
    """Items with values.

    Attributes:
        contestants: whose answers stand in `said`, floors left out.
        ids, truth: (n,), the largest of the least errors first.
        said: (c, n) means over jobs; NaN where a contestant was not tested.
    """

    contestants: tuple[str, ...]
    ids: tuple[str, ...]
    truth: np.ndarray
    said: np.ndarray


def misses(source: Source, place: Round, most: int = MOST) -> Misses | None:
    """Return the items whose least error over the contestants is largest; None without values."""
    sums: dict[str, dict[str, list[float]]] = {}
    truths: dict[str, float] = {}
    for name in place.jobs:
        if place.kind(name) == "floor":
            continue
        for answer in answers(source, place, name):
            values = answer.numbers("Values")
            if answer.truth.classes or values is None or values.shape != answer.truth.target.shape:
                return None
            ids = answer.truth.ids.tolist()
            truths.update(zip(ids, answer.truth.target.tolist(), strict=True))
            held = sums.setdefault(name, {})
            for item, value in zip(ids, values.tolist(), strict=True):
                held.setdefault(item, []).append(value)
    if not sums:
        return None
    ids = list(truths)
    said = np.array([[np.mean(held[item]) if item in held else np.nan for item in ids] for held in sums.values()])
    truth = np.array([truths[item] for item in ids])
    known = ~np.isnan(said)
    least = np.where(known, np.abs(said - truth), np.inf).min(axis=0)
    order = np.argsort(-np.where(np.isfinite(least), least, -1.0), kind="stable")[:most]
    return Misses(tuple(sums), tuple(ids[place] for place in order), truth[order], said[:, order])
