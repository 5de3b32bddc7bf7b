"""The MobileNet-style net."""

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

# Filters of the stages and of the last convolution in parts of the stem's: 16, 24, 32, 96, 160 and 320 by default.
_SHARES = (1, 1.5, 2, 6, 10)
_KERNELS = (3, 3, 3, 3, 3)
_LAST = 20


class MobileNet(ImageModel):
    """MobileNetV2: stages of inverted bottlenecks, which mix pixels channel by channel, and a 1×1 convolution.

    The first stage does not widen, as in the paper; the default has its widths for the first three stages, two blocks
    a stage, and as many stages, up to four, as the rule of sizes allows.
    """

    name = "mobilenet"
    title = "MobileNetV2-style net"
    paper = "Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, 2018"
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **bottleneck_space(hp),
            **switches(hp, activation="relu6"),
            **image_space(hp, schema, 3e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        return staged(inputs, values, _SHARES, _KERNELS)

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        return super().head(convolved(last, values["filters"] * _LAST, values, 1), values)
