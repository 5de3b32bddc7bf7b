"""R²: the share of the truth's variance that the prediction explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class R2(Metric):
    """1 − Σ(truth − prediction)² / Σ(truth − mean of this truth)²; below 0 where the mean would do better.

    As in scikit-learn, a truth without variance gives 1 for a perfect prediction and else 0; fewer than two items
    give NaN. Squared errors 1 of a total of 2 leave a half:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> truth = Truth(np.array(["a", "b", "c"]), np.array([1.0, 2.0, 3.0]))
    >>> R2().score(truth, Values(np.array([1.0, 2.0, 2.0])))
    0.5
    """

    name = "r2"
    title = "share of the variance explained"
    paper = "Wright, Correlation and causation, 1921; Kvålseth, Cautionary note about R², 1985"
    better = "higher"
    scores = "Values"
    low, high = None, 1.0

    def score(self, truth: Truth, prediction: Values, weights: np.ndarray | None = None) -> float:
        import numpy as np

        weights = checked(self, truth, prediction, weights)
        target, values = truth.target.astype(np.float64), prediction.values.astype(np.float64)
        if weights is not None:
            counted = weights > 0
            target, values, weights = target[counted], values[counted], weights[counted]
        if not len(target):
            return float("nan")
        if target.min() == target.max():
            return self._without_variance(target, values, weights)
        centred = target - average(target, weights)
        error = target - values
        return 1.0 - average(error * error, weights) / average(centred * centred, weights)

    @staticmethod
    def _without_variance(target: np.ndarray, values: np.ndarray, weights: np.ndarray | None) -> float:
        items = len(target) if weights is None else float(weights.sum())
        if items < 2:
            return float("nan")
        return float((target == values).all())
