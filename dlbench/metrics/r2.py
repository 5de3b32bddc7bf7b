"""R²: the share of the truth's variance that the prediction explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values

ROUNDING = 1e-12


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

    def statistics(self, truth: Truth, prediction: Values) -> np.ndarray:
        """Return (n, 4): one, the squared error, the truth less its plain mean, and the square of that."""
        import numpy as np

        checked(self, truth, prediction, None)
        target = truth.target.astype(np.float64)
        error = target - prediction.values.astype(np.float64)
        centred = target - (target.mean() if len(target) else 0.0)
        return np.column_stack([np.ones(len(target)), error * error, centred, centred * centred])

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return R²; a truth counts as without variance where no more is left of it than rounding leaves."""
        import numpy as np

        items, wrong, centred, squares = (sums[..., part] for part in range(4))
        mean = ratio(centred, items)
        spread = squares - items * mean * mean
        varied = spread > ROUNDING * np.maximum(squares, items * mean * mean)
        flat = np.where(items < 2, np.nan, np.where(wrong == 0, 1.0, 0.0))
        return np.where(varied, 1.0 - ratio(wrong, np.where(varied, spread, 0.0)), flat)

    @staticmethod
    def _without_variance(target: np.ndarray, values: np.ndarray, weights: np.ndarray | None) -> float:
        items = len(target) if weights is None else float(weights.sum())
        if items < 2:
            return float("nan")
        return float((target == values).all())
