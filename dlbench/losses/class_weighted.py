"""Cross entropy in which all classes weigh the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.loss import Loss

if TYPE_CHECKING:
    import numpy as np


class ClassWeighted(Loss):
    """Cross entropy times n / (present classes x items of the class), counted on the training part.

    The weights of the training items have mean 1, so that a learning rate keeps its meaning.
    """

    name = "class_weighted"
    title = "cross entropy weighted by class"
    paper = "King and Zeng, Logistic regression in rare events data, 2001"
    learns = "classes"
    uses = ("keras",)

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        from keras import ops

        weights = balanced(target, classes)

        def loss(truth: Any, logits: Any) -> Any:
            surprise = ops.sparse_categorical_crossentropy(truth, logits, from_logits=True)
            return ops.take(ops.convert_to_tensor(weights), truth, axis=0) * surprise

        return loss


def balanced(target: np.ndarray, classes: int) -> np.ndarray:
    """Return (classes,) float32 weights; a class that has no item gets 1.

    >>> import numpy
    >>> balanced(numpy.array([0, 0, 0, 2]), 3).round(3).tolist()
    [0.6669999957084656, 1.0, 2.0]
    """
    import numpy

    counts = numpy.bincount(target, minlength=classes)
    shared = len(target) / (max(1, numpy.count_nonzero(counts)) * numpy.maximum(counts, 1))
    return numpy.where(counts > 0, shared, 1.0).astype(numpy.float32)
