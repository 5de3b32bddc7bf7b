"""Items worth a look: those that all got wrong, and those that one got right and another wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.reporting.evidence.right import Right

MOST = 12


@dataclass(frozen=True)
class Picked:
    """Items of one sort.

    Attributes:
        title: what they have in common, without names.
        right, wrong: contestants that got them right and wrong; both empty where that is everybody.
        index: places in the table of who was right, at most `MOST`.
        total: how many there are.
    """

    title: str
    right: str
    wrong: str
    index: tuple[int, ...]
    total: int


def picked(table: Right, first: str, second: str, most: int = MOST) -> tuple[Picked, ...]:
    """Return what all got wrong, and what `first` and `second` disagree on.

    What all got wrong begins with those on which most agree, since there the label may be at fault; the others with
    those that were told apart in every job.

    Args:
        table: who got what right.
        first, second: two of its contestants; empty where there are not two.
        most: items of each sort.
    """
    tested = ~np.isnan(table.share)
    hard = np.flatnonzero(tested.any(axis=0) & (np.where(tested, table.share, 0.0).max(axis=0) < 0.5))
    agreed = np.array([_agreement(table.said[:, item]) for item in hard])
    order = hard[np.argsort(-agreed, kind="stable")] if len(hard) else hard
    found = [Picked("Wrong by every contestant", "", "", _first(order, most), len(hard))]
    if first in table.contestants and second in table.contestants and first != second:
        found += [_between(table, *pair, most) for pair in ((first, second), (second, first))]
    return tuple(one for one in found if one.total)


def _between(table: Right, good: str, bad: str, most: int) -> Picked:
    up, down = (table.share[table.contestants.index(name)] for name in (good, bad))
    lead = np.where(np.isnan(up) | np.isnan(down), 0.0, up - down)
    here = np.flatnonzero(lead > 0.5)
    order = here[np.argsort(-lead[here], kind="stable")]
    return Picked("Right by one, wrong by the other", good, bad, _first(order, most), len(here))


def _agreement(said: np.ndarray) -> int:
    """Return how many contestants said the most frequent answer."""
    known = said[said >= 0]
    return int(np.bincount(known).max()) if len(known) else 0


def _first(order: np.ndarray, most: int) -> tuple[int, ...]:
    return tuple(int(place) for place in order[:most])
