"""The EfficientNet-style net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved, stem
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import stage_halvings
from dlbench.models.deep.image_space import image_space, switches
from dlbench.models.deep.inverted_bottleneck import Bottleneck

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
            "filters": hp.Choice("filters", [8, 16, 24], default=16, legal=">= 1"),
            "blocks": hp.Int("blocks", 1, 3, default=2, legal=">= 1"),
            "expansion": hp.Choice("expansion", [3, 6], default=6, legal=">= 1"),
            "stages": hp.Fixed("stages", 4, legal=">= 1, <= 5"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.2, legal=">= 0, < 1"),
            **switches(hp, activation="silu"),
            **image_space(hp, schema, 3e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        maps = stem(inputs, values["filters"], values)
        hidden = maps[-1]
        for stage in range(1 + stage_halvings(inputs.shape[1:3], values["stages"] - 1)):
            filters, expansion = max(1, round(values["filters"] * _SHARES[stage])), values["expansion"] if stage else 1
            for block in range(values["blocks"]):
                stride = 2 if stage and not block else 1
                hidden = Bottleneck(filters, expansion, _KERNELS[stage], stride, _SQUEEZE)(hidden, values)
            maps.append(hidden)
        return maps

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        from keras import layers

        hidden = super().head(convolved(last, values["filters"] * _LAST, values, 1), values)
        return layers.Dropout(values["dropout"])(hidden) if values["dropout"] else hidden
