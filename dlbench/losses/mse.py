"""Mean squared error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np


class Mse(Loss):
    """(y - ŷ)², meaned over an item's numbers: the natural loss of values; it finds the mean."""

    name = "mse"
    title = "mean squared error"
    paper = "Gauss, Theoria combinationis observationum, 1823"
    learns = "values"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, output: Any) -> Any:
            return ops.mean(ops.square(truth - output), axis=tuple(range(1, len(output.shape))))

        return loss
