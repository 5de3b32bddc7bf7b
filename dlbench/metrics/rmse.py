"""RMSE: the root of the mean squared error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth
    from dlbench.forms.values import Values


class Rmse(ItemMean):
    """√ mean (prediction − truth)², in the unit of the target.

    Errors 3 and 4 give √(25/2):

    >>> import numpy as np
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.forms.values import Values
    >>> round(Rmse().score(Truth(np.array(["a", "b"]), np.array([0.0, 0.0])), Values(np.array([3.0, -4.0]))), 4)
    3.5355
    """

    name = "rmse"
    title = "root of the mean squared error"
    paper = "Chai and Draxler, Root mean square error (RMSE) or mean absolute error (MAE)?, 2014"
    better = "lower"
    scores = "Values"
    low, high = 0.0, None

    def per_item(self, truth: Truth, prediction: Values) -> np.ndarray:
        error = prediction.values - truth.target
        squares: np.ndarray = error * error
        return squares

    def score(self, truth: Truth, prediction: Any, weights: np.ndarray | None = None) -> float:
        return math.sqrt(super().score(truth, prediction, weights))

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        import numpy as np

        roots: np.ndarray = np.sqrt(super().from_sums(sums))
        return roots
