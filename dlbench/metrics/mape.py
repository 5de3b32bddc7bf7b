"""MAPE: the mean absolute percentage error, as a share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class Mape(Metric):
    """Mean |prediction − truth| / |truth|: .1 is ten per cent. NaN where a truth is 0, of which no share exists.

    It favours predictions that are too low; for targets near 0 take `mae`. Errors of 1/10 and 1/4:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> round(Mape().score(Truth(np.array(["a", "b"]), np.array([10.0, 4.0])), Values(np.array([9.0, 5.0]))), 4)
    0.175
    """

    name = "mape"
    title = "mean absolute error as a share of the truth"
    paper = "Hyndman and Koehler, Another look at measures of forecast accuracy, 2006"
    better = "lower"
    scores = "Values"
    low, high = 0.0, None

    def score(self, truth: Truth, prediction: Values, weights: np.ndarray | None = None) -> float:
        import numpy as np

        weights = checked(self, truth, prediction, weights)
        target = truth.target.astype(np.float64)
        error = np.abs(prediction.values.astype(np.float64) - target)
        if weights is not None:
            counted = weights > 0
            target, error, weights = target[counted], error[counted], weights[counted]
        return average(error / np.abs(target), weights) if target.all() else float("nan")

    def statistics(self, truth: Truth, prediction: Values) -> np.ndarray:
        """Return (n, 3): one, the share by which the item is missed, and whether it has none."""
        import numpy as np

        checked(self, truth, prediction, None)
        target = truth.target.astype(np.float64)
        error = np.abs(prediction.values.astype(np.float64) - target)
        share = np.divide(error, np.abs(target), out=np.zeros(len(target)), where=target != 0)
        return np.column_stack([np.ones(len(target)), share, target == 0])

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.where(sums[..., 2] > 0, np.nan, ratio(sums[..., 1], sums[..., 0]))
