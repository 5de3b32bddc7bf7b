"""The margins and the diagonal of a confusion matrix, which is all that accuracy's relatives need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.labels import Labels
    from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class ClassCounts:
    """Weighted counts, one a class.

    Attributes:
        hits: (classes,) items of the class that were called so.
        actual: (classes,) items of the class.
        predicted: (classes,) items called so.
    """

    hits: np.ndarray
    actual: np.ndarray
    predicted: np.ndarray

    def f1(self) -> np.ndarray:
        """Return F1 of each class, 2·hits / (actual + predicted); 0 for a class that neither side holds."""
        return _share(2 * self.hits, self.actual + self.predicted)

    def precision(self) -> np.ndarray:
        """Return hits / predicted of each class; 0 for a class that is never predicted."""
        return _share(self.hits, self.predicted)

    def recall(self) -> np.ndarray:
        """Return hits / actual of each class; 0 for a class that the truth does not hold."""
        return _share(self.hits, self.actual)


def class_counts(truth: Truth, prediction: Labels, weights: np.ndarray | None) -> ClassCounts:
    """Count by class, an item as often as its weight says: linear in items and classes.

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> class_counts(Truth(np.array(["a", "b"]), np.array([0, 1])), Labels(np.array([0, 0])), np.array([1.0, 3.0]))
    ClassCounts(hits=array([1., 0.]), actual=array([1., 3.]), predicted=array([4., 0.]))

    Raises:
        ValueError: a predicted code beyond the task's classes.
    """
    import numpy as np

    target, codes = truth.target, prediction.codes
    top = int(max(target.max(initial=-1), codes.max(initial=-1))) + 1
    if truth.classes and top > len(truth.classes):
        raise ValueError(f"expected codes below {len(truth.classes)}, the task's classes; got {top - 1}")
    hit = target == codes
    hit_weights = hit if weights is None else hit * weights
    return ClassCounts(
        np.bincount(target, hit_weights, top),
        np.bincount(target, weights, top).astype(np.float64),
        np.bincount(codes, weights, top).astype(np.float64),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    import numpy as np

    shares: np.ndarray = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    return shares
