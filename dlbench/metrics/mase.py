"""MASE: the error of a forecast in units of the naive error of the history before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class Mase(ItemMean):
    """Mean of |forecast − truth| / scale; the scale is the mean |y(t) − y(t − season)| over the training history.

    Below 1 the forecast errs less than the seasonal naive rule did one season ahead within the history. NaN where
    the truth carries no history (nothing was forecast), or a history without any change.

    Errors 1 and 3 after the history 1, 3, 5, 7, whose naive error at season 1 is 2, give (1/2 + 3/2) / 2:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> truth = Truth(np.array(["t+1", "t+2"]), np.array([9.0, 11.0]), scale=np.array([2.0, 2.0]))
    >>> Mase().score(truth, Values(np.array([10.0, 8.0])))
    1.0
    """

    name = "mase"
    title = "mean absolute scaled error"
    paper = "Hyndman and Koehler, Another look at measures of forecast accuracy, 2006"
    better = "lower"
    scores = "Values"
    low, high = 0.0, None

    def per_item(self, truth: Truth, prediction: Values) -> np.ndarray:
        import numpy as np

        if truth.scale is None or not len(truth) or not (truth.scale > 0).all():
            return np.full(len(truth), np.nan)
        errors: np.ndarray = abs(prediction.values - truth.target) / truth.scale
        return errors
