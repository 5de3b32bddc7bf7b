"""Detections in the order of their scores: the precision-recall curves of all classes, for any weights of pictures.

Matching detections to objects does not depend on how often a picture counts; the curves do. So the matches are kept,
and curves are drawn again for each set of weights, all classes and overlaps at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TINY = 1e-300
ROUNDING = 1e-9


@dataclass(frozen=True)
class Ranking:
    """What matching n pictures came to.

    Attributes:
        pictures: n.
        classes: how many there are.
        picture, code: (d,) picture and class of each detection; class by class, the surest first.
        hit: (overlaps, d) booleans: it found an object that nobody surer had found.
        counted: (overlaps, d) booleans: neither hit nor miss where False, such as a detection inside a crowd.
        object_picture, object_code: (g,) of the objects that are to be found.
    """

    pictures: int
    classes: int
    picture: np.ndarray
    code: np.ndarray
    hit: np.ndarray
    counted: np.ndarray
    object_picture: np.ndarray
    object_code: np.ndarray

    def areas(self, weights: np.ndarray | None, passed: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return the area under the falling envelope of each curve.

        Args:
            weights: (n,) how often each picture counts; None counts each once.
            passed: from recalls to the share of the recall axis that lies at or before them. The recalls themselves
                give the whole area; shares of 11 or 101 marks give the mean over those marks.

        Returns:
            (overlaps, classes) from 0 to 1; NaN for a class without objects.

        The surer detection misses, the other hits the only object: precision 1/2 at recall 1. Twice the second picture
        alone makes it 2/(2 + 0):

        >>> import numpy as np
        >>> one = np.zeros(1, dtype=np.int64)
        >>> found = Ranking(2, 1, np.array([0, 1]), np.zeros(2, dtype=np.int64), np.array([[False, True]]),
        ...                 np.array([[True, True]]), one + 1, one)
        >>> found.areas(None, lambda recall: recall).item(), found.areas(np.array([0, 2.0]), lambda r: r).item()
        (0.5, 1.0)
        """
        import numpy as np

        weights = np.ones(self.pictures) if weights is None else weights
        wanted = np.bincount(self.object_code, weights[self.object_picture], self.classes)
        marks, mass = self._marks, weights[self.picture]
        found = np.diff(_sums(mass[marks.place])[[marks.first, np.arange(1, len(marks.first) + 1)]], axis=0)[0]
        called = np.diff(_sums(self._distinct[0] * mass)[marks.row, [marks.start, marks.place + 1]], axis=0)[0]
        height = _envelope(found / np.maximum(called, TINY), marks.curve)
        areas = self._table(height * _gained(passed(_recall(found, wanted[marks.code])), marks.opening))
        areas[:, wanted <= 0] = np.nan
        return areas

    def _table(self, parts: np.ndarray) -> np.ndarray:
        """Return the (overlaps, classes) sums of what each hit brings."""
        import numpy as np

        size = len(self.hit), self.classes
        return np.bincount(self._marks.curve, parts, size[0] * size[1]).astype(np.float64).reshape(size)

    @cached_property
    def _distinct(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct rows of `counted`, often only one, and which of them each overlap has."""
        import numpy as np

        rows, row = np.unique(self.counted, axis=0, return_inverse=True)
        return rows, row.reshape(-1)

    @cached_property
    def _marks(self) -> _Marks:
        import numpy as np

        overlap, place = np.nonzero(self.hit)
        code = self.code[place]
        curve = overlap * self.classes + code
        opening = np.flatnonzero(np.diff(curve, prepend=-1))
        return _Marks(
            place=place,
            code=code,
            curve=curve,
            row=self._distinct[1][overlap],
            start=np.searchsorted(self.code, code),
            opening=opening,
            first=np.repeat(opening, np.diff(opening, append=len(curve))),
        )


@dataclass(frozen=True)
class _Marks:
    """The hits of all curves, one curve after another: the only places where a curve can rise or be read.

    Attributes:
        place: (h,) of the detection.
        code: (h,) its class.
        curve: (h,) overlap × classes + class, ascending.
        row: (h,) which of the distinct rows of `counted`.
        start: (h,) where the detections of its class begin.
        opening: first hit of each curve that has any.
        first: (h,) first hit of the same curve.
    """

    place: np.ndarray
    code: np.ndarray
    curve: np.ndarray
    row: np.ndarray
    start: np.ndarray
    opening: np.ndarray
    first: np.ndarray


def _sums(masses: np.ndarray) -> np.ndarray:
    """Return running sums along the last axis, with a zero before the first."""
    import numpy as np

    sums = np.zeros((*masses.shape[:-1], masses.shape[-1] + 1))
    np.cumsum(masses, axis=-1, out=sums[..., 1:])
    return sums


def _recall(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return found / wanted, exactly 1 where only rounding is missing."""
    import numpy as np

    return np.where(wanted - found <= ROUNDING * wanted, 1.0, found / np.maximum(wanted, TINY))


def _gained(passed: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """Return what each hit adds to the share of the recall axis, from zero on at each opening."""
    import numpy as np

    gained = np.diff(passed, prepend=0.0)
    gained[opening] = passed[opening]
    return gained


def _envelope(precision: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Return the highest precision from each hit on, within its curve. Steps of 2 keep curves apart."""
    import numpy as np

    if not len(curve):
        return precision
    apart = 2.0 * (curve[-1] - curve)
    return np.asarray(np.maximum.accumulate((precision + apart)[::-1])[::-1] - apart)


def ranked(code: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the order that puts detections class by class, the surest first, equal scores as they come.

    >>> import numpy as np
    >>> ranked(np.array([1, 0, 1, 1]), np.array([0.5, 0.1, 0.9, 0.5])).tolist()
    [1, 2, 0, 3]
    """
    import numpy as np

    return np.lexsort((-score, code))
