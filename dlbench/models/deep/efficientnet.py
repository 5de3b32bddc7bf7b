"""The EfficientNet-style net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_space import image_space, switches
from dlbench.models.deep.inverted_bottleneck import bottleneck_space, staged

# Filters of the stages and of the last convolution in parts of the stem's, and kernels, after the paper's net B0.
_SHARES = (1, 1.5, 2.5, 5, 12)
_KERNELS = (3, 3, 5, 3, 5)
_LAST = 20
_SQUEEZE = 0.25


class EfficientNet(ImageModel):
    """Inverted bottlenecks whose channels are weighed by a gate, with kernels of 3 and 5, and SiLU.

    After the paper's net B0, with its widths up to 80 filters and two blocks a stage; no stochastic depth.
    """

    name = "efficientnet"
    title = "EfficientNet-style net"
    paper = "Tan and Le, EfficientNet: rethinking model scaling for convolutional neural networks, 2019"
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **bottleneck_space(hp),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.2, legal=">= 0, < 1"),
            **switches(hp, activation="silu"),
            **image_space(hp, schema, 3e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        return staged(inputs, values, _SHARES, _KERNELS, _SQUEEZE)

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        from keras import layers

        hidden = super().head(convolved(last, values["filters"] * _LAST, values, 1), values)
        return layers.Dropout(values["dropout"])(hidden) if values["dropout"] else hidden
