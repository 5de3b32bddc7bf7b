"""Quantile loss (pinball): what a number costs that is meant as a quantile. At .1, .5 and .9."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class QuantileLoss(ItemMean):
    """Mean of q · (truth − prediction) where the truth is above, else (1 − q) · (prediction − truth).

    The q-th quantile makes it smallest: at .9 a prediction that is too low costs nine times one that is too high.
    In the unit of the target. A subclass states `q` and a name; this one is no metric by itself.
    """

    q: ClassVar[float]
    paper = "Koenker and Bassett, Regression quantiles, 1978"
    better = "lower"
    scores = "Values"
    low, high = 0.0, None

    def per_item(self, truth: Truth, prediction: Values) -> np.ndarray:
        import numpy as np

        above = truth.target - prediction.values
        losses: np.ndarray = np.maximum(self.q * above, (self.q - 1) * above)
        return losses


class QuantileLoss10(QuantileLoss):
    """Quantile loss at .1. The first is too low by 2, the second too high by 2, so (.1 · 2 + .9 · 2)/2:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> QuantileLoss10().score(Truth(np.array(["a", "b"]), np.array([5.0, 5.0])), Values(np.array([3.0, 7.0])))
    1.0
    """

    name = "quantile_loss_10"
    title = "quantile loss at 10 %"
    q = 0.1


class QuantileLoss50(QuantileLoss):
    """Quantile loss at .5, half the mean absolute error. Too low by 2:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> QuantileLoss50().score(Truth(np.array(["a"]), np.array([5.0])), Values(np.array([3.0])))
    1.0
    """

    name = "quantile_loss_50"
    title = "quantile loss at 50 %, half the mean absolute error"
    q = 0.5


class QuantileLoss90(QuantileLoss):
    """Quantile loss at .9. Too low by 2:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> QuantileLoss90().score(Truth(np.array(["a"]), np.array([5.0])), Values(np.array([3.0])))
    1.8
    """

    name = "quantile_loss_90"
    title = "quantile loss at 90 %"
    q = 0.9
