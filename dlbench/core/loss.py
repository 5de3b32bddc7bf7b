"""The contract of a loss: what a net is trained to make small."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component

if TYPE_CHECKING:
    import numpy as np


SUITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "classes": ("classes",),
        "values": ("values",),
        "inputs": ("values",),
        "masks": ("classes", "masks"),
        "objects": (),
    }
)
"""What a net learns → what the losses that suit it are held against; on masks, one of classes counts pixel by pixel.

A net that learns objects brings a loss of its own."""


class Loss(Component):
    """A loss that a suite names for any deep model. Written on keras.ops, so that every backend runs it.

    Attributes:
        learns: what it is held against: `classes` (int codes and logits), `values` (numbers in units of the training
            target's spread, and outputs of the same shape) or `masks` (the classes of a picture's pixels together).
    """

    learns: ClassVar[str]

    def build(self, target: np.ndarray, classes: int) -> Callable[[Any, Any], Any]:
        """Return a function of truth and output that gives one loss an item, shape (items,). Heavy imports go here.

        Args:
            target: of the training part: (n,) codes, values of the output's shape, or masks. Weights are read off it.
            classes: how many there are; 0 for values.

        The truth comes as (items,) int32 codes with logits of shape (items, classes), or with the shape of the output;
        of masks as (items, height, width) int32 codes, below zero where nobody is asked, with an axis more of logits.
        """
        raise NotImplementedError
