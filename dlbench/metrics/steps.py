"""Items in the order of their scores, ties together: sorted once, weighed as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Steps:
    """What a curve over thresholds needs of (n,) members and scores.

    Attributes:
        order: (n,) positions, the lowest score first, or the highest.
        inside: (n,) booleans in that order: which items are members.
        starts: where in that order each different score begins; None where all differ.
    """

    order: np.ndarray
    inside: np.ndarray
    starts: np.ndarray | None

    @classmethod
    def of(cls, member: np.ndarray, score: np.ndarray, *, highest_first: bool = False) -> Steps:
        """Sort (n,) booleans by (n,) scores, O(n log n).

        >>> import numpy as np
        >>> Steps.of(np.array([True, False, False]), np.array([0.5, 0.5, 0.1])).starts
        array([0, 1])
        """
        import numpy as np

        order = np.argsort(-score if highest_first else score)
        ranked = score[order]
        starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
        return cls(order, member[order], None if len(starts) == len(order) else starts)

    def counts(self, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Return how much members and others weigh at each different score, one after the other.

        Args:
            weights: (n,) or (m, n), so is what is returned; None for one each.
        """
        import numpy as np

        each = np.ones(len(self.order)) if weights is None else weights[..., self.order]
        members = each * self.inside
        others = each - members
        if self.starts is None:
            return members, others
        return np.add.reduceat(members, self.starts, axis=-1), np.add.reduceat(others, self.starts, axis=-1)
