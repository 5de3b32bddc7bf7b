"""Cross entropy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np


class CrossEntropy(Loss):
    """-log p of the true class: the natural loss of classes."""

    name = "cross_entropy"
    title = "cross entropy"
    paper = "Good, Rational decisions, 1952"
    learns = "classes"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        def loss(truth: Any, logits: Any) -> Any:
            return ops.sparse_categorical_crossentropy(truth, logits, from_logits=True)

        return loss
