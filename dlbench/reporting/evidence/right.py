"""Who got which item right: contestants × items of a task with classes, over folds, repeats and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer, answers
from dlbench.reporting.source import Source

MOST = 250
"""Predictions of a task that are read at most, but for one of each contestant and fold."""


@dataclass(frozen=True)
class Right:
    """Items × contestants.

    Attributes:
        ids: (n,) of all items that somebody was tested on.
        truth: (n,) class codes; `classes`: their names.
        contestants: labels, and their `kinds`, floors left out.
        share: (c, n) share of the jobs that got an item right; NaN where a contestant has none on it.
        said: (c, n) the true class where at least half of the jobs got it right, else the last wrong answer; −1 for
            none.
        fits: of each fold that were read at most.
    """

    ids: np.ndarray
    truth: np.ndarray
    classes: tuple[str, ...]
    contestants: tuple[str, ...]
    kinds: tuple[str, ...]
    share: np.ndarray
    said: np.ndarray
    fits: int


def right(source: Source, place: Round) -> Right | None:
    """Return the table of a task with classes; None where classes were not predicted.

    Where a task has many jobs, the first fit seeds of each fold are read: predictions are the most of what a run holds.
    """
    names = [name for name in place.jobs if place.kind(name) != "floor" and place.has_value(name)]
    fits = max(1, MOST // max(1, len(names) * place.folds))
    held: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    truths: dict[str, int] = {}
    classes: tuple[str, ...] = ()
    for name in names:
        found = _contestant(answers(source, place, name, fits), truths)
        if found is None:
            continue
        classes, held[name] = found
    if not held:
        return None
    ids = np.array(list(truths), dtype=np.str_)
    share = np.full((len(held), len(ids)), np.nan)
    said = np.full((len(held), len(ids)), -1, dtype=np.int64)
    for row, (places, shares, codes) in enumerate(held.values()):
        share[row, places], said[row, places] = shares, codes
    kinds = tuple(place.kind(name) for name in held)
    return Right(ids, np.array(list(truths.values())), classes, tuple(held), kinds, share, said, fits)


def _contestant(
    given: Iterable[Answer], truths: dict[str, int]
) -> tuple[tuple[str, ...], tuple[np.ndarray, np.ndarray, np.ndarray]] | None:
    """Return classes, and places in `truths` (which grows), share right and last code of a contestant's items."""
    places, hits, said = [], [], []
    classes: tuple[str, ...] = ()
    where: Mapping[str, int] = {key: number for number, key in enumerate(truths)}
    for answer in given:
        codes = answer.codes()
        if codes is None:
            return None
        classes = answer.truth.classes
        keys = answer.truth.ids.tolist()
        truths.update(zip(keys, answer.truth.target.tolist(), strict=True))
        if len(truths) > len(where):
            where = {key: number for number, key in enumerate(truths)}
        places.append(np.fromiter((where[key] for key in keys), dtype=np.int64, count=len(keys)))
        hits.append(codes == answer.truth.target)
        said.append(codes)
    if not places:
        return None
    own, share, wrong = _counted(np.concatenate(places), np.concatenate(hits), np.concatenate(said), len(truths))
    true = np.fromiter(truths.values(), dtype=np.int64, count=len(truths))[own]
    return classes, (own, share, np.where(share >= 0.5, true, wrong))


def _counted(
    places: np.ndarray, hits: np.ndarray, said: np.ndarray, items: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places that occur, the share of hits at each, and the last code there that was none.

    >>> _counted(np.array([0, 2, 2]), np.array([True, False, True]), np.array([5, 6, 7]), 4)
    (array([0, 2]), array([1. , 0.5]), array([-1,  6]))
    """
    seen = np.bincount(places, minlength=items)
    shares = np.bincount(places, weights=hits, minlength=items)
    wrong = np.full(items, -1, dtype=np.int64)
    wrong[places[~hits]] = said[~hits]
    own = np.flatnonzero(seen)
    return own, shares[own] / seen[own], wrong[own]
