"""The contract of a loss: what a net is trained to make small."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component

if TYPE_CHECKING:
    import numpy as np


class Loss(Component):
    """A loss that a suite names for any deep model. Written on keras.ops, so that every backend runs it.

    Attributes:
        learns: what it is held against: `classes` (int codes and logits) or `values` (numbers in units of the
            training target's spread, and outputs of the same shape).
    """

    learns: ClassVar[str]

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        """Return a function of truth and output that gives one loss an item, shape (items,). Heavy imports go here.

        Args:
            target: of the training part: (n,) codes, or values of the output's shape. Weights are read off it.
            classes: how many there are; 0 for values.

        The truth comes as (items,) int32 codes with logits of shape (items, classes), or with the shape of the output.
        """
        raise NotImplementedError
