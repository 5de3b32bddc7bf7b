"""The VGG-style net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import halvings
from dlbench.models.deep.image_space import image_space, switches


class Vgg(ImageModel):
    """Blocks of 3×3 convolutions and 2×2 pooling, each with twice the filters up to the fourth, then a dense layer.

    As many blocks as the rule of sizes allows halvings; two convolutions a block are the paper's net B. Batch
    normalisation, which came later, can be switched off.
    """

    name = "vgg"
    title = "VGG-style net"
    paper = "Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition, 2015"
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by pooling", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [8, 16, 32], default=16, legal=">= 1"),
            "convolutions": hp.Int("convolutions", 1, 3, default=2, legal=">= 1"),
            "units": hp.Choice("units", [64, 128, 256], default=128, legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.6, default=0.3, legal=">= 0, < 1"),
            **switches(hp, skips=False),
            **image_space(hp, schema),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        from keras import layers

        maps, hidden = [], inputs
        for block in range(halvings(inputs.shape[1:3])):
            for _ in range(values["convolutions"]):
                hidden = convolved(hidden, values["filters"] * 2 ** min(block, 3), values)
            maps.append(hidden)
            hidden = layers.MaxPooling2D(2, padding="same")(hidden)
            maps.append(hidden)
        return maps

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        from keras import layers

        hidden = layers.Dense(values["units"], activation=values["activation"])(layers.Flatten()(last))
        return layers.Dropout(values["dropout"])(hidden) if values["dropout"] else hidden
