"""Focal loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np

GAMMA = 2.0
"""The paper's focus."""


class Focal(Loss):
    """-(1 - p)² log p of the true class: items that are already right count little.

    Without the paper's class weight α, which it finds by search; `class_weighted` weighs classes.
    """

    name = "focal"
    title = "focal loss"
    paper = "Lin, Goyal, Girshick, He and Dollár, Focal loss for dense object detection, 2017"
    learns = "classes"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, logits: Any) -> Any:
            surprise = ops.sparse_categorical_crossentropy(truth, logits, from_logits=True)
            return ops.power(1 - ops.exp(-surprise), GAMMA) * surprise

        return loss
