"""The contract of a metric: a judge, who knows truth and prediction and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth


class Metric(Component):
    """Scores a form against the truth.

    Attributes:
        better: higher or lower.
        scores: the form it needs; a richer one is turned into it.
        unit: what may be resampled for an interval: items (by weights), subsample (without replacement), seeds. The
            items of a forecast are resampled in blocks of origins, whatever the metric.
        strata: within what items are resampled: `classes` where a resample without a class has no score; empty for all
            together.
        proportion: whether it is the share of items that are right, each by itself: it has exact intervals and tests.
        low, high: the range, None where it has no bound.
        needs_inputs: whether the truth must carry the test inputs (silhouette).
        needs_truth: False for a label-free metric.
    """

    better: ClassVar[str] = "higher"
    scores: ClassVar[str]
    unit: ClassVar[str] = "items"
    strata: ClassVar[str] = ""
    proportion: ClassVar[bool] = False
    low: ClassVar[float | None] = None
    high: ClassVar[float | None] = None
    needs_inputs: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = True

    def score(self, truth: Truth, prediction: Any, weights: np.ndarray | None = None) -> float:
        """Return the score of a prediction of the form `scores`.

        Args:
            truth: of n items.
            prediction: of the same n items in the same order.
            weights: n non-negative numbers, how often each item counts; None counts each once. Metrics whose unit
                is not `items` refuse weights.

        Returns:
            The score; NaN where it is not defined (one class only, say), never 0 for "no data".
        """
        raise NotImplementedError
