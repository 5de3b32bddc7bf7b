"""What every judge asks of its arguments, and the mean it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.form import Form
from dlbench.core.metric import Metric

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth


def checked(metric: Metric, truth: Truth, prediction: Form, weights: np.ndarray | None) -> np.ndarray | None:
    """Return the weights as float64, once truth, prediction and weights are known to fit each other.

    Raises:
        ValueError: another form than the metric scores, a prediction that is unusable, weights that are not n
            finite numbers from 0 up, or weights for a metric whose unit is not `items`.
    """
    if getattr(prediction, "name", None) != metric.scores:
        found = type(prediction).__name__
        raise ValueError(f"{metric.name}: expected {metric.scores}, got {found}; turn it by .to({metric.scores!r})")
    problem = prediction.problem(len(truth))
    if problem is not None:
        raise ValueError(f"{metric.name}: {problem}")
    return checked_weights(metric, len(truth), weights)


def checked_weights(metric: Metric, items: int, weights: np.ndarray | None) -> np.ndarray | None:
    """Return weights as float64, None for each item once.

    Raises:
        ValueError: they are not n finite numbers from 0 up, or the metric's unit is not `items`.
    """
    import numpy as np

    if weights is None:
        return None
    if metric.unit != "items":
        raise ValueError(f"{metric.name}: takes no weights, its unit of resampling is {metric.unit!r}; pass None")
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != (items,):
        raise ValueError(f"{metric.name}: expected {items} weights, got shape {array.shape}")
    if items and not (np.isfinite(array).all() and array.min() >= 0):
        raise ValueError(f"{metric.name}: expected finite weights from 0 up, got {array.min()} to {array.max()}")
    return array


def average(values: np.ndarray, weights: np.ndarray | None) -> float:
    """Return the weighted mean of (n,) values; NaN where nothing counts.

    >>> import numpy as np
    >>> average(np.array([1.0, 4.0]), np.array([2.0, 1.0]))
    2.0
    """
    if weights is None:
        return float(values.mean()) if len(values) else float("nan")
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else float("nan")
