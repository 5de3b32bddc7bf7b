"""Exact McNemar: do two contestants hit the same items equally often? For one seed and accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class McNemar:
    """The items on which two contestants differ, and the test of "equally many".

    Attributes:
        only_a, only_b: items that one side alone got right.
        p: two-sided, exact.
    """

    only_a: int
    only_b: int
    p: float


def exact_mcnemar(right_a: np.ndarray, right_b: np.ndarray) -> McNemar:
    """Compare (n,) booleans, right or wrong, item by item.

    Source: McNemar, Note on the sampling error of the difference between correlated proportions, 1947; exact by
    the binomial: of the items on which they differ, each side wins one half. 1 where they differ on none.

    One against seven: 2 · (1 + 8)/2⁸:

    >>> a = np.array([True] * 1 + [False] * 7 + [True] * 5)
    >>> b = np.array([False] * 1 + [True] * 7 + [True] * 5)
    >>> exact_mcnemar(a, b)
    McNemar(only_a=1, only_b=7, p=0.0703125)
    """
    from scipy.special import bdtr

    a, b = np.asarray(right_a), np.asarray(right_b)
    if a.ndim != 1 or a.shape != b.shape or a.dtype != np.bool_ or b.dtype != np.bool_:
        raise ValueError(f"expected two (n,) booleans, got {a.dtype} {a.shape} and {b.dtype} {b.shape}")
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    p = 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)) if only_a + only_b else 1.0
    return McNemar(only_a, only_b, min(1.0, p))
