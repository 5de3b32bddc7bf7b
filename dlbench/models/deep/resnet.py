"""A small residual net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved, normed, stem
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import stage_halvings
from dlbench.models.deep.image_space import image_space, switches


class ResNet(ImageModel):
    """Stages of residual blocks, each stage with twice the filters at half the size (the paper's net for CIFAR).

    One block in each of three stages makes ResNet-8, three make ResNet-20. Small images have fewer stages where the
    rule of sizes allows fewer halvings, large ones a stem that halves. Without `skip` the blocks are plain.
    """

    name = "resnet"
    title = "small residual net"
    paper = "He, Zhang, Ren and Sun, Deep residual learning for image recognition, 2016"
    smallest = (4, 4)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [8, 16, 32], default=16, legal=">= 1"),
            "blocks": hp.Int("blocks", 1, 3, default=1, legal=">= 1"),
            "stages": hp.Fixed("stages", 3, legal=">= 1"),
            **switches(hp),
            **image_space(hp, schema, 3e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        maps = stem(inputs, values["filters"], values)
        hidden = maps[-1]
        for stage in range(1 + stage_halvings(inputs.shape[1:3], values["stages"] - 1)):
            for block in range(values["blocks"]):
                hidden = _residual(hidden, values["filters"] * 2**stage, values, 2 if stage and not block else 1)
            maps.append(hidden)
        return maps


def _residual(inputs: Any, filters: int, values: Mapping[str, Any], stride: int) -> Any:
    """Return σ(F(x) + x); where the shape changes, x passes a 1×1 convolution (the paper's option B)."""
    from keras import layers

    hidden = convolved(convolved(inputs, filters, values, stride=stride), filters, values, activated=False)
    if values["skip"]:
        if stride != 1 or inputs.shape[-1] != filters:
            inputs = layers.Conv2D(filters, 1, stride, use_bias=False, kernel_initializer="he_normal")(inputs)
            inputs = normed(inputs, values["norm"])
        hidden = layers.Add()([hidden, inputs])
    return layers.Activation(values["activation"])(hidden)
