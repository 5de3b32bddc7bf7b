"""Huber's loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np


class Huber(Loss):
    """e²/2 up to |e| = 1, |e| - 1/2 beyond: squared near the truth, absolute far off; e in units of the spread."""

    name = "huber"
    title = "Huber loss"
    paper = "Huber, Robust estimation of a location parameter, 1964"
    learns = "values"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, output: Any) -> Any:
            error = ops.abs(truth - output)
            bent = ops.where(error <= 1, ops.square(error) / 2, error - 0.5)
            return ops.mean(bent, axis=tuple(range(1, len(output.shape))))

        return loss
