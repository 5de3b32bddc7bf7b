"""The AlexNet-style net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import stage_halvings, stem_halvings
from dlbench.models.deep.image_space import image_space, switches

# Filters of the five convolutions in parts of the first one's (96, 256, 384, 384, 256 in the paper), and kernels.
_SHARES = (1, 8 / 3, 4, 4, 8 / 3)
_KERNELS = (3, 5, 3, 3, 3)


class AlexNet(ImageModel):
    """Five convolutions, the first, second and last followed by overlapping pooling, then two wide dense layers.

    The first kernel is 3, 7 or 11 wide as its stride is 1, 2 or 4, by the rule of sizes. Batch normalisation stands
    in for the paper's response normalisation, and the default is a quarter of its filters.
    """

    name = "alexnet"
    title = "AlexNet-style net"
    paper = "Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional neural networks, 2012"
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by pooling", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [12, 24, 48], default=24, legal=">= 1"),
            "units": hp.Choice("units", [128, 256, 512], default=256, legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.6, default=0.5, legal=">= 0, < 1"),
            **switches(hp, skips=False),
            **image_space(hp, schema, 1e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        from keras import layers

        stem, pools = stem_halvings(inputs.shape[1:3]), stage_halvings(inputs.shape[1:3], 3)
        pooled = (0, 1, 4)[:pools]
        maps, hidden = [], inputs
        for number, (share, kernel) in enumerate(zip(_SHARES, _KERNELS, strict=True)):
            first = number == 0
            filters = max(1, round(values["filters"] * share))
            kernel, stride = (kernel + 4 * stem, 2**stem) if first else (kernel, 1)
            hidden = convolved(hidden, filters, values, kernel, stride)
            maps.append(hidden)
            if number in pooled:
                hidden = layers.MaxPooling2D(3, 2, padding="same")(hidden)
                maps.append(hidden)
        return maps

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        from keras import layers

        hidden = layers.Flatten()(last)
        for _ in range(2):
            hidden = layers.Dense(values["units"], activation=values["activation"])(hidden)
            hidden = layers.Dropout(values["dropout"])(hidden) if values["dropout"] else hidden
        return hidden
