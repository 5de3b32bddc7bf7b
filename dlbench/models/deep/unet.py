"""U-Net."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved
from dlbench.models.deep.image_space import image_space, switches
from dlbench.models.deep.training_space import outputs

DEEPEST = 4
"""The paper's halvings."""


class UNet(DeepModel):
    """Halves a picture some times, doubling the filters, and doubles it again; each doubling also sees what was there
    before the halving of that size (`skip`).

    The convolutions are padded, so that the answer has the picture's size, and normalised, which the paper's are not.
    Of a picture whose sides do not divide by its halvings, the edge is filled with zeros and cut off at the end. A net
    that restores pictures, and has skips, also sees the picture itself in its last layer. An instance is what is
    connected of one class.
    """

    name = "unet"
    title = "U-Net"
    paper = "Ronneberger, Fischer and Brox, U-Net: convolutional networks for biomedical image segmentation, 2015"
    accepts = ("image",)
    gives = ("Masks", "Pictures", "Instances")
    preparation = Preparation(layout="pixels")
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local and by depth all", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [8, 16, 32], default=16, legal=">= 1"),
            "depth": hp.Int("depth", 1, DEEPEST, default=halvings(schema.shape), legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
            **switches(hp),
            **image_space(hp, schema, batch_size=16),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        depth = min(values["depth"], int(log2(min(schema.shape[:2]))))
        inputs = Input(shape=schema.shape)
        edges = [_edge(side, 2**depth) for side in schema.shape[:2]]
        hidden = layers.ZeroPadding2D(edges)(inputs) if any(map(any, edges)) else inputs
        first, passed = hidden, []
        for level in range(depth):
            passed.append(_twice(hidden, values["filters"] * 2**level, values))
            hidden = layers.MaxPooling2D(2)(passed[-1])
        hidden = _twice(hidden, values["filters"] * 2**depth, values)
        if values["dropout"]:
            hidden = layers.Dropout(values["dropout"])(hidden)
        for level in reversed(range(depth)):
            hidden = layers.Conv2DTranspose(values["filters"] * 2**level, 2, strides=2)(hidden)
            hidden = layers.Concatenate()([passed[level], hidden]) if values["skip"] else hidden
            hidden = _twice(hidden, values["filters"] * 2**level, values)
        if schema.form == "Pictures" and values["skip"]:
            hidden = layers.Concatenate()([first, hidden])
        hidden = layers.Conv2D(outputs(schema), 1)(hidden)
        return Network(Model(inputs, layers.Cropping2D(edges)(hidden) if any(map(any, edges)) else hidden))


def halvings(shape: tuple[int, ...]) -> int:
    """Return how often a picture is halved: as long as four pixels a side are left, four times at most.

    >>> [halvings((side, side, 1)) for side in (8, 28, 32, 64, 256)]
    [1, 2, 3, 4, 4]
    """
    return max(1, min(DEEPEST, int(log2(min(shape[:2]) / 4))))


def _edge(side: int, multiple: int) -> tuple[int, int]:
    """Return how many pixels are added before and behind, so that a side divides."""
    missing = -side % multiple
    return missing // 2, missing - missing // 2


def _twice(inputs: Any, filters: int, values: Mapping[str, Any]) -> Any:
    """Return two 3×3 convolutions, each normed and activated."""
    return convolved(convolved(inputs, filters, values), filters, values)
