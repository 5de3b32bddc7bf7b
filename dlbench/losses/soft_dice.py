"""Dice loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np

SMOOTH = 1.0
"""Pixels added above and below, so that a class that is absent and not predicted loses nothing."""


class SoftDice(Loss):
    """1 - (2·Σpg + 1) / (Σp + Σg + 1), meaned over the classes but the background, picture by picture.

    p is the probability of a class in a pixel, g whether it is there. How much of a picture a class covers does not
    matter. With two classes there is one to mean over.
    """

    name = "soft_dice"
    title = "Dice loss"
    paper = "Milletari, Navab and Ahmadi, V-Net: fully convolutional neural networks, 2016; Sudre et al., 2017"
    learns = "masks"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, logits: Any) -> Any:
            asked = ops.cast(ops.expand_dims(truth >= 0, -1), logits.dtype)
            said = ops.softmax(logits)[..., 1:] * asked
            there = ops.one_hot(ops.maximum(truth, 0), classes, dtype=logits.dtype)[..., 1:] * asked
            both, either = ops.sum(said * there, axis=(1, 2)), ops.sum(said + there, axis=(1, 2))
            return 1 - ops.mean((2 * both + SMOOTH) / (either + SMOOTH), axis=-1)

        return loss
