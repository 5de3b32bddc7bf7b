"""Metrics that are a mean over items of what each item brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlbench.core.metric import Metric
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth


class ItemMean(Metric):
    """The weighted mean of one number an item. A subclass writes `per_item`; this one is no metric by itself."""

    def per_item(self, truth: Truth, prediction: Any) -> np.ndarray:
        """Return (n,) numbers, what each item brings to the mean; NaN where an item leaves the score undefined."""
        raise NotImplementedError

    def score(self, truth: Truth, prediction: Any, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        return average(self.per_item(truth, prediction), weights)

    def statistics(self, truth: Truth, prediction: Any) -> np.ndarray:
        import numpy as np

        checked(self, truth, prediction, None)
        values = np.asarray(self.per_item(truth, prediction), dtype=np.float64)
        return np.column_stack([np.ones(len(values)), values])

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return the mean, the second sum over the first, which counts the items."""
        return ratio(sums[..., 1], sums[..., 0])


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where the whole is 0.

    >>> import numpy as np
    >>> ratio(np.array([3.0, 0.0]), np.array([4.0, 0.0]))
    array([0.75,  nan])
    """
    import numpy as np

    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    shares: np.ndarray = np.divide(
        part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > 0
    )
    return shares
