"""Objects with masks as a picture: the class of every pixel, with a line around each object."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

import numpy as np

from dlbench.core.metric import Metric
from dlbench.forms.instances import Instances
from dlbench.forms.mask_runs import MaskRuns
from dlbench.forms.outlined import OutlinedObjects
from dlbench.reporting.evidence.answers import MOST_JUDGED, Answer

LINE = -1
"""What the outermost pixels of an object are drawn as: the grey of pixels that nobody is asked about."""


class Silhouette(NamedTuple):
    """A picture: its id, (height, width) codes of truth and answer, and what the answer scores on it alone."""

    name: str
    truth: np.ndarray
    said: np.ndarray
    score: float


def silhouettes(answer: Answer, judge: Metric, met: Container[str]) -> Iterator[Silhouette]:
    """Yield the pictures that hold objects; of an answer its surest masks, as many as there are objects.

    Args:
        answer: Instances beside objects with masks; of any other nothing comes.
        judge: who scores each.
        met: names of pictures that are left out.
    """
    objects, form = answer.truth.objects, answer.form
    if not isinstance(objects, OutlinedObjects) or not isinstance(form, Instances):
        return
    for row, name in enumerate(answer.truth.ids.tolist()[:MOST_JUDGED]):
        index = np.array([row])
        own, found = objects.take(index), form.take(index)
        if name in met or not len(own.boxes):
            continue
        score = judge.score(answer.truth.take(index), found)
        if np.isfinite(score):
            surest = np.argsort(-found.scores, kind="stable")[: len(own.boxes)]
            size = own.masks.sizes[0]
            truth = _drawn(own.masks, own.codes, np.argsort(-own.areas, kind="stable"), size)
            yield Silhouette(name, truth, _drawn(found.masks, found.codes, surest[::-1], size), float(score))


def _drawn(masks: MaskRuns, codes: np.ndarray, order: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return (height, width) int16: 0 for the ground, 1 + class inside, `LINE` along edges; later ones on top."""
    picture = np.zeros(tuple(size.tolist()), dtype=np.int16)
    for place in order.tolist():
        mask = masks.decode(place)
        picture[mask] = 1 + codes[place]
        picture[_edge(mask)] = LINE
    return picture


def _edge(mask: np.ndarray) -> np.ndarray:
    """Return the pixels of a mask that have a neighbour outside of it.

    >>> _edge(np.ones((3, 3), dtype=bool)).sum()
    np.int64(8)
    """
    wide = np.pad(mask, 1)
    inside = wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]
    return np.asarray(mask & ~inside)
