"""MAE: the mean absolute error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class Mae(ItemMean):
    """Mean |prediction − truth|, in the unit of the target.

    Errors 3 and 4 give 3.5:

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> Mae().score(Truth(np.array(["a", "b"]), np.array([0.0, 0.0])), Values(np.array([3.0, -4.0])))
    3.5
    """

    name = "mae"
    title = "mean absolute error"
    paper = "Willmott and Matsuura, Advantages of the mean absolute error (MAE) over the RMSE, 2005"
    better = "lower"
    scores = "Values"
    low, high = 0.0, None

    def per_item(self, truth: Truth, prediction: Values) -> np.ndarray:
        return abs(prediction.values - truth.target)
