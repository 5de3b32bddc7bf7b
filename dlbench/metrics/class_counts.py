"""The margins and the diagonal of a confusion matrix, which is all that accuracy's relatives need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.labels import Labels
    from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class ClassCounts:
    """Weighted counts, one a class; many at once where the arrays have more than one axis, the classes the last.

    Attributes:
        hits: (..., classes) items of the class that were called so.
        actual: (..., classes) items of the class.
        predicted: (..., classes) items called so.
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

    @property
    def held(self) -> np.ndarray:
        """(..., classes) booleans: which classes truth or prediction holds."""
        held: np.ndarray = self.actual + self.predicted > 0
        return held


class FromCounts(Metric):
    """A metric of labels that class counts decide. A subclass writes `of`; this one is no metric by itself."""

    better = "higher"
    scores = "Labels"
    shares = "classes"
    low, high = 0.0, 1.0

    def of(self, counts: ClassCounts) -> np.ndarray:
        """Return the scores of (..., classes) counts, (...); NaN where nothing counts."""
        raise NotImplementedError

    def score(self, truth: Truth, prediction: Labels, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        return float(self.of(class_counts(truth, prediction, weights)))

    def statistics(self, truth: Truth, prediction: Labels) -> np.ndarray:
        """Return (n, 3 · classes) zeros and ones: the item's class where it is hit, its class, the predicted one."""
        import numpy as np

        checked(self, truth, prediction, None)
        target, codes = truth.target, prediction.codes
        known = np.eye(_classes(truth, prediction))
        actual, predicted = known[target], known[codes]
        return np.concatenate([actual * predicted, actual, predicted], axis=1)

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        classes = sums.shape[-1] // 3
        return self.of(ClassCounts(*(sums[..., part * classes : (part + 1) * classes] for part in range(3))))

    def weigher(self, truth: Truth, prediction: Labels) -> Callable[[np.ndarray | None], float]:
        """Return the score as a function of weights, which counts and so needs no room for classes."""
        checked(self, truth, prediction, None)
        return lambda weights: float(self.of(class_counts(truth, prediction, weights)))


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
    classes = _classes(truth, prediction)
    hit = target == codes
    hit_weights = hit if weights is None else hit * weights
    return ClassCounts(
        np.bincount(target, hit_weights, classes),
        np.bincount(target, weights, classes).astype(np.float64),
        np.bincount(codes, weights, classes).astype(np.float64),
    )


def mean_over(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the mean over the chosen classes, the last axis; NaN where none is.

    >>> import numpy as np
    >>> mean_over(np.array([[0.5, 0.75, 9.0], [1.0, 1.0, 1.0]]), np.array([[True, True, False], [False] * 3]))
    array([0.625,   nan])
    """
    import numpy as np

    return weighted_mean(values, np.asarray(chosen, dtype=np.float64))


def weighted_mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean over the last axis; NaN where nothing weighs.

    >>> import numpy as np
    >>> weighted_mean(np.array([0.5, 1.0]), np.array([1.0, 3.0]))
    array(0.875)
    """
    import numpy as np

    total = np.asarray(weights.sum(axis=-1))
    found = np.asarray((values * weights).sum(axis=-1))
    means: np.ndarray = np.divide(found, total, out=np.full(total.shape, np.nan), where=total > 0)
    return means


def _classes(truth: Truth, prediction: Labels) -> int:
    """Return how many classes there are: the task's; those that occur where it names none."""
    top = int(max(truth.target.max(initial=-1), prediction.codes.max(initial=-1))) + 1
    if truth.classes and top > len(truth.classes):
        raise ValueError(f"expected codes below {len(truth.classes)}, the task's classes; got {top - 1}")
    return max(top, len(truth.classes))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    import numpy as np

    shares: np.ndarray = np.divide(part, whole, out=np.zeros(np.shape(whole)), where=whole > 0)
    return shares
