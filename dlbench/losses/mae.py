"""Mean absolute error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np


class Mae(Loss):
    """|y - ŷ|, meaned over an item's numbers; it finds the median."""

    name = "mae"
    title = "mean absolute error"
    paper = "Laplace, Théorie analytique des probabilités, 1812"
    learns = "values"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, output: Any) -> Any:
            return ops.mean(ops.abs(truth - output), axis=tuple(range(1, len(output.shape))))

        return loss
