"""The contract of a metric: a judge, who knows truth and prediction and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth


class Metric(Component):
    """Scores a form against the truth.

    A subclass writes `score`. Where weighted sums over items decide it, it writes `statistics` and `from_sums` too, and
    intervals cost a matrix product. Where only part of the work depends on the weights, it writes `weigher`.

    Attributes:
        better: higher or lower.
        scores: the form it needs; a richer one is turned into it.
        unit: what may be resampled for an interval: items (by weights), subsample (without replacement), seeds. The
            items of a forecast are resampled in blocks of origins, whatever the metric.
        strata: within what items are resampled: `classes` where a resample without a class has no score; empty for all
            together.
        proportion: whether it is the share of items that are right, each by itself: it has exact intervals and tests.
        shares: `items` where it is a share of items between 0 and 1, or near 1 as good as one; `classes` where it is a
            mean of such shares over the classes; `pairs` where it is the share of pairs of a member and another that
            are in order; empty where it is none of these. Near 0 and 1 its interval comes from them.
        flattered: whether a sample's score lies above its population's on average, and a resample's above the sample's:
            its interval is then the basic one.
        low, high: the range, None where it has no bound.
        weighs_many: whether a `weigher` also takes (m, n) weights and returns (m,) scores.
        needs_inputs: whether the truth must carry the test inputs (silhouette).
        needs_truth: False for a label-free metric.
    """

    better: ClassVar[str] = "higher"
    scores: ClassVar[str]
    unit: ClassVar[str] = "items"
    strata: ClassVar[str] = ""
    proportion: ClassVar[bool] = False
    shares: ClassVar[str] = ""
    flattered: ClassVar[bool] = False
    low: ClassVar[float | None] = None
    high: ClassVar[float | None] = None
    weighs_many: ClassVar[bool] = False
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

    def statistics(self, truth: Truth, prediction: Any) -> np.ndarray | None:
        """Return what each item brings to the score; None where weighted sums of it do not decide the score.

        Args: as `score`, and refused in the same words where they do not fit.

        Returns:
            (n, k) float64: the sums `weights @ statistics` alone decide the score. k is small and depends on the task,
            never on n.
        """
        return None

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return the scores that weighted sums of the statistics stand for.

        Args:
            sums: (..., k), each `weights @ statistics`.

        Returns:
            (...) scores, equal to `score` under those weights up to rounding; NaN where it is not defined.
        """
        raise NotImplementedError(f"{self.name}: has no statistics that add up")

    def weigher(self, truth: Truth, prediction: Any) -> Callable[[np.ndarray | None], float]:
        """Return the score as a function of (n,) weights, None for each item once.

        Args: as `score`. For resampling: what does not depend on the weights is done once for thousands of them.
        """
        table = self.statistics(truth, prediction)
        if table is None:
            return partial(self.score, truth, prediction)
        return lambda weights: float(self.from_sums(table.sum(axis=0) if weights is None else weights @ table))
